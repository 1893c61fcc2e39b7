import CIntrinsics
import Vector

/// What float64 results are rounded to where they are stored. Only what is left then has to have NumPy's bits.
public enum Rounding: Sendable, Equatable {
  /// The value times 2^(bits-1), rounded half to even.
  case integer(bits: Int)
  case float32
  /// Nothing is rounded.
  case none

  /// Whether all values within `bound` of `value` are rounded alike.
  @inline(__always)
  private func isCertain(_ value: Double, _ bound: Double) -> Bool {
    switch self {
    case .integer(let bits):
      let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
      return ((value - bound) * scale).rounded(.toNearestOrEven) == ((value + bound) * scale).rounded(.toNearestOrEven)
    case .float32: return Float(value - bound).bitPattern == Float(value + bound).bitPattern
    case .none: return false
    }
  }

  /// Calls `body` with the place of each value that is not certain, in order.
  ///
  /// Complexity: O(count), in groups: most need no look at single values.
  func forEachUncertain(_ values: UnsafePointer<Double>, count: Int, bound: Double, _ body: (Int) -> Void) {
    var next = firstUnclear(values, from: 0, count, bound)
    while next < count {
      let group = next..<min(next + Self.group, count)
      for n in group where !isCertain(values[n], bound) { body(n) }
      next = firstUnclear(values, from: group.upperBound, count, bound)
    }
  }

  /// Values that the loops look at together.
  private static let group = 32
  private static let loops = VectorLoops.table(.float64)

  /// Where a group may hold a value that is not certain, or is the last and shorter; `count` or more if there is none.
  @inline(__always)
  private func firstUnclear(_ values: UnsafePointer<Double>, from start: Int, _ count: Int, _ bound: Double) -> Int {
    switch self {
    case .integer(let bits):
      let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
      return Self.loops.first_unclear(values, start, count, scale, 0.5 - bound * scale * 1.001 - 0x1p-20)
    case .float32: return Self.loops.first_unclear_float32(values, start, count, bound)
    case .none: return start
    }
  }
}
