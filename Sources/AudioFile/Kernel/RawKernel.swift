/// How the taps of a file without a header lie: little endian, one after the other, of one channel.
public enum RawKernelFormat: String, Sendable, CaseIterable {
  /// IEEE 754 numbers of 32 and 64 bits.
  case f32, f64
  /// Integers of 16, 24 (in three bytes) and 32 bits, divided by 2^(bits-1).
  case s16, s24, s32

  var stored: StoredEncoding {
    switch self {
    case .f32: .float
    case .f64: .double
    case .s16: .s16
    case .s24: .s24
    case .s32: .s32
    }
  }

  /// What `layout` says.
  var name: String { stored.bits.map { "\($0)-bit PCM" } ?? "\(stored.bytes * 8)-bit float" }
}

extension Kernel {
  /// A file of taps without a header, or standard input if `path` is `-`.
  ///
  /// - Throws: the file is missing or unreadable, its length is no multiple of a tap's, it is empty, or a tap is no finite number.
  public init(raw path: String, format: RawKernelFormat) throws(AudioFileError) {
    let bytes = try path == "-" ? ByteStream.standardInput.contents() : FileDescriptor.reading(path).contents(name: path)
    try self.init(raw: bytes, format: format, name: path == "-" ? ByteStream.standardInput.name : path)
  }

  /// The same bytes in memory.
  public init(raw bytes: [UInt8], format: RawKernelFormat, name: String) throws(AudioFileError) {
    let stored = format.stored
    let number = bytes.count / stored.bytes
    if number * stored.bytes != bytes.count {
      throw AudioFileError(
        .badData,
        "\(name): it has \(bytes.count) bytes, no multiple of the \(stored.bytes) of \(format.rawValue): it has another format or is truncated"
      )
    }
    let taps = [Double](unsafeUninitializedCapacity: number) { taps, initialized in
      bytes.withUnsafeBytes {
        if number > 0 { stored.decode($0.baseAddress!, channel: 0, of: 1, frames: number, into: taps.baseAddress!) }
      }
      initialized = number
    }
    try self.init(channels: [taps], name: name, layout: "raw, \(format.name), \(count(number, "tap"))")
  }
}
