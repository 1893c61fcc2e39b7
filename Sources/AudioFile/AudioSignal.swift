/// Sound in memory: a whole file's samples, full scale at 1.
public struct AudioSignal: Sendable, Equatable {
  /// At least one, all of the same length.
  public var channels: [[Double]]
  /// Hz.
  public var sampleRate: Int
  public var format: AudioFormat
  /// What messages call it.
  public var name: String

  /// A sound file.
  ///
  /// - Throws: the file is missing, unreadable or truncated.
  public init(path: String) throws(AudioFileError) { try self.init(AudioReader(path: path)) }

  init(_ reader: consuming AudioReader) throws(AudioFileError) {
    (name, sampleRate, format) = (reader.name, reader.sampleRate, reader.format)
    channels = try reader.channels()
  }

  /// What was detected: "WAV, 24-bit PCM, 2 channels, 96000 frames, 48000 Hz".
  public var layout: String { describe(format, channels: channels.count, channels[0].count, "frame", sampleRate) }
}
