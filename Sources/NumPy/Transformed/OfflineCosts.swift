import Vector

/// How a long signal is transformed.
struct OfflinePlan: Equatable {
  /// Points of a transform; a window has twice as many values.
  var points: Int
  /// Whether `MagnitudeSums` tightens the bound of NumPy's roundings.
  var takesMagnitudes: Bool
}

/// Estimates what each way to convolve a long signal costs, in nanoseconds. The cheapest one is chosen.
///
/// The figures come from `make bench-costs` on an AMD EPYC (Zen 5), those of repairs from their ratio to a transform's on older
/// processors. Only ratios matter to the choice.
struct OfflineCosts {
  private let taps: Int
  private let rounding: Rounding
  /// |v|, |w| and the sum of w: see `ErrorBound`.
  private let norm: Double
  private let weight: (norm: Double, sum: Double)

  /// One tap of one output in the ordered sum, and each output's own cost.
  private static let orderedTap = InstructionSet.best == .v4 ? 0.0155 : 0.032
  private static let orderedOutput = 2.7
  /// One tap of an output that is summed again.
  private static let repairedTap = InstructionSet.best == .v4 ? 0.03 : 0.045
  /// Tap and output of short kernels, which NumPy sums term by term.
  private static let sequentialTap = 0.09
  private static let sequentialOutput = 0.3
  /// Loading a value, and checking or snapping an output.
  private static let checkedOutput = 0.5
  /// A window of any length.
  private static let window = 80.0
  /// Forward transform, product and inverse of a window, per point, for 16, 32, 64 ... 2^20 points. Larger ones cost as much as the last.
  private static let point = [2.3, 1.9, 1.5, 3.3, 2.8, 2.8, 2.9, 3.4, 3.4, 3.0, 3.8, 3.4, 4.5, 4.2, 6.4, 7.6, 8.4]
  /// The sums of magnitudes, by float32, of such a window.
  private static let magnitudes = 0.6

  /// - Parameter rounding: of exact results; `.none` if nothing is summed again.
  init(_ taps: [Double], profile: Profile, rounding: Rounding) {
    let weights = ErrorBound.weights(taps, profile)
    (self.taps, self.rounding) = (taps.count, rounding)
    norm = NumPy.norm(taps)
    weight = (NumPy.norm(weights), weights.reduce(0, +))
  }

  /// Of results that are not exact.
  init(taps: Int) { (self.taps, rounding, norm, weight) = (taps, .none, 0, (0, 0)) }

  func direct(outputs: Int) -> Double { Self.direct(taps: taps, outputs: outputs) }

  static func direct(taps: Int, outputs: Int) -> Double {
    let output =
      taps <= DirectConvolution.shortKernelTaps
      ? sequentialOutput + sequentialTap * Double(taps) : orderedOutput + orderedTap * Double(taps)
    return output * Double(outputs)
  }

  /// Precondition: the taps fit a window of 2 `points` values.
  func transformed(_ plan: OfflinePlan, outputs: Int) -> Double {
    let stride = 2 * plan.points - taps + 1
    let windows = Double((outputs + stride - 1) / stride)
    let transforms = plan.takesMagnitudes ? 1 + Self.magnitudes : 1
    let point = transforms * Self.point[min(plan.points.trailingZeroBitCount - 4, Self.point.count - 1)]
    let output = Self.checkedOutput + repairedShare(plan) * Self.repairedTap * Double(taps)
    return windows * (Double(plan.points) * point + Self.window) + Double(outputs) * output
  }

  /// The share of outputs of noise that are summed again. Of sounds at a tenth of full scale where results are integers; what is
  /// rounded to float32 may be as loud as it likes.
  private func repairedShare(_ plan: OfflinePlan) -> Double {
    // Noise of variance 1: an output has the variance |v|², and a value the mean magnitude (2 / pi)^½.
    let norms = Double(2 * plan.points).squareRoot()
    let transform = ErrorBound.transformFactor(2 * plan.points) * norms
    let distance = ErrorBound.roundoff * (transform + (plan.takesMagnitudes ? 0.8 * weight.sum : norms * weight.norm) / norm)
    switch rounding {
    // As measured: outputs near zero count most, where numbers lie closest.
    case .float32: return min(1, 0x1p27 * distance)
    case .integer(let bits): return min(1, 0.2 * distance * Double(sign: .plus, exponent: bits - 1, significand: 1))
    case .none: return 0
    }
  }

  /// The smallest transform within 5 % of the cheapest; nil if the direct sum is cheaper, unless a transform is `always` wanted.
  func plan(outputs: Int, always: Bool) -> OfflinePlan? {
    let candidates = (4...24).map { 1 << $0 }.filter { 2 * $0 > taps }.map { points in
      [false, points >= MagnitudeSums.fewestPoints].map { OfflinePlan(points: points, takesMagnitudes: $0) }
        .min { transformed($0, outputs: outputs) < transformed($1, outputs: outputs) }!
    }
    guard let least = candidates.map({ transformed($0, outputs: outputs) }).min() else { return nil }
    if !always && direct(outputs: outputs) < least { return nil }
    return candidates.first { transformed($0, outputs: outputs) <= 1.05 * least }
  }
}
