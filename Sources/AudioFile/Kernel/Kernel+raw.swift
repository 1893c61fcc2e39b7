/// The format of a kernel file without a header: little-endian taps of one channel.
public enum RawKernelFormat: String, Sendable, CaseIterable {
  /// IEEE 754 numbers of 32 and 64 bits.
  case f32, f64
  /// Integers of 16, 24 (in three bytes) and 32 bits, divided by 2^(bits-1).
  case s16, s24packed = "s24", s32

  var stored: StoredEncoding {
    switch self {
    case .f32: .float
    case .f64: .double
    case .s16: .s16
    case .s24packed: .s24packed
    case .s32: .s32
    }
  }

  /// The name in `layout`.
  var name: String { stored.bits.map { "\($0)-bit PCM" } ?? "\(stored.bytes * 8)-bit float" }
}

extension Kernel {
  /// Reads a file of taps without a header, or standard input if `path` is `-`.
  ///
  /// - Throws: the file is missing, unreadable or empty, its length is not a multiple of a tap's, or a tap is not finite.
  public init(raw path: String, format: RawKernelFormat) throws(AudioFileError) {
    let bytes = try path == "-" ? ByteStream.standardInput.contents() : FileDescriptor.reading(path).contents(name: path)
    try self.init(raw: bytes, format: format, name: path == "-" ? ByteStream.standardInput.name : path)
  }

  /// Reads taps in memory. Throws as for a file.
  public init(raw bytes: [UInt8], format: RawKernelFormat, name: String) throws(AudioFileError) {
    let stored = format.stored
    let number = bytes.count / stored.bytes
    if number * stored.bytes != bytes.count {
      throw AudioFileError(
        .badData,
        "\(name): it has \(bytes.count) bytes, which is not a multiple of the \(stored.bytes) of \(format.rawValue): it has another format or is truncated"
      )
    }
    let taps = [Double](unsafeUninitializedCapacity: number) { taps, initialized in
      bytes.withUnsafeBytes {
        if number > 0 { stored.decode($0.baseAddress!, channel: 0, of: 1, frames: number, into: taps.baseAddress!) }
      }
      initialized = number
    }
    try self.init(channels: [taps], name: name, layout: "raw, \(format.name), \(quantity(number, "tap"))")
  }
}
