import Glibc

/// Reads WAV or RF64 from a pipe.
final class WAVPipeReader: FrameReader {
  let properties: SoundProperties
  private let stream: ByteStream
  /// nil if the sound lasts to the end of the stream.
  private var bytesLeft: Int?
  private var bytesRead = 0

  /// Reads the header.
  init(_ stream: ByteStream) throws(AudioFileError) {
    let header = try WAVHeader(stream)
    properties = header.properties
    bytesLeft = header.dataBytes
    self.stream = stream
  }

  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int {
    let frameBytes = properties.frameBytes
    let wanted = min(frames * frameBytes, bytesLeft ?? .max)
    let count = try stream.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: wanted))
    if bytesLeft == nil {
      let rest = UnsafeRawBufferPointer(start: bytes, count: count).suffix(count % frameBytes)
      bytesRead += count
      // A sound of odd length is followed by a padding byte.
      if !rest.isEmpty && !(rest.elementsEqual([0]) && bytesRead % 2 == 0) {
        throw AudioFileError(.badData, "\(stream.name): it is truncated: it ends within a frame")
      }
    }
    bytesLeft? -= count
    return count / frameBytes
  }
}

/// Writes WAV to a pipe. The sizes in the header are right if the length is known beforehand, or else mean "to the end".
final class WAVPipeWriter: FrameWriter {
  let stored: StoredEncoding
  private let stream: ByteStream
  private var header: WAVHeader
  private var bytesWritten = 0
  private var isStarted = false

  /// - Throws: WAV does not hold such samples.
  init(_ stream: ByteStream, _ parameters: SoundParameters) throws(AudioFileError) {
    guard parameters.container == .wav else {
      throw AudioFileError(.cannotCreate, "\(stream.name): it takes WAV, not \(parameters.container.rawValue): name a file")
    }
    let frameBytes = parameters.channelCount * StoredEncoding(parameters.encoding).bytes
    guard (1...1_024).contains(parameters.channelCount), (1...Int(Int32.max)).contains(parameters.sampleRate) else {
      throw AudioFileError(
        .cannotCreate, "\(stream.name): a WAV holds no \(parameters.channelCount) channels at \(parameters.sampleRate) Hz")
    }
    // A pipe without a reader shall be an error, not end the process.
    signal(SIGPIPE, SIG_IGN)
    let (bytes, overflow) = (parameters.expectedFrames ?? 0).multipliedReportingOverflow(by: frameBytes)
    header = WAVHeader(
      encoding: parameters.encoding, channelCount: parameters.channelCount, sampleRate: parameters.sampleRate,
      dataBytes: parameters.expectedFrames == nil || overflow ? nil : bytes)
    stored = StoredEncoding(parameters.encoding)
    self.stream = stream
  }

  func write(_ bytes: UnsafeRawPointer, frames: Int) throws(AudioFileError) {
    try start()
    let count = frames * header.frameBytes
    try stream.write(UnsafeRawBufferPointer(start: bytes, count: count))
    bytesWritten += count
  }

  func close() throws(AudioFileError) {
    try start()
    guard let expected = header.dataBytes else { return }
    if bytesWritten != expected {
      throw AudioFileError(.inputOutput, "\(stream.name): it got \(bytesWritten) bytes of sound, its header promises \(expected)")
    }
    if expected % 2 == 1 { try stream.write([0]) }
  }

  /// Writes the header, before the first frames only: earlier failures leave the pipe empty.
  private func start() throws(AudioFileError) {
    if isStarted { return }
    isStarted = true
    try stream.write(header.bytes)
  }
}
