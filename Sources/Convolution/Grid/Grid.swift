/// The grid on which all products of two operands lie, where that makes their sums exact: multiples of one power of two that
/// float64 holds however they are added up. NumPy's result is then the exact one, and so is what an FFT gives once it is
/// taken to the nearest point of the grid, if it lies closer to that than half a step.
public struct Grid: Sendable {
  /// The step of the taps' grid: a power of two.
  private let tapStep: Double
  /// Least step of the signal's values by the largest of them, so that sums stay below 2^52 steps.
  private let leastRatio: Double

  /// Returns nil if no signal's sums stay on a grid.
  public init?(taps: [Double]) {
    var lowest = LowestBit()
    taps.withUnsafeBufferPointer { lowest.take($0) }
    self.init(tapExponent: lowest.exponent, magnitudes: taps.reduce(0) { $0 + $1.magnitude })
  }

  /// - Parameters:
  ///   - tapExponent: as `LowestBit` gives it.
  ///   - magnitudes: the sum of the taps' magnitudes.
  init?(tapExponent: Int?, magnitudes: Double) {
    guard let tapExponent else { return nil }
    tapStep = Double(sign: .plus, exponent: tapExponent, significand: 1)
    // For the trick of `step` too, values must stay below 2^50 steps.
    leastRatio = max(magnitudes / (tapStep * 0x1p52), 0x1p-50) * 1.000001
    if leastRatio > 1 { return nil }
  }

  /// The step of the grid of sums with multiples of `valueStep`, a power of two; nil if sums can leave it.
  ///
  /// - Parameter largest: the largest magnitude of the multiples.
  func step(valueStep: Double, largest: Double) -> Double? { valueStep >= largest * leastRatio ? tapStep * valueStep : nil }

  /// The step of the grid of sums with `values`; nil if sums can leave it.
  ///
  /// - Parameters:
  ///   - count: a multiple of 8.
  ///   - largest: the largest magnitude, far from underflow and overflow.
  public func step(_ values: UnsafePointer<Double>, count: Int, largest: Double) -> Double? {
    let least = Double(sign: .plus, exponent: (largest * leastRatio).exponent + 1, significand: 1)
    if least > largest { return nil }
    // Adding 1.5 2^52 steps leaves no room for fractions of one: the sum's lowest bits are the value in steps.
    let shift = SIMD8<Double>(repeating: 0x1.8p52 * least)
    var (bits, others) = (SIMD8<UInt64>.zero, SIMD8<Double>.zero)
    for n in stride(from: 0, to: count, by: 8) {
      let value = UnsafeRawPointer(values + n).loadUnaligned(as: SIMD8<Double>.self)
      let shifted = value + shift
      bits |= unsafeBitCast(shifted, to: SIMD8<UInt64>.self)
      others.replace(with: 1, where: shifted - shift .!= value)
    }
    if others.sum() != 0 { return nil }
    let steps = (0..<8).reduce(0) { $0 | bits[$1] } & (1 << 51 - 1)
    return tapStep * least * Double(sign: .plus, exponent: steps.trailingZeroBitCount, significand: 1)
  }

  /// Moves values to the nearest multiples of `step`. Precondition: they are below 2^51 steps. Real-time safe.
  @_noLocks @_noAllocation
  public static func snap(_ values: UnsafeMutablePointer<Double>, count: Int, to step: Double) {
    let shift = 0x1.8p52 * step
    for n in 0..<count { values[n] = (values[n] + shift) - shift }
  }

  /// The distance of two samples of `bits` bits; full scale is 1.
  public static func signalStep(bits: Int) -> Double { Double(sign: .plus, exponent: 1 - bits, significand: 1) }
}
