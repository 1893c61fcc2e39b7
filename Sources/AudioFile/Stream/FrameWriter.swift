/// What a sound to be written is.
struct SoundParameters {
  var container: AudioContainer
  var encoding: SampleEncoding
  var channelCount: Int
  /// Hz.
  var sampleRate: Int
  /// nil if it is not known beforehand.
  var expectedFrames: Int?

  /// Throws if a file of that kind does not hold `frames` frames.
  func checkSize(frames: Int, name: String) throws(AudioFileError) {
    let (bytes, overflow) = frames.multipliedReportingOverflow(by: channelCount * StoredEncoding(encoding).bytes)
    if (container == .wav || container == .aiff) && (overflow || bytes > Int(UInt32.max) - 4_096) {
      throw AudioFileError(.cannotCreate, "\(name): \(bytes) bytes are more than \(container.rawValue) files hold: name it .rf64 or .w64")
    }
  }
}

/// Where a sound's frames go.
protocol FrameWriter: AnyObject {
  /// How samples lie in what `write` takes.
  var stored: StoredEncoding { get }

  func write(_ bytes: UnsafeRawPointer, frames: Int) throws(AudioFileError)

  /// Completes the file; nothing is written afterwards.
  func close() throws(AudioFileError)
}
