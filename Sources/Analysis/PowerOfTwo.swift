/// A power of two, by which numbers are brought near 1 without rounding: squares of those beyond 1e±154 are no numbers of float64.
struct PowerOfTwo: Equatable {
  let exponent: Int

  static let one = PowerOfTwo(exponent: 0)

  private init(exponent: Int) { self.exponent = exponent }

  /// The largest one up to the peak of finite numbers; nil where all are 0.
  init?(ofPeak values: [Double]) {
    let peak = values.reduce(0) { max($0, abs($1)) }
    guard peak > 0 else { return nil }
    exponent = Int(peak.exponent)
  }

  /// What is less than 1e-307 of the peak may lose bits.
  func divide(_ values: [Double]) -> [Double] {
    exponent == 0 ? values : values.map { Double(sign: .plus, exponent: -exponent, significand: $0) }
  }
}
