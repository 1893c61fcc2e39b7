import Glibc
import NPY
import Numbers

/// The format of a kernel file without a header: little-endian taps of one channel.
public enum RawKernelFormat: String, Sendable, CaseIterable {
  /// IEEE 754 numbers of 32 and 64 bits.
  case f32, f64
  /// Integers of 16, 24 (in three bytes) and 32 bits, divided by 2^(bits-1).
  case s16, s24packed = "s24", s32
  /// Integers of 24 bits in the lower three of four bytes. In the upper three they are s32.
  case s24in32

  var stored: StoredEncoding {
    switch self {
    case .f32: .float
    case .f64: .double
    case .s16: .s16
    case .s24packed: .s24packed
    case .s32, .s24in32: .s32
    }
  }

  /// Of one tap.
  public var bytes: Int { stored.bytes }

  /// The name in `layout`.
  var name: String {
    if self == .s24in32 { return "24-bit PCM in 32" }
    return stored.bits.map { "\($0)-bit PCM" } ?? "\(stored.bytes * 8)-bit float"
  }
}

extension RawKernelFormat {
  /// What the header of a file says that it is; nil if it seems to have none.
  static func header(_ head: [UInt8]) -> String? {
    if NumPyArray.isNPY(head) { return ".npy" }
    // The pattern of MPEG audio is too short: taps may begin with it.
    if head.first == 0xFF { return nil }
    return switch SoundKind(head) {
    case .wave(let form): form.name
    case .library: head.starts(with: "fLaC".utf8) ? "FLAC" : "a sound file"
    case .refused(let refusal): refusal.name
    case .unknown: nil
    }
  }

  /// How unlike taps bytes are that are read in this format: by how many powers of two their magnitudes differ on average. Infinite
  /// for numbers beyond all measure, and where every second one is 0, as half of a wider one may be.
  func strangeness(_ bytes: [UInt8]) -> Double {
    let taps = taps(bytes)
    let sizes = taps.lazy.map(abs).filter { $0 != 0 }
    guard taps.allSatisfy(\.isFinite), let peak = sizes.max(), peak > 1e-9, peak < 1e9 else { return .infinity }
    let logarithms = sizes.map { log2($0) }
    let halves = [0, 1].map { first in stride(from: first, to: taps.count, by: 2).contains { taps[$0] != 0 } }
    if logarithms.count > 1, !(halves[0] && halves[1]) { return .infinity }
    let mean = logarithms.reduce(0, +) / Double(logarithms.count)
    return logarithms.reduce(0) { $0 + abs($1 - mean) } / Double(logarithms.count)
  }

  /// Beyond it numbers of floating point are rather something else.
  private static let strange = 12.0

  /// The format of a file by its name, its size and its first bytes.
  static func likeliest(_ path: String, _ head: [UInt8], bytes: Int) -> RawKernelFormat {
    let name = fileExtension(path)
    if let format = RawKernelFormat(rawValue: name) { return format }
    if name == "dbl" { return .f64 }
    return likelyFloat(head, bytes, .infinity) ?? [.s32, .s24packed, .s16].first { bytes % $0.stored.bytes == 0 } ?? .f32
  }

  /// A format in which bytes look more like taps than in this one.
  func likelier(_ bytes: [UInt8]) -> RawKernelFormat? {
    // Too few say nothing.
    if bytes.count < 64 { return nil }
    // What the upper byte holds is a sign, or the bits are not the lower ones.
    if self == .s24in32, !Self.holdsSigns(bytes) { return Self.likelyFloat(Array(bytes.prefix(24 << 10)), bytes.count, .infinity) ?? .s32 }
    let sample = Array(bytes.prefix(24 << 10))
    let own = strangeness(sample)
    if stored.bits == nil {
      if let float = Self.likelyFloat(sample, bytes.count, own / 2), float != self { return float }
      return own > 2 * Self.strange ? [.s32, .s16].first { bytes.count % $0.stored.bytes == 0 } : nil
    }
    return Self.likelyFloat(sample, bytes.count, .infinity) ?? (own == .infinity && self != .s32 && bytes.count % 4 == 0 ? .s32 : nil)
  }

