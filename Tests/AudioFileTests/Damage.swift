import TestSupport

/// Damages of files.
enum Damage {
  private static let lies: [UInt64] = [
    0, 1, 2, 0x7FFF, 0xFFFF, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 1_000_000_000, 1 << 60, 1 << 63, .max,
  ]

  /// One to three of: cut, overwritten, inserted, and numbers of the header that lie.
  static func applied(to original: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = original
    for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
      let place = Int.random(in: 0..<(Bool.random(using: &random) ? min(bytes.count, 120) : bytes.count), using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeLast(bytes.count - place)
      case 1: bytes[place] = .random(in: 0...255, using: &random)
      case 2:
        bytes.insert(contentsOf: (0..<Int.random(in: 1...9, using: &random)).map { _ in .random(in: 0...255, using: &random) }, at: place)
      default:
        let (lie, width) = (lies.randomElement(using: &random)!, [2, 4, 4, 8].randomElement(using: &random)!)
        let end = min(bytes.count, place & ~1 + width)
        for (index, offset) in (place & ~1..<end).enumerated() { bytes[offset] = UInt8(truncatingIfNeeded: lie >> (8 * UInt64(index))) }
      }
    }
    return bytes
  }
}
