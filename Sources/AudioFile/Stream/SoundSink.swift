import Glibc

/// A sound file or standard output, written once from start to end. A file appears whole or not at all.
///
/// Without `commit` no file stays behind. Any thread may use it, one at a time.
public final class SoundSink: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  public let container: AudioContainer
  public let encoding: SampleEncoding
  public let channelCount: Int
  /// Hz.
  public let sampleRate: Int
  /// The layout of the samples that `write` takes.
  public let stored: StoredEncoding
  /// Frames written so far.
  public private(set) var frameCount = 0
  private let writer: any FrameWriter
  private var staged: StagedFile?

  /// - Parameters:
  ///   - path: a file, or `-` for standard output, which takes only WAV. SIGPIPE is then ignored in this process.
  ///   - expectedFrames: nil if unknown. The header on standard output then leaves the length open.
  ///   - metadata: kept as far as the container holds it.
  /// - Throws: the file cannot be created, or the container does not hold such samples or so many.
  public convenience init(
    path: String, container: AudioContainer, encoding: SampleEncoding, channelCount: Int, sampleRate: Int, expectedFrames: Int? = nil,
    metadata: SoundMetadata = SoundMetadata()
  ) throws(AudioFileError) {
    let parameters = SoundParameters(
      container: container, encoding: encoding, channelCount: channelCount, sampleRate: sampleRate, expectedFrames: expectedFrames,
      metadata: metadata)
    if path == "-" {
      try self.init(standardOutput: STDOUT_FILENO, parameters)
    } else {
      let staged = try StagedFile(path)
      let writer = try Self.writer(staged.descriptor, parameters, name: path)
      self.init(writer, parameters, name: path, staged: staged)
    }
  }

  private static func writer(
    _ descriptor: borrowing FileDescriptor, _ parameters: SoundParameters, name: String
  ) throws(AudioFileError) -> any FrameWriter {
    switch parameters.container {
    case .wav, .rf64, .w64: try WaveWriter(descriptor, parameters, name: name)
    case .aiff, .flac: try SndfileWriter(descriptor, parameters, name: name)
    }
  }

  /// Writes to `descriptor` as to standard output. It stays the caller's.
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
    self.init(try WaveWriter(ByteStream(descriptor: descriptor, name: name), parameters), parameters, name: name, staged: nil)
  }

  private init(_ writer: any FrameWriter, _ parameters: SoundParameters, name: String, staged: consuming StagedFile?) {
    (self.writer, self.name) = (writer, name)
    stored = writer.stored
    (container, encoding) = (parameters.container, parameters.encoding)
    (channelCount, sampleRate) = (parameters.channelCount, parameters.sampleRate)
    self.staged = staged
  }

  /// Bytes of a frame that `write` takes.
  public var frameBytes: Int { channelCount * stored.bytes }

  /// Writes the next frames, in the layout of `stored`.
  ///
  /// - Precondition: `bytes` holds whole frames.
  /// - Throws: the medium is full, the container does not hold so many frames, or the reader of standard output is gone.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    let frames = bytes.count / frameBytes
    precondition(frames * frameBytes == bytes.count, "whole frames")
    if frames == 0 { return }
    try writer.write(bytes.baseAddress!, frames: frames)
    frameCount += frames
  }

  /// Completes the file and gives it its name. Call it once, after the last frame.
  public func commit() throws(AudioFileError) {
    try writer.close()
    if let staged = staged.take() { try staged.commit() }
  }
}

/// The format of a sound to be written.
struct SoundParameters {
  var container: AudioContainer
  var encoding: SampleEncoding
  var channelCount: Int
  /// Hz.
  var sampleRate: Int
  /// nil if unknown.
  var expectedFrames: Int?
  var metadata = SoundMetadata()

  /// Throws if the container does not hold `frames` frames.
  func checkSize(frames: Int, name: String) throws(AudioFileError) {
    let (bytes, overflow) = frames.multipliedReportingOverflow(by: channelCount * StoredEncoding(encoding).bytes)
    if (container == .wav || container == .aiff) && (overflow || bytes > Int(UInt32.max) - 4_096) {
      throw AudioFileError(.cannotCreate, "\(name): \(bytes) bytes are more than \(container.rawValue) files hold: name it .rf64 or .w64")
    }
  }
}

/// Writes frames in one container format.
protocol FrameWriter: AnyObject {
  /// The layout of the samples that `write` takes.
  var stored: StoredEncoding { get }

  func write(_ bytes: UnsafeRawPointer, frames: Int) throws(AudioFileError)

  /// Completes the file, after the last `write`.
  func close() throws(AudioFileError)
}
