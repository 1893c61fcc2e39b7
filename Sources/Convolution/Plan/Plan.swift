import Numbers

/// How all kernels of a convolver are cut: the first taps are summed directly, the others go through transforms of growing sizes.
///
/// All routes of a convolver have the same plan, so that each input is transformed once a level, and each output too. A
/// level of size S takes partitions of S taps and works in the S/b slots from the one in which a window of S samples is complete:
/// its first output is due in the last of them, so that it starts no earlier than 2S - 2b taps in.
public struct Plan: Sendable, Hashable {
  /// Partitions of one size.
  public struct Level: Sendable, Hashable {
    /// Taps of a partition: a power of two, at least 64.
    public var size: Int
    /// The first tap.
    public var offset: Int
  }

  /// Frames that the convolver takes at once.
  public let block: Int
  /// Frames of a slot, b: a power of two that divides the block, or 32 where none from 32 up does. Levels then start b taps
  /// later, since blocks end between slots.
  public let slot: Int
  /// Taps that are summed directly: up to the start of the first level, or all.
  public let directTaps: Int
  /// Sizes ascend.
  public let levels: [Level]

  /// The shortest slot.
  static let leastSlot = 32
  static let leastSize = 64
  /// The longest partition.
  public static let largestSize = 1 << 18
  private static let mostTaps = 1 << 28

  /// The first tap at which partitions of `size` may start.
  static func earliest(_ size: Int, slot: Int, block: Int) -> Int { 2 * (size - slot) + (block % slot == 0 ? 0 : slot) }

  /// The taps of a level, up to `end`.
  func taps(of index: Int, end: Int) -> Range<Int> {
    let next = index + 1 < levels.count ? levels[index + 1].offset : end
    return levels[index].offset..<max(levels[index].offset, min(next, end))
  }
}

extension Plan {
  /// Reads a plan as `description` prints it: "64: direct 128 + 3 x 128 + 2 x 512 + 1024". The last size has no count: it takes
  /// all remaining taps.
  ///
  /// - Throws: `plan`, with the fault.
  public init(_ text: String, block: Int) throws(ConvolutionError) {
    let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
    guard halves.count == 2, let slot = Int(halves[0].trimmed) else {
      throw .plan(text, "begin with the frames of a slot and a colon, such as \"64: \"")
    }
    guard slot >= Self.leastSlot, slot & (slot - 1) == 0, block % slot == 0 || slot == Self.leastSlot else {
      throw .plan(text, "a slot of \(slot) frames: choose 32, or a larger power of two that divides the block of \(block) frames")
    }
    var parts = halves[1].split(separator: "+").map { $0.trimmed }
    var direct = 0
    if let first = parts.first, first.hasPrefix("direct") {
      parts.removeFirst()
      let count = first.dropFirst(6).trimmed
      guard let taps = count.isEmpty && parts.isEmpty ? Int.max : Int(count), taps > 0, parts.isEmpty || taps <= Self.mostTaps else {
        throw .plan(text, "\(first): a number of taps")
      }
      direct = taps
    }
    var levels: [Level] = []
    var offset = direct
    for (index, part) in parts.enumerated() {
      let numbers = part.split(separator: "x").map { Int($0.trimmed) }
      guard let size = numbers.last ?? nil, numbers.count <= 2, let count = numbers.count == 2 ? numbers[0] : 1, count > 0,
        count <= Self.mostTaps / Self.leastSize, numbers.count == 2 || index == parts.count - 1, size >= Self.leastSize,
        size <= Self.largestSize, size & (size - 1) == 0,
        size >= slot, size > levels.last?.size ?? 0
      else { throw .plan(text, "\(part): a count and a power of two from 64 to \(Self.largestSize), sizes ascending") }
      let earliest = Self.earliest(size, slot: slot, block: block)
      guard offset >= earliest, offset % slot == 0 else {
        throw .plan(text, "partitions of \(size) start \(offset) taps in: they can from \(earliest) on, at multiples of \(slot)")
      }
      levels.append(Level(size: size, offset: offset))
      offset += count * size
    }
    self.init(block: block, slot: slot, directTaps: levels.isEmpty ? .max : direct, levels: levels)
  }
}

extension Plan: CustomStringConvertible {
  public var description: String {
    var parts = directTaps == .max ? ["direct"] : directTaps > 0 ? ["direct \(directTaps)"] : []
    for (index, level) in levels.enumerated() {
      let next = index + 1 < levels.count ? levels[index + 1].offset : nil
      parts.append(next.map { "\(($0 - level.offset) / level.size) x \(level.size)" } ?? "\(level.size)")
    }
    return "\(slot): " + parts.joined(separator: " + ")
  }
}
