import Vector

/// What the ways to convolve a long signal cost, in nanoseconds: the measure by which one is chosen.
///
/// Figures come from `make bench-costs` on an AMD EPYC (Zen 5). Only their ratios matter to the choice.
struct OfflineCosts {
  let taps: Int

  /// One tap of one output in the ordered sum, and what an output costs besides.
  private static let orderedTap = InstructionSet.best == .v4 ? 0.0155 : 0.032
  private static let orderedOutput = 2.7
  /// The same for the few taps that NumPy sums in the order as they come.
  private static let sequentialTap = 0.09
  private static let sequentialOutput = 0.3
  /// To load a value, and to check or snap an output.
  private static let checkedOutput = 0.5
  /// A frame, whatever its length.
  private static let frame = 80.0
  /// Forward transform, product and inverse of a frame, by point: of 16, 32, 64 and so on to 2^20, where caches no longer help.
  private static let point = [2.3, 1.9, 1.5, 3.3, 2.8, 2.8, 2.9, 3.4, 3.4, 3.0, 3.8, 3.4, 4.5, 4.2, 6.4, 7.6, 8.4]

  init(taps: Int) { self.taps = taps }

  func direct(outputs: Int) -> Double {
    let output =
      taps <= DirectConvolution.shortKernelTaps
      ? Self.sequentialOutput + Self.sequentialTap * Double(taps) : Self.orderedOutput + Self.orderedTap * Double(taps)
    return output * Double(outputs)
  }

  /// Precondition: the taps fit a frame of 2 `points` values.
  func transformed(points: Int, outputs: Int) -> Double {
    let stride = 2 * points - taps + 1
    let frames = Double((outputs + stride - 1) / stride)
    let point = Self.point[min(points.trailingZeroBitCount - 4, Self.point.count - 1)]
    return frames * (Double(points) * point + Self.frame) + Double(outputs) * Self.checkedOutput
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
