/// How a file of the WAV family stores a sample.
enum WaveSample: Equatable {
  /// Integers in so many bytes, unsigned in one. Samples of other widths lie in the upper bits.
  case pcm(bytes: Int)
  /// IEEE 754 numbers.
  case float(bytes: Int)
  /// G.711.
  case aLaw, muLaw

  var bytes: Int {
    switch self {
    case .pcm(let bytes), .float(let bytes): bytes
    case .aLaw, .muLaw: 1
    }
  }

  /// The layout in which it is delivered.
  var stored: StoredEncoding {
    switch self {
    case .pcm(bytes: 1): .leftJustified(bits: 8)
    case .aLaw, .muLaw: .leftJustified(bits: 16)
    default: encoding.map { StoredEncoding($0) } ?? .double
    }
  }

  /// Nil for what is not written.
  var encoding: SampleEncoding? {
    switch self {
    case .pcm(bytes: 2): .s16
    case .pcm(bytes: 3): .s24packed
    case .pcm(bytes: 4): .s32
    case .float(bytes: 4): .float
    case .float: .double
    case .pcm, .aLaw, .muLaw: nil
    }
  }

  /// The name in messages.
  var name: String {
    switch self {
    case .aLaw: "A-Law"
    case .muLaw: "U-Law"
    default: encoding?.name ?? "Unsigned 8 bit PCM"
    }
  }

  init(_ encoding: SampleEncoding) {
    let bytes = StoredEncoding(encoding).bytes
    self = encoding.bits == nil ? .float(bytes: bytes) : .pcm(bytes: bytes)
  }

  /// Whether a file in this order of bytes holds samples as they are delivered.
  func isDelivered(isBigEndian: Bool) -> Bool { bytes > 1 && !isBigEndian }
}

extension WaveSample {
  /// Brings samples into the layout in which they are delivered.
  ///
  /// - Parameters:
  ///   - source: whole samples.
  ///   - target: room for as many of them.
  func deliver(_ source: UnsafeRawBufferPointer, isBigEndian: Bool, to target: UnsafeMutableRawPointer) {
    switch self {
    case .pcm(bytes: 1): Self.map(source, target) { Int32($0 ^ 0x80) << 24 }
    case .aLaw: Self.map(source, target) { Self.aLawValues[Int($0)] }
    case .muLaw: Self.map(source, target) { Self.muLawValues[Int($0)] }
    case .pcm(let width), .float(let width):
      guard isBigEndian else { return target.copyMemory(from: source.baseAddress!, byteCount: source.count) }
      for start in stride(from: 0, to: source.count, by: width) {
        for place in 0..<width {
          target.storeBytes(of: source[start &+ width &- 1 &- place], toByteOffset: start &+ place, as: UInt8.self)
        }
      }
    }
  }

  private static func map(_ source: UnsafeRawBufferPointer, _ target: UnsafeMutableRawPointer, _ value: (UInt8) -> Int32) {
    for index in 0..<source.count { target.storeBytes(of: value(source[index]), toByteOffset: 4 &* index, as: Int32.self) }
  }

  /// The values of all codes, in the upper 16 of 32 bits. Source: ITU-T G.711
  private static let aLawValues: [Int32] = (0..<256).map { code in
    let code = Int32(code) ^ 0x55
    let (segment, step) = ((code & 0x70) >> 4, (code & 0x0F) << 4)
    let magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1)
    return (code & 0x80 != 0 ? magnitude : -magnitude) << 16
  }

  private static let muLawValues: [Int32] = (0..<256).map { code in
    let code = ~Int32(code) & 0xFF
    let magnitude = (((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4) - 0x84
    return (code & 0x80 != 0 ? -magnitude : magnitude) << 16
  }
}
