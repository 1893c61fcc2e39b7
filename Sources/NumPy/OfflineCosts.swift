import Convolution

/// What the ways to convolve a long signal cost, in nanoseconds: the measure by which one is chosen.
struct OfflineCosts {
  let taps: Int
  private let table = CostTable.shipped(.float64)

  /// What one tap of one output costs in the ordered sum: 10^6 outputs of 1,024 taps took 32 ms on the machine of the shipped costs.
  private static let orderedTap = 0.031
  /// What it costs to load a value, and to check or snap an output: an estimate.
  private static let checkedOutput = 1.0

  init(taps: Int) { self.taps = taps }

  func direct(outputs: Int) -> Double { Self.orderedTap * Double(taps) * Double(outputs) }

  /// Precondition: the taps fit a frame of 2 `points` values.
  func transformed(points: Int, outputs: Int) -> Double {
    let stride = 2 * points - taps + 1
    let transforms = table.transformPair + table.transformPointStep * Double(points * points.trailingZeroBitCount)
    return Double((outputs + stride - 1) / stride) * (transforms + (table.bin + 2 * Self.checkedOutput) * Double(points))
  }

  /// The size of the cheapest transform; nil if the direct sum is cheaper and a transform is not asked for.
  func points(outputs: Int, always: Bool) -> Int? {
    let candidates = (4...24).map { 1 << $0 }.filter { 2 * $0 > taps }
    guard let cheapest = candidates.min(by: { transformed(points: $0, outputs: outputs) < transformed(points: $1, outputs: outputs) })
    else { return nil }
    return always || transformed(points: cheapest, outputs: outputs) < direct(outputs: outputs) ? cheapest : nil
  }
}
