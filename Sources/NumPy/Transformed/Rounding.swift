import CIntrinsics
import Vector

/// How float64 results are rounded when they are stored. Only the stored bits must be NumPy's.
public enum Rounding: Sendable, Equatable {
  /// The value times 2^(bits-1), rounded half to even.
  case integer(bits: Int)
  case float32
  /// Stored as float64.
  case none

  /// Whether all values within `bound` of `value` round alike.
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

  /// Calls `body` with the index of each uncertain value, in order.
  ///
  /// Complexity: O(count); most values are checked in groups.
  func forEachUncertain(_ values: UnsafePointer<Double>, count: Int, bound: Double, _ body: (Int) -> Void) {
    var next = firstUnclear(values, from: 0, count, bound)
    while next < count {
      let group = next..<min(next + Self.group, count)
      for n in group where !isCertain(values[n], bound) { body(n) }
      next = firstUnclear(values, from: group.upperBound, count, bound)
    }
  }

  /// Values that the loops check together.
  private static let group = 32
  private static let loops = VectorLoops.table(.float64)

  /// The start of the next group that may hold an uncertain value or is shorter than others; `count` or more if there is none.
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
