import Glibc

/// WAV to a pipe: the sizes of its header are right if the length is known beforehand, and otherwise mean "to the end".
final class WAVPipeWriter: FrameWriter {
  let stored: StoredEncoding
  private let stream: ByteStream
  private var header: WAVHeader
  private var bytesWritten = 0
  private var isStarted = false

  /// - Throws: a WAV does not take such samples.
  init(_ stream: ByteStream, _ parameters: SoundParameters) throws(AudioFileError) {
    guard parameters.container == .wav else {
      throw AudioFileError(.cannotCreate, "\(stream.name): it takes WAV, not \(parameters.container.rawValue): name a file")
    }
    let frameBytes = parameters.channelCount * StoredEncoding(parameters.encoding).bytes
    guard (1...1_024).contains(parameters.channelCount), (1...Int(Int32.max)).contains(parameters.sampleRate) else {
      throw AudioFileError(
        .cannotCreate, "\(stream.name): a WAV holds no \(parameters.channelCount) channels at \(parameters.sampleRate) Hz")
    }
    // A pipe that nobody reads is to be an error, not the end of the process.
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

  /// Not before there is something to write: what fails earlier leaves the pipe empty.
  private func start() throws(AudioFileError) {
    if isStarted { return }
    isStarted = true
    try stream.write(header.bytes)
  }
}
