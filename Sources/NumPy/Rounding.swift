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
    let group = 64
    for start in stride(from: 0, to: count, by: group) {
      let size = min(group, count - start)
      if areClear(values + start, size, bound) { continue }
      for n in start..<start + size where !isCertain(values[n], bound) { body(n) }
    }
  }

  /// A quick look at several values. False does not mean that one of them is uncertain.
  @inline(__always)
  private func areClear(_ values: UnsafePointer<Double>, _ count: Int, _ bound: Double) -> Bool {
    guard case .integer(let bits) = self else { return areClearInFloat32(values, count, bound) }
    let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
    // Adding 1.5 2^52 leaves no room for fractions: the sum is rounded to an integer, half to even.
    let shift = 0x1.8p52
    let limit = 0.5 - bound * scale * 1.001 - 0x1p-20
    var unclear = 0
    for n in 0..<count {
      let scaled = values[n] * scale
      let integer = (scaled + shift) - shift
      // Not `>`: what is no number, or too large for the shift, is unclear.
      unclear &+= (scaled - integer).magnitude <= limit && scaled.magnitude < 0x1p50 ? 0 : 1
    }
    return unclear == 0
  }

  @inline(__always)
  private func areClearInFloat32(_ values: UnsafePointer<Double>, _ count: Int, _ bound: Double) -> Bool {
    if self == .none { return false }
    var unclear = 0
    for n in 0..<count { unclear &+= Float(values[n] - bound) == Float(values[n] + bound) && values[n].magnitude > bound ? 0 : 1 }
    return unclear == 0
  }
}
