import Buffers
import CIntrinsics
import Glibc
import Vector

/// Twiddle factors of a right-angle transform, laid out for its passes.
///
/// A block of the transform is a remainder modulo t^L - e^(iφ). Angles are kept in units of π: there they are dyadic
/// fractions, exact in Double, so that each factor has one rounding, its own.
package enum TwiddlePlan {
  static func byteCount(points: Int, loops: VectorLoops) -> Int {
    let scalars = 2 * points + 6 * points + 512
    return MemoryLayout<TransformPlan>.stride + 16 * MemoryLayout<UnsafeRawPointer>.stride + 16 * 64 + scalars * loops.scalar_bytes
  }

  /// Writes tables and plan into zeroed memory of `byteCount` bytes; returns the plan, which points into it.
  static func write(to base: UnsafeMutableRawPointer, points: Int, loops: VectorLoops) -> UnsafePointer<TransformPlan> {
    let steps = (points / loops.leaf_points).trailingZeroBitCount
    let passes = steps / 2
    var parts = MemoryParts()
    let planOffset = parts.reserve(MemoryLayout<TransformPlan>.stride)
    let tablesOffset = parts.reserve(16 * MemoryLayout<UnsafeRawPointer>.stride)
    func table(_ angles: [Double]) -> UnsafeMutableRawPointer {
      let pointer = base + parts.reserve(2 * angles.count * loops.scalar_bytes)
      for (index, angle) in angles.enumerated() {
        store(cosine(angle), pointer, 2 * index, loops)
        store(sine(angle), pointer, 2 * index + 1, loops)
      }
      return pointer
    }

    var blocks = [0.5]
    var radix2: UnsafeRawPointer?
    if steps % 2 == 1 {
      radix2 = UnsafeRawPointer(table([blocks[0] / 2]))
      blocks = [blocks[0] / 2, blocks[0] / 2 + 1]
    }
    let tables = (base + tablesOffset).bindMemory(to: UnsafeRawPointer.self, capacity: 16)
    for pass in 0..<passes {
      tables[pass] = UnsafeRawPointer(table(blocks.flatMap(quarters)))
      blocks = blocks.flatMap { angle in (0..<4).map { angle / 4 + Double($0) / 2 } }
    }
    if loops.leaf_points > 4 { tables[passes] = UnsafeRawPointer(table(blocks.flatMap(quarters))) }
    let leaf = leafTable(blocks: blocks, at: base + parts.byteCount, loops: loops)

    let plan = (base + planOffset).bindMemory(to: TransformPlan.self, capacity: 1)
    plan.initialize(
      to: TransformPlan(
        points: points, radix4_passes: passes, radix2_twiddles: radix2,
        radix4_twiddles: UnsafePointer(tables), leaf_twiddles: leaf))
    return UnsafePointer(plan)
  }

  /// For each group the angles of every step in the order of their use, lane by lane: a vector of cosines, then one of sines.
  private static func leafTable(blocks: [Double], at base: UnsafeMutableRawPointer, loops: VectorLoops) -> UnsafeRawPointer {
    let lanes = loops.lane_count
    let blocksOfGroup = loops.group_points / loops.leaf_points
    var index = 0
    for first in stride(from: 0, to: blocks.count, by: blocksOfGroup) {
      let group = Array(blocks[first..<first + blocksOfGroup])
      let angles = (0..<lanes).map { loops.leaf_points == 4 ? quarters(group[$0]) : leafAngles(group, lane: $0) }
      for step in angles[0].indices {
        for function in [cosine, sine] {
          for lane in 0..<lanes {
            store(function(angles[lane][step]), base, index, loops)
            index += 1
          }
        }
      }
    }
    return UnsafeRawPointer(base)
  }

  /// Blocks of 32 points have become 4 blocks of 8 points, each a lane.
  private static func leafAngles(_ group: [Double], lane: Int) -> [Double] {
    let block = group[lane / 4] / 4 + Double(lane % 4) / 2
    return [block / 2] + quarters(block / 2) + quarters(block / 2 + 1)
  }

  private static func quarters(_ angle: Double) -> [Double] { [angle / 4, angle / 2, angle * 3 / 4] }

  private static func store(_ value: Double, _ base: UnsafeMutableRawPointer, _ index: Int, _ loops: VectorLoops) {
    if loops.scalar_bytes == 4 {
      (base + 4 * index).storeBytes(of: Float(value), as: Float.self)
    } else {
      (base + 8 * index).storeBytes(of: value, as: Double.self)
    }
  }

  /// cos(π x), reduced to an eighth of the circle before it is rounded.
  package static func cosine(_ x: Double) -> Double {
    let y = abs(x.remainder(dividingBy: 2))
    if y <= 0.25 { return cos(.pi * y) }
    if y < 0.75 { return sin(.pi * (0.5 - y)) }
    return -cos(.pi * (1 - y))
  }

  /// sin(π x).
  package static func sine(_ x: Double) -> Double { cosine(x - 0.5) }
}
