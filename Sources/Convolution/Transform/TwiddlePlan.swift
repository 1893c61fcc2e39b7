import Buffers
import CIntrinsics
import Glibc
import Vector

/// Twiddle factors of a right-angle transform, laid out for its passes.
///
/// A block of the transform is a remainder modulo t^L - e^(iφ). Angles are kept in units of π: there they are dyadic
/// fractions, exact in Double, so that each factor has one rounding, its own.
package struct TwiddlePlan {
  private let points: Int
  private let loops: VectorLoops
  /// For a pass of radix 2, if there is one, then for those of radix 4, and for leaves of 32 points: angles, of which each becomes a
  /// cosine and a sine.
  private var tables: [[Double]] = []
  private let hasRadix2: Bool
  private let passes: Int
  /// For each group the angles of every step in the order of their use, lane by lane.
  private var leaf: [Double] = []

  /// Tables are left unfinished once the work is cancelled.
  init(points: Int, loops: VectorLoops, unless isCancelled: () -> Bool) {
    (self.points, self.loops) = (points, loops)
    let steps = (points / loops.leaf_points).trailingZeroBitCount
    (passes, hasRadix2) = (steps / 2, steps % 2 == 1)
    var blocks = [0.5]
    if hasRadix2 {
      tables.append([blocks[0] / 2])
      blocks = [blocks[0] / 2, blocks[0] / 2 + 1]
    }
    for _ in 0..<passes {
      if isCancelled() { return }
      tables.append(Self.quarters(blocks))
      var parts: [Double] = []
      parts.reserveCapacity(4 * blocks.count)
      for angle in blocks { for part in 0..<4 { parts.append(angle / 4 + Double(part) / 2) } }
      blocks = parts
    }
    if loops.leaf_points == 32 { tables.append(Self.quarters(blocks)) }
    appendLeaves(blocks, unless: isCancelled)
  }

  /// Bytes for the plan and its tables.
  var byteCount: Int {
    var parts = MemoryParts()
    for bytes in reserved { _ = parts.reserve(bytes) }
    return parts.byteCount
  }

  /// The plan, the list of tables, the tables, the leaves.
  private var reserved: [Int] {
    let angles = tables.map(\.count) + [leaf.count]
    return [MemoryLayout<TransformPlan>.stride, max(1, tables.count) * MemoryLayout<UnsafeRawPointer>.stride]
      + angles.map { 2 * $0 * loops.scalar_bytes }
  }

  /// Writes tables and plan into memory of `byteCount` bytes; returns the plan, which points into it. Tables are left unfinished once the
  /// work is cancelled.
  func write(to base: UnsafeMutableRawPointer, unless isCancelled: () -> Bool) -> UnsafePointer<TransformPlan> {
    var parts = MemoryParts()
    let places = reserved.map { base + parts.reserve($0) }
    for (index, angles) in tables.enumerated() {
      for (n, angle) in angles.enumerated() {
        if n % Self.anglesAtOnce == 0, isCancelled() { break }
        store(Self.cosine(angle), places[2 + index], 2 * n)
        store(Self.sine(angle), places[2 + index], 2 * n + 1)
      }
    }
    writeLeaves(to: places[2 + tables.count], unless: isCancelled)
    let list = places[1].bindMemory(to: UnsafeRawPointer.self, capacity: max(1, tables.count))
    let first = hasRadix2 ? 1 : 0
    for index in first..<max(first, tables.count) { (list + (index - first)).initialize(to: places[2 + index]) }
    let plan = places[0].bindMemory(to: TransformPlan.self, capacity: 1)
    plan.initialize(
      to: TransformPlan(
        points: points, radix4_passes: passes, radix2_twiddles: hasRadix2 ? UnsafeRawPointer(places[2]) : nil,
        radix4_twiddles: UnsafePointer(list), leaf_twiddles: UnsafeRawPointer(places[2 + tables.count])))
    return UnsafePointer(plan)
  }

  /// Some milliseconds.
  private static let anglesAtOnce = 1 << 16

  private mutating func appendLeaves(_ blocks: [Double], unless isCancelled: () -> Bool) {
    let blocksOfGroup = loops.group_points / loops.leaf_points
    leaf.reserveCapacity(blocks.count / blocksOfGroup * loops.lane_count * 7)
    for first in stride(from: 0, to: blocks.count, by: blocksOfGroup) {
      if first % Self.anglesAtOnce == 0, isCancelled() { return }
      let lanes = loops.lane_count
      func own(_ lane: Int) -> Double { blocks[first + lane * blocksOfGroup / lanes] }
      // Blocks have become 4 smaller ones, each a lane.
      func quarter(_ lane: Int) -> Double { own(lane) / 4 + Double(lane % 4) / 2 }
      switch loops.leaf_points {
      case 4: appendQuarters(own)
      case 16:
        appendQuarters(own)
        appendQuarters(quarter)
      default:
        for lane in 0..<lanes { leaf.append(quarter(lane) / 2) }
        appendQuarters { quarter($0) / 2 }
        appendQuarters { quarter($0) / 2 + 1 }
      }
    }
  }

  /// For each lane of a pass of radix 4.
  private mutating func appendQuarters(_ lane: (Int) -> Double) {
    for part in 1...3 { for n in 0..<loops.lane_count { leaf.append(lane(n) * (Double(part) / 4)) } }
  }

  /// For each step a vector of cosines, then one of sines.
  private func writeLeaves(to base: UnsafeMutableRawPointer, unless isCancelled: () -> Bool) {
    let lanes = loops.lane_count
    for (n, angle) in leaf.enumerated() {
      if n % Self.anglesAtOnce == 0, isCancelled() { return }
      let index = n / lanes * 2 * lanes + n % lanes
      store(Self.cosine(angle), base, index)
      store(Self.sine(angle), base, index + lanes)
    }
  }

  private static func quarters(_ blocks: [Double]) -> [Double] {
    var angles: [Double] = []
    angles.reserveCapacity(3 * blocks.count)
    for angle in blocks { for part in [0.25, 0.5, 0.75] { angles.append(angle * part) } }
    return angles
  }

  private func store(_ value: Double, _ base: UnsafeMutableRawPointer, _ index: Int) {
    if loops.scalar_bytes == 4 {
      (base + 4 * index).storeBytes(of: Float(value), as: Float.self)
    } else {
      (base + 8 * index).storeBytes(of: value, as: Double.self)
    }
  }

  /// cos(π x), reduced to an eighth of the circle before it is rounded.
  package static func cosine(_ x: Double) -> Double {
    // Exact, as `remainder` is, but some times as fast: x is a fraction of few bits.
    let y = abs(x - 2 * (x / 2).rounded())
    if y <= 0.25 { return cos(.pi * y) }
    if y < 0.75 { return sin(.pi * (0.5 - y)) }
    return -cos(.pi * (1 - y))
  }

  /// sin(π x).
  package static func sine(_ x: Double) -> Double { cosine(x - 0.5) }
}
