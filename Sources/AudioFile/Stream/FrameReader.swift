/// What is known of a sound before its first sample.
struct SoundProperties {
  var format: AudioFormat
  /// Hz.
  var sampleRate: Int
  var channelCount: Int
  /// What the header says; nil if it leaves it open.
  var frameCount: Int?
  var stored: StoredEncoding

  /// Bytes of a frame in a stream.
  var frameBytes: Int { channelCount * stored.bytes }
}

/// Where a sound's frames come from.
protocol FrameReader: AnyObject {
  var properties: SoundProperties { get }

  /// Reads as many as `frames` frames, fewer only at the end.
  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int
}
