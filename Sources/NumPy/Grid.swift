/// The grid on which all products of two operands lie, where that makes their sums exact: multiples of one power of two that
/// float64 holds however they are added up. NumPy's result is then the exact one, and so is what an FFT gives once it is
/// taken to the nearest point of the grid, if it lies closer to that than half a step.
struct Grid: Sendable {
  /// The distance of two points: a power of two.
  let step: Double

  /// - Returns: nil where sums can leave the grid, or an operand has no grid of a reasonable step.
  init?(_ signal: [Double], _ taps: [Double]) {
    guard let coarse = Self.exponent(taps), let fine = Self.exponent(signal) else { return nil }
    let step = Double(sign: .plus, exponent: coarse + fine, significand: 1)
    let largest = signal.reduce(0) { max($0, $1.magnitude) }
    let sum = taps.reduce(0) { $0 + $1.magnitude }
    guard largest * sum <= 0x1p52 * step else { return nil }
    self.step = step
  }

  /// Moves values to the nearest point. Precondition: they are below 2^51 steps.
  func snap(_ values: UnsafeMutablePointer<Double>, count: Int) {
    // Adding 1.5 2^52 steps leaves no room for fractions of one: the sum is rounded to a multiple, and the rest is exact.
    let shift = 0x1.8p52 * step
    for n in 0..<count { values[n] = (values[n] + shift) - shift }
  }

  /// The exponent of the lowest bit that is set in any value; nil below -100, which is finer than any integer format.
  private static func exponent(_ values: [Double]) -> Int? {
    var lowest = 100
    for value in values where value != 0 {
      guard value.isNormal else { return nil }
      let zeros = value.significandBitPattern.trailingZeroBitCount
      let exponent = Int(value.exponent) - max(0, 52 - zeros)
      if exponent < lowest {
        if exponent < -100 { return nil }
        lowest = exponent
      }
    }
    return lowest
  }
}
