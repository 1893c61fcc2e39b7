import TestSupport

/// What may happen to a file.
enum Mutation: CaseIterable {
  /// The end is missing.
  case truncation
  /// Its name says another kind.
  case label
  /// A few bits are others.
  case bits
  /// Some bits of the first hundred bytes are others.
  case headerBits
  /// A 16- or 32-bit field of the header holds a limit of its type, or nearly.
  case size
  /// Bytes that belong to nothing, in the header.
  case insertion
  /// A long run of bytes in the header.
  case longHeader
  /// Bytes of the header are missing.
  case deletion
  /// Nothing but noise, behind the first bytes.
  case noise

  func apply(to bytes: inout [UInt8], _ generator: inout SeededGenerator) {
    let header = 0..<min(100, bytes.count)
    switch self {
    case .truncation: bytes.removeLast(.random(in: 1...bytes.count, using: &generator))
    case .label: break
    case .bits: Self.flip(&bytes, 0..<bytes.count, .random(in: 1...20, using: &generator), &generator)
    case .headerBits: Self.flip(&bytes, header, .random(in: 1...4, using: &generator), &generator)
    case .size: Self.overwrite(&bytes, header, &generator)
    case .insertion:
      let count = Int.random(in: 1...9, using: &generator)
      bytes.insert(contentsOf: Self.random(count, &generator), at: .random(in: header, using: &generator))
    case .longHeader:
      let content: [UInt8] = Bool.random(using: &generator) ? Self.random(70_000, &generator) : Array(repeating: 0x20, count: 70_000)
      bytes.insert(contentsOf: content, at: .random(in: header, using: &generator))
    case .deletion:
      let first = Int.random(in: header, using: &generator)
      bytes.removeSubrange(first..<min(bytes.count, first + .random(in: 1...9, using: &generator)))
    case .noise:
      let kept = Int.random(in: header, using: &generator)
      bytes = bytes[..<kept] + Self.random(.random(in: 0...3_000, using: &generator), &generator)
    }
  }

  private static func flip(_ bytes: inout [UInt8], _ range: Range<Int>, _ count: Int, _ generator: inout SeededGenerator) {
    for _ in 0..<count { bytes[.random(in: range, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
  }

  /// Both orders of bytes.
  private static func overwrite(_ bytes: inout [UInt8], _ range: Range<Int>, _ generator: inout SeededGenerator) {
    let limits: [UInt32] = [0, 1, 2, 0x7F, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x00FF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, .max]
    let value = limits.randomElement(using: &generator)!
    let width = Bool.random(using: &generator) ? 2 : 4
    let isBigEndian = Bool.random(using: &generator)
    let first = Int.random(in: range, using: &generator) & ~1
    for index in 0..<width where first + index < bytes.count {
      bytes[first + index] = UInt8(truncatingIfNeeded: value >> (8 * (isBigEndian ? width - 1 - index : index)))
    }
  }

  private static func random(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in .random(in: 0...255, using: &generator) }
  }
}
