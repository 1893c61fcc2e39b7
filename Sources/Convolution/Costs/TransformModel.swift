import CIntrinsics

/// Splits the cost of a whole transform among its passes.
struct TransformModel {
  let call: Double
  /// ns a point in a pass of radix 4, each way.
  let passPoint: Double
  /// ns a point for the leaf and what surrounds it.
  let forwardBlockPoint: Double
  let inverseBlockPoint: Double
  let firstColumn: Double
  let lastColumn: Double
  private let points: Int
  private let firstRadix: Int

  init(fft: RealFFT, costs: CostTable) {
    (points, firstRadix) = (fft.points, fft.firstRadix)
    call = costs.call
    let passes = (fft.points / firstRadix / fft.loops.leaf_points).trailingZeroBitCount / 2
    // In units of a pass: half of what the first one reads is zero, the last one adds to a ring twice, and a leaf is two
    // passes and their shuffles.
    let forward = costs.forward(size: fft.points) / Double(fft.points)
    let inverse = costs.inverse(size: fft.points) / Double(fft.points)
    let (first, last, leaf) = (0.8, 1.6, 2.0)
    let forwardUnit = forward / (first + leaf + Double(passes))
    let inverseUnit = inverse / (last + leaf + Double(passes))
    passPoint = (forwardUnit + inverseUnit) / 2
    (forwardBlockPoint, inverseBlockPoint) = (leaf * forwardUnit, leaf * inverseUnit)
    (firstColumn, lastColumn) = (Double(firstRadix) * first * forwardUnit, Double(firstRadix) * last * inverseUnit)
  }

  func blockPoints(_ pass: Int) -> Int { (firstRadix == 2 ? points / 2 : points) >> (2 * pass) }
}
