/// Sound in memory: a whole file's samples, full scale at 1.
public struct AudioSignal: Sendable, Equatable {
  /// At least one, all of the same length.
  public var channels: [[Double]]
  /// Hz.
  public var sampleRate: Int
  public var format: AudioFormat
  /// What messages call it.
  public var name: String

  /// A sound file, or `-` for standard input.
  ///
  /// - Throws: the file is missing, unreadable or truncated.
  public init(path: String) throws(AudioFileError) { try self.init(SoundSource(path: path)) }

  /// What is left of `source`.
  public init(_ source: SoundSource) throws(AudioFileError) {
    (name, sampleRate, format) = (source.name, source.sampleRate, source.format)
    channels = try source.channels()
  }

  /// What was detected: "WAV, 24-bit PCM, 2 channels, 96000 frames, 48000 Hz".
  public var layout: String { describe(format, channels: channels.count, channels[0].count, "frame", sampleRate) }
}
