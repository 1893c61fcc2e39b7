import Convolution

/// What the ways to convolve a long signal cost, in nanoseconds: the measure by which one is chosen.
///
/// Figures come from `make bench-costs` on an AMD EPYC (Zen 5) with x86-64-v3 loops. Only their ratios matter to the choice.
struct OfflineCosts {
  let taps: Int

  /// One tap of one output in the ordered sum, of kernels of 64 taps or more; and what an output costs besides.
  private static let orderedTap = 0.05
  private static let orderedOutput = 2.0
  /// To load a value, to check or snap an output, and to round it.
  private static let checkedOutput = 1.8
  /// Forward transform, product and inverse of a frame, by point: of 16, 32, 64 and so on to 2^20, where caches no longer help.
  private static let point = [2.5, 1.9, 2.4, 3.0, 3.1, 3.2, 3.3, 3.5, 3.6, 3.6, 3.8, 3.8, 4.5, 4.6, 6.4, 7.4, 8.5]

  init(taps: Int) { self.taps = taps }

  func direct(outputs: Int) -> Double { (Self.orderedTap * Double(taps) + Self.orderedOutput) * Double(outputs) }

  /// Precondition: the taps fit a frame of 2 `points` values.
  func transformed(points: Int, outputs: Int) -> Double {
    let stride = 2 * points - taps + 1
    let frames = (outputs + stride - 1) / stride
    let point = Self.point[min(points.trailingZeroBitCount - 4, Self.point.count - 1)]
    return Double(frames * points) * point + Double(min(outputs, frames * stride)) * Self.checkedOutput
  }

  /// The size of the cheapest transform, or of one that is nearly so and takes less memory; nil if the direct sum is cheaper and a
  /// transform is not asked for.
  func points(outputs: Int, always: Bool) -> Int? {
    let candidates = (4...24).map { 1 << $0 }.filter { 2 * $0 > taps }
    guard let least = candidates.map({ transformed(points: $0, outputs: outputs) }).min() else { return nil }
    if !always && direct(outputs: outputs) < least { return nil }
    return candidates.first { transformed(points: $0, outputs: outputs) <= 1.05 * least }
  }
}
