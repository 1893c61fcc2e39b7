import Glibc

/// The format of sound without a header, little-endian: `s16,2,44100`.
public struct RawSoundFormat: Sendable, Equatable {
  public var sample: RawKernelFormat
  public var channelCount: Int
  /// Hz.
  public var sampleRate: Int

  public init(sample: RawKernelFormat, channelCount: Int, sampleRate: Int) {
    (self.sample, self.channelCount, self.sampleRate) = (sample, channelCount, sampleRate)
  }

  /// Reads `FORMAT,CHANNELS,RATE`; nil if it is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let named = ["float": RawKernelFormat.f32, "double": .f64]
    guard parts.count == 3, let sample = RawKernelFormat(rawValue: parts[0]) ?? named[parts[0]],
      let channels = Self.number(parts[1], 1...1_024), let rate = Self.number(parts[2], 1...Int(Int32.max))
    else { return nil }
    self.init(sample: sample, channelCount: channels, sampleRate: rate)
  }

  private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text),
      range.contains(number)
    else { return nil }
    return number
  }

  /// "raw, 16-bit PCM, 2 channels, 44100 Hz"
  public var layout: String { "raw, \(sample.name), \(quantity(channelCount, "channel")), \(sampleRate) Hz" }

  var frameBytes: Int { channelCount * sample.stored.bytes }
}

extension RawKernelFormat {
  /// What writes samples as they are: 24 bits in four bytes have no file format.
  public init(_ encoding: SampleEncoding) {
    self =
      switch encoding {
      case .s16: .s16
      case .s24packed: .s24packed
      case .s32: .s32
      case .float: .f32
      case .double: .f64
      }
  }

  /// The layout in which samples are delivered and taken: 24 bits in four bytes in the upper ones.
  fileprivate var delivered: StoredEncoding { self == .s24in32 ? .leftJustified(bits: 24) : stored }

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? { delivered.bits }
}

/// Sound without a header from standard input, as it comes.
public final class RawSource: @unchecked Sendable {
  public let format: RawSoundFormat
  public let stored: StoredEncoding
  private let stream: ByteStream

  /// - Throws: standard input is a terminal or a folder.
  public convenience init(_ format: RawSoundFormat) throws(AudioFileError) { try self.init(format, descriptor: STDIN_FILENO) }

  /// Reads `descriptor` as standard input. It stays the caller's.
  package init(_ format: RawSoundFormat, descriptor: Int32) throws(AudioFileError) {
    (self.format, stored) = (format, format.sample.delivered)
    stream = ByteStream(descriptor: descriptor, name: ByteStream.standardInput.name)
    var status = stat()
    if fstat(descriptor, &status) != 0 { throw .reading(stream.name, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw AudioFileError(.badData, "\(stream.name): it is a folder: send it sound") }
    if isatty(descriptor) != 0 { throw AudioFileError(.badData, "\(stream.name): it is a terminal: send it sound, with < or |") }
  }

  /// What messages call it.
  public var name: String { stream.name }

  /// Reads the next frames: as many as fit into `bytes`, or fewer at the end. Returns how many.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    try read(into: bytes, least: bytes.count / format.frameBytes)
  }

  /// Reads `least` frames and those that are there already, as far as they fit into `bytes`; fewer than `least` at the end.
  ///
  /// - Throws: the sound ends within a frame.
  public func read(into bytes: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int {
    let width = format.frameBytes
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[..<(bytes.count / width * width)])
    var count = try stream.read(into: room, least: least * width)
    // A pipe may hold part of a frame, whose rest is waited for.
    if count % width != 0 {
      let missing = width - count % width
      let rest = UnsafeMutableRawBufferPointer(rebasing: room[count..<count + missing])
      let more = try stream.read(into: rest)
      if more < missing {
        throw AudioFileError(
          .badData,
          "\(name): it ends \(count % width + more) bytes into a frame of \(width): is it \(format.sample.rawValue) of"
            + " \(quantity(format.channelCount, "channel"))?")
      }
      count += more
    }
    if format.sample == .s24in32 { Self.shift(UnsafeMutableRawBufferPointer(rebasing: room[..<count])) { $0 << 8 } }
    return count / width
  }

  fileprivate static func shift(_ bytes: UnsafeMutableRawBufferPointer, _ change: (Int32) -> Int32) {
    for offset in stride(from: 0, to: bytes.count, by: 4) {
      bytes.storeBytes(of: change(bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)), toByteOffset: offset, as: Int32.self)
    }
  }
}

/// Sound without a header to standard output, each part at once.
public final class RawSink: @unchecked Sendable {
  public let format: RawSoundFormat
  public let stored: StoredEncoding
  private let stream: ByteStream

  /// SIGPIPE is then ignored in this process.
  ///
  /// - Throws: standard output is a terminal.
  public convenience init(_ format: RawSoundFormat) throws(AudioFileError) { try self.init(format, descriptor: STDOUT_FILENO) }

  /// Writes to `descriptor` as to standard output. It stays the caller's.
  package init(_ format: RawSoundFormat, descriptor: Int32) throws(AudioFileError) {
    (self.format, stored) = (format, format.sample.delivered)
    stream = ByteStream(descriptor: descriptor, name: "standard output")
    if isatty(descriptor) != 0 { throw AudioFileError(.cannotCreate, "\(name): it is a terminal: send it to a file or a program") }
    // A pipe without a reader shall be an error, not end the process.
    signal(SIGPIPE, SIG_IGN)
  }

  /// What messages call it.
  public var name: String { stream.name }

  /// Writes whole frames, in the layout of `stored`.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    guard format.sample == .s24in32 else { return try stream.write(bytes) }
    let shifted = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 4)
    defer { shifted.deallocate() }
    shifted.copyMemory(from: bytes)
    RawSource.shift(shifted) { $0 >> 8 }
    try stream.write(UnsafeRawBufferPointer(shifted))
  }

  public func commit() {}
}
