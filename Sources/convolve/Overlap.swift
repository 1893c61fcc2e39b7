/// How many products direct sums consist of: at both ends, outputs meet fewer taps.
struct Overlap {
  /// Values of the longer operand, and of the shorter one.
  let values, taps: Int

  /// Products of the outputs of a full convolution before this one.
  func products(before output: Int) -> Double {
    func triangle(_ count: Int) -> Double { Double(count) * Double(count + 1) / 2 }
    if output <= taps { return triangle(output) }
    if output <= values { return triangle(taps) + Double(output - taps) * Double(taps) }
    return Double(values) * Double(taps) - triangle(max(0, values + taps - 1 - output))
  }

  func products(of outputs: Range<Int>) -> Double { products(before: outputs.upperBound) - products(before: outputs.lowerBound) }
}
