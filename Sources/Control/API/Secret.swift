/// 256 random bits, which somebody must know.
package struct Secret: Sendable {
  private let bytes: [UInt8]

  private static let byteCount = 32

  /// A new one, of the system's random numbers. getrandom(2)
  package init() {
    var generator = SystemRandomNumberGenerator()
    bytes = (0..<Self.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
  }

  /// - Parameter digits: 64 hexadecimal digits; nil for anything else.
  package init?(_ digits: some Sequence<UInt8>) {
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let value = Self.value(digit), bytes.count < Self.byteCount else { return nil }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    guard bytes.count == Self.byteCount, high == nil else { return nil }
    self.bytes = bytes
  }

  /// 64 hexadecimal digits.
  package var text: String { bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }

  /// Compares every byte, whichever differ, so that the time tells nothing.
  @inline(never)
  package func matches(_ other: Secret) -> Bool {
    var difference: UInt8 = 0
    for index in 0..<Self.byteCount { difference |= bytes[index] ^ other.bytes[index] }
    return difference == 0
  }

  /// 64 bits that tell one secret from another, and not what it is. Source: FNV-1a
  package var fingerprint: UInt64 { bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
