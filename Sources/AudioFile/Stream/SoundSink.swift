import Glibc

/// A sound file that appears whole or not at all, or standard output; written once from start to end.
///
/// A file that is not committed leaves nothing behind. One thread at a time may use it, not always the same.
public final class SoundSink: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  public let container: AudioContainer
  public let encoding: SampleEncoding
  public let channelCount: Int
  /// Hz.
  public let sampleRate: Int
  /// How samples lie in what `write` takes.
  public let stored: StoredEncoding
  /// Frames written so far.
  public private(set) var frameCount = 0
  private let writer: any FrameWriter
  private var staged: StagedFile?

  /// - Parameters:
  ///   - path: the file, or `-` for standard output, which takes WAV only and from then on raises no SIGPIPE.
  ///   - expectedFrames: nil if it is not known beforehand; the header on standard output then leaves the length open.
  /// - Throws: nothing can be created there, or the container does not take such samples, or not so many.
  public convenience init(
    path: String, container: AudioContainer, encoding: SampleEncoding, channelCount: Int, sampleRate: Int, expectedFrames: Int? = nil
  ) throws(AudioFileError) {
    let parameters = SoundParameters(
      container: container, encoding: encoding, channelCount: channelCount, sampleRate: sampleRate, expectedFrames: expectedFrames)
    if path == "-" {
      try self.init(standardOutput: STDOUT_FILENO, parameters)
    } else {
      let staged = try StagedFile(path)
      let writer = try LibraryWriter(staged.descriptor, parameters, name: path)
      self.init(writer, parameters, name: path, staged: staged)
    }
  }

  /// Standard output as if it were `descriptor`, which stays the caller's.
  package convenience init(
    standardOutput descriptor: Int32, encoding: SampleEncoding, channelCount: Int, sampleRate: Int, expectedFrames: Int? = nil
  ) throws(AudioFileError) {
    try self.init(
      standardOutput: descriptor,
      SoundParameters(
        container: .wav, encoding: encoding, channelCount: channelCount, sampleRate: sampleRate, expectedFrames: expectedFrames))
  }

  private convenience init(standardOutput descriptor: Int32, _ parameters: SoundParameters) throws(AudioFileError) {
    let name = "standard output"
    if isatty(descriptor) != 0 { throw AudioFileError(.cannotCreate, "\(name): it is a terminal: send it to a file or a program") }
    self.init(try WAVPipeWriter(ByteStream(descriptor: descriptor, name: name), parameters), parameters, name: name, staged: nil)
  }

  private init(_ writer: any FrameWriter, _ parameters: SoundParameters, name: String, staged: consuming StagedFile?) {
    (self.writer, self.name) = (writer, name)
    stored = writer.stored
    (container, encoding) = (parameters.container, parameters.encoding)
    (channelCount, sampleRate) = (parameters.channelCount, parameters.sampleRate)
    self.staged = staged
  }

  /// Bytes of a frame in what `write` takes.
  public var frameBytes: Int { channelCount * stored.bytes }

  /// Writes the next frames, which lie as `stored` says.
  ///
  /// - Precondition: these are whole frames.
  /// - Throws: the medium is full, the file would be larger than its kind can be, or nobody reads standard output any more.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    let frames = bytes.count / frameBytes
    precondition(frames * frameBytes == bytes.count, "whole frames")
    if frames == 0 { return }
    try writer.write(bytes.baseAddress!, frames: frames)
    frameCount += frames
  }

  /// Completes the file and gives it its name; called once, after the last frame.
  public func commit() throws(AudioFileError) {
    try writer.close()
    if let staged = staged.take() { try staged.commit() }
  }
}
