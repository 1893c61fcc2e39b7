import Vector

/// Estimates what each way to convolve a long signal costs, in nanoseconds. The cheapest one is chosen.
///
/// The figures come from `make bench-costs` on an AMD EPYC (Zen 5). Only their ratios matter to the choice.
struct OfflineCosts {
  let taps: Int

  /// One tap of one output in the ordered sum, and each output's own cost.
  private static let orderedTap = InstructionSet.best == .v4 ? 0.0155 : 0.032
  private static let orderedOutput = 2.7
  /// Tap and output of short kernels, which NumPy sums term by term.
  private static let sequentialTap = 0.09
  private static let sequentialOutput = 0.3
  /// Loading a value, and checking or snapping an output.
  private static let checkedOutput = 0.5
  /// A window of any length.
  private static let window = 80.0
  /// Forward transform, product and inverse of a window, per point, for 16, 32, 64 ... 2^20 points. Larger ones cost as much as the last.
  private static let point = [2.3, 1.9, 1.5, 3.3, 2.8, 2.8, 2.9, 3.4, 3.4, 3.0, 3.8, 3.4, 4.5, 4.2, 6.4, 7.6, 8.4]

  init(taps: Int) { self.taps = taps }

  func direct(outputs: Int) -> Double {
    let output =
      taps <= DirectConvolution.shortKernelTaps
      ? Self.sequentialOutput + Self.sequentialTap * Double(taps) : Self.orderedOutput + Self.orderedTap * Double(taps)
    return output * Double(outputs)
  }

  /// Precondition: the taps fit a window of 2 `points` values.
  func transformed(points: Int, outputs: Int) -> Double {
    let stride = 2 * points - taps + 1
    let windows = Double((outputs + stride - 1) / stride)
    let point = Self.point[min(points.trailingZeroBitCount - 4, Self.point.count - 1)]
    return windows * (Double(points) * point + Self.window) + Double(outputs) * Self.checkedOutput
  }

  /// The points of the smallest transform within 5 % of the cheapest; nil if the direct sum is cheaper, unless a transform is `always`
  /// wanted.
  func points(outputs: Int, always: Bool) -> Int? {
    let candidates = (4...24).map { 1 << $0 }.filter { 2 * $0 > taps }
    guard let least = candidates.map({ transformed(points: $0, outputs: outputs) }).min() else { return nil }
    if !always && direct(outputs: outputs) < least { return nil }
    return candidates.first { transformed(points: $0, outputs: outputs) <= 1.05 * least }
  }
}
