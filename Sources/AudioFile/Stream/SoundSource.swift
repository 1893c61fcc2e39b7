import Glibc

/// A sound file or standard input, read once from start to end in memory that does not grow with its length.
///
/// One thread at a time may use it, not always the same.
public final class SoundSource: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  public let format: AudioFormat
  /// Hz.
  public let sampleRate: Int
  public let channelCount: Int
  /// What the header says; nil if it leaves it open.
  public let frameCount: Int?
  /// How samples lie in what `read` delivers.
  public let stored: StoredEncoding
  private let reader: any FrameReader
  private var delivered = 0

  /// - Parameter path: a sound file, or `-` for standard input: WAV or RF64 from a pipe, any kind from a redirected file.
  /// - Throws: there is no such file, it may not be read, it is no sound file, or a truncated one.
  public convenience init(path: String) throws(AudioFileError) {
    if path == "-" {
      try self.init(Self.reader(standardInput: STDIN_FILENO), name: Self.standardInput)
    } else {
      try self.init(FileDescriptor.reading(path), name: path)
    }
  }

  /// A sound file in memory.
  public convenience init(bytes: [UInt8], name: String) throws(AudioFileError) {
    try self.init(LibraryReader(bytes: bytes, name: name), name: name)
  }

  convenience init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    try self.init(LibraryReader(descriptor, name: name), name: name)
  }

  /// What standard input gives when it is `descriptor`, which stays the caller's.
  package convenience init(standardInput descriptor: Int32) throws(AudioFileError) {
    try self.init(Self.reader(standardInput: descriptor), name: Self.standardInput)
  }

  private init(_ reader: any FrameReader, name: String) {
    self.reader = reader
    self.name = name
    let properties = reader.properties
    (format, sampleRate, channelCount) = (properties.format, properties.sampleRate, properties.channelCount)
    (frameCount, stored) = (properties.frameCount, properties.stored)
  }

  /// Bytes of a frame in what `read` delivers.
  public var frameBytes: Int { channelCount * stored.bytes }

  /// What was detected: "WAV, 24-bit PCM, 2 channels, 96000 frames, 48000 Hz".
  public var layout: String { describe(format, channels: channelCount, frameCount, "frame", sampleRate) }

  /// Reads the next frames, as many as `bytes` holds; fewer come only at the end.
  ///
  /// Waits for a pipe's writer.
  /// - Precondition: there is room for a frame.
  /// - Returns: the frames read; 0 at the end.
  /// - Throws: the sound is truncated or damaged.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    let capacity = bytes.count / frameBytes
    precondition(capacity > 0, "room for a frame")
    let frames = try reader.read(into: bytes.baseAddress!, frames: capacity)
    delivered += frames
    // Not before the end: the header's count may be a lie.
    if frames < capacity, let frameCount, delivered < frameCount {
      throw AudioFileError(.badData, "\(name): it is truncated: its header says \(frameCount) frames, \(delivered) are there")
    }
    return frames
  }

  private static let standardInput = ByteStream.standardInput.name

  private static func reader(standardInput number: Int32) throws(AudioFileError) -> any FrameReader {
    var status = stat()
    if fstat(number, &status) != 0 { throw .reading(standardInput, errno) }
    if status.st_mode & S_IFMT == S_IFREG { return try LibraryReader(FileDescriptor(owning: dup(number)), name: standardInput) }
    if isatty(number) != 0 { throw AudioFileError(.badData, "\(standardInput): it is a terminal: send it a WAV file, with < or |") }
    return try WAVPipeReader(ByteStream(descriptor: number, name: standardInput))
  }
}

extension SoundSource {
  /// Every sample of every channel that was not read yet: integers divided by 2^(bits-1), floating point as it stands.
  ///
  /// - Throws: the sound is truncated or damaged.
  public func channels() throws(AudioFileError) -> [[Double]] {
    var channels = [[Double]](repeating: [], count: channelCount)
    // Not by the header's count: what grows is what is there.
    let blockFrames = max(1, 262_144 / frameBytes)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: blockFrames * frameBytes, alignment: 16)
    defer { bytes.deallocate() }
    let samples = UnsafeMutableBufferPointer<Double>.allocate(capacity: blockFrames)
    defer { samples.deallocate() }
    while case let frames = try read(into: bytes), frames > 0 {
      for channel in 0..<channelCount {
        stored.decode(bytes.baseAddress!, channel: channel, of: channelCount, frames: frames, into: samples.baseAddress!)
        channels[channel].append(contentsOf: samples[..<frames])
      }
    }
    return channels
  }
}