  /// Whether every fourth byte repeats the sign of the one before it, or is 0.
  private static func holdsSigns(_ bytes: [UInt8]) -> Bool {
    stride(from: 3, to: bytes.count, by: 4).allSatisfy { bytes[$0] == 0 || bytes[$0] == 0xFF && bytes[$0 - 1] >= 0x80 }
  }

  /// The format of floating point in which bytes are no strange numbers, and less so than `most`.
  private static func likelyFloat(_ sample: [UInt8], _ bytes: Int, _ most: Double) -> RawKernelFormat? {
    let fitting = [f64, f32].filter { bytes % $0.stored.bytes == 0 }.map {
      ($0, $0.strangeness(Array(sample.prefix(sample.count / $0.stored.bytes * $0.stored.bytes))))
    }
    return fitting.filter { $0.1 < min(strange, most) }.min { $0.1 < $1.1 }?.0
  }

  /// What makes a file with a header of one without.
  func conversion(_ path: String) -> String {
    let (source, target) = (Conversion.quoted(path), Conversion.quoted(path + ".wav"))
    return "of \(rawValue), ffmpeg -f \(rawValue)le -ar RATE -ac 1 -i \(source) -c:a pcm_\(rawValue)le \(target) makes a WAV of it"
      + " (convolve has --kernel-format \(rawValue))"
  }

  fileprivate func taps(_ bytes: [UInt8]) -> [Double] {
    let number = bytes.count / stored.bytes
    return [Double](unsafeUninitializedCapacity: number) { taps, initialized in
      bytes.withUnsafeBytes {
        if number > 0 { stored.decode($0.baseAddress!, channel: 0, of: 1, frames: number, into: taps.baseAddress!) }
      }
      // In the lower bits: the upper ones may repeat the sign or not.
      if self == .s24in32 { for index in 0..<number { taps[index] = Self.lower24(taps[index]) } }
      initialized = number
    }
  }

  /// The lower 24 bits of an integer of 32, which was divided by 2^31.
  private static func lower24(_ tap: Double) -> Double { Double((Int32(tap * 0x1p31) << 8) >> 8) / 0x1p23 }
}

extension Kernel {
  /// Reads a file of taps without a header, or standard input if `path` is `-`.
  ///
  /// - Throws: the file is missing, unreadable, empty or has a header, its length is not a multiple of a tap's, or a tap is not finite.
  public init(raw path: String, format: RawKernelFormat) throws(AudioFileError) {
    let bytes = try path == "-" ? ByteStream.standardInput.contents() : FileDescriptor.reading(path).contents(name: path)
    try self.init(raw: bytes, format: format, name: path == "-" ? ByteStream.standardInput.name : path)
  }

  /// Reads taps in memory. Throws as for a file.
  ///
  /// - Parameter isCut: whether bytes before them were left out: then nothing among the taps is a header.
  public init(raw bytes: [UInt8], format: RawKernelFormat, name: String, isCut: Bool = false) throws(AudioFileError) {
    if !isCut, let header = RawKernelFormat.header(Array(bytes.prefix(SoundKind.headBytes))) {
      throw AudioFileError(
        .badData, "\(name): it has a header, of \(header), and \(format.rawValue) is for files without one: leave the format out")
    }
    let width = format.stored.bytes
    if bytes.count % width != 0 {
      throw AudioFileError(
        .badData,
        "\(name): it has \(quantity(bytes.count, "byte")), which is not a multiple of the \(width) of \(format.rawValue): it has another format or is truncated"
      )
    }
    let taps = format.taps(bytes)
    do throws(AudioFileError) {
      try self.init(channels: [taps], name: name, layout: "raw, \(format.name), \(quantity(taps.count, "tap"))")
    } catch {
      guard !taps.isEmpty, let other = format.likelier(bytes) else { throw error }
      throw AudioFileError(.badData, "\(error.message): is it \(other.rawValue)?")
    }
    if let other = format.likelier(bytes) {
      cautions = ["\(name): read as \(format.rawValue), it holds unlikely taps: is it \(other.rawValue)?"]
    }
  }
}
