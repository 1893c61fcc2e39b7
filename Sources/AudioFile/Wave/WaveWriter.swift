import Glibc
import Numbers

/// Writes WAV, RF64 or W64 to a file, or WAV to a pipe. There the sizes in the header are right if the length is known beforehand, or
/// else mean "to the end".
final class WaveWriter: FrameWriter {
  let stored: StoredEncoding
  private let target: Target
  private let parameters: SoundParameters
  private var header: WaveHeader
  private var bytesWritten = 0
  private var isStarted = false

  private enum Target {
    case pipe(ByteStream)
    case file(StoredFile)
  }

  /// Writes to a pipe. SIGPIPE is then ignored in this process.
  ///
  /// - Throws: a pipe takes no such sound.
  convenience init(_ stream: ByteStream, _ parameters: SoundParameters) throws(AudioFileError) {
    guard parameters.container == .wav else {
      throw AudioFileError(.cannotCreate, "\(stream.name): it takes WAV, not \(parameters.container.rawValue): name a file")
    }
    // A pipe without a reader shall be an error, not end the process.
    signal(SIGPIPE, SIG_IGN)
    var parameters = parameters
    if parameters.metadata.channelMask == nil { parameters.metadata.channelMask = Self.mask(parameters) }
    try self.init(.pipe(stream), .riff, parameters, name: stream.name)
  }

  /// Writes to a file. The descriptor stays the caller's.
  ///
  /// - Throws: the container does not hold such a sound or so much.
  convenience init(_ descriptor: borrowing FileDescriptor, _ parameters: SoundParameters, name: String) throws(AudioFileError) {
    let container: WaveContainer = parameters.container == .w64 ? .w64 : parameters.container == .rf64 ? .rf64 : .riff
    if let frames = parameters.expectedFrames { try parameters.checkSize(frames: frames, name: name) }
    try self.init(.file(StoredFile(descriptor, name)), container, parameters, name: name)
  }

  private init(_ target: Target, _ container: WaveContainer, _ parameters: SoundParameters, name: String) throws(AudioFileError) {
    guard (1...1_024).contains(parameters.channelCount), (1...Int(Int32.max)).contains(parameters.sampleRate) else {
      throw AudioFileError(
        .cannotCreate,
        "\(name): a \(container.name) file holds no \(quantity(parameters.channelCount, "channel")) at \(parameters.sampleRate) Hz")
    }
    (self.target, self.parameters) = (target, parameters)
    stored = StoredEncoding(parameters.encoding)
    let (bytes, overflow) = (parameters.expectedFrames ?? 0).multipliedReportingOverflow(by: parameters.channelCount * stored.bytes)
    header = WaveHeader(container, parameters, dataBytes: parameters.expectedFrames == nil || overflow || bytes > .max / 2 ? nil : bytes)
  }

  /// The extensible header that the specification asks for, of more than 16 bits or two channels; nil elsewhere.
  private static func mask(_ parameters: SoundParameters) -> UInt32? {
    guard parameters.channelCount > 2 || parameters.encoding.bits.map({ $0 > 16 }) ?? false else { return nil }
    // Front centre; front left and right; no positions for more channels.
    return parameters.channelCount == 1 ? 4 : parameters.channelCount == 2 ? 3 : 0
  }

  func write(_ bytes: UnsafeRawPointer, frames: Int) throws(AudioFileError) {
    let count = frames * header.frameBytes
    if case .file(let file) = target { try parameters.checkSize(frames: (bytesWritten + count) / header.frameBytes, name: file.name) }
    try put(UnsafeRawBufferPointer(start: bytes, count: count))
    bytesWritten += count
  }

  func close() throws(AudioFileError) {
    try put(UnsafeRawBufferPointer(start: nil, count: 0))
    switch target {
    case .file(let file):
      // Nothing follows in a W64, and libsndfile takes padding there for sound.
      if header.container != .w64 { try append(header.padding(after: bytesWritten)) }
      header.size = .bytes(bytesWritten)
      try file.overwrite(header.bytes)
    case .pipe(let stream):
      guard case .bytes(let expected) = header.size else { return }
      if bytesWritten != expected {
        let got = quantity(bytesWritten, "byte")
        throw AudioFileError(.inputOutput, "\(stream.name): it got \(got) of sound, its header promises \(expected)")
      }
      try append(header.padding(after: expected))
    }
  }

  /// Writes sound, the first of it together with the header: earlier failures leave a pipe empty, and some readers cannot wait.
  private func put(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    if isStarted { return try append(bytes) }
    isStarted = true
    try append(header.bytes + bytes.prefix(Self.firstBytes))
    if bytes.count > Self.firstBytes { try append(UnsafeRawBufferPointer(rebasing: bytes[Self.firstBytes...])) }
  }

  /// Fits a pipe beside the header.
  private static let firstBytes = 32_768

  private func append(_ bytes: [UInt8]) throws(AudioFileError) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(AudioFileError) in try append(bytes) } }
    try result.get()
  }

  private func append(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    switch target {
    case .file(let file): try file.append(bytes)
    case .pipe(let stream): try stream.write(bytes)
    }
  }
}

/// A file that is being written, open as long as the value.
private final class StoredFile {
  let name: String
  private let descriptor: FileDescriptor

  init(_ descriptor: borrowing FileDescriptor, _ name: String) {
    self.descriptor = FileDescriptor(owning: dup(descriptor.number))
    self.name = name
  }

  func append(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) { try descriptor.write(bytes, name: name) }

  /// Replaces the first bytes. Source: pwrite(2)
  func overwrite(_ bytes: [UInt8]) throws(AudioFileError) {
    var written = 0
    while written < bytes.count {
      let result = bytes.withUnsafeBytes { pwrite(descriptor.number, $0.baseAddress! + written, bytes.count - written, off_t(written)) }
      if result < 0 && errno == EINTR { continue }
      if result <= 0 { throw .writing(name, errno) }
      written += result
    }
  }
}
