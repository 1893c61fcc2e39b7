import Vector

/// The properties of one output's sums: the grid on which they lie, and a bound of their rounding errors.
///
/// With u = 2^-53, a signal of magnitudes up to 1, and levels of S points that take taps whose magnitudes add up to W_l in K
/// partitions, of W in all, what is computed lies within
///
///     B = λ u (sum over levels 2 (3 η² lg 2S + 8 + K) W_l² + (D + 2 L) W²)^½,  λ = 10, η = 6.7
///
/// of the exact sum, D being the direct taps and L the levels. Roundings are taken as independent, each as large as it can be: every stage
/// of a transform then adds η u W_l at most to an output's standard deviation (two transforms there, one back), since
/// a stage of 2^s points takes the samples and taps in classes, and the sums of magnitudes of each bound what its roundings do to one
/// output. Two windows of a level overlap, additions are rounded too, and λ leaves a chance of 4e-22 (Hoeffding's inequality).
///
/// Without levels nothing is rounded where sums lie on a grid that float64 holds.
/// Sources: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 24.2; N. J. Higham and T. Mary, "A new approach to
/// probabilistic rounding error analysis", 2019.
public struct OutputSums: Sendable, Equatable {
  /// The sum of the taps' magnitudes: the largest output of a full-scale input.
  public private(set) var magnitudes = 0.0
  /// The lowest bit that is set in any tap; nil if finer than any integer format, or unknown; large if there are no taps.
  private var tapExponent: Int? = 100
  /// (B / λ u)²
  private var variance = 0.0
  /// Whether a part of the sums comes from a transform.
  private var isTransformed = false
  /// The inputs of which the sums consist.
  public private(set) var heard: [HeardInput] = []

  public init() {}

  private static let deviations = 10.0
  /// What a stage of a transform loses, in units of u.
  private static let stage = 6.7
  /// The widths for which exact sums are looked for: up to all bits of a float64's fraction.
  private static let signalBits = 8...52

  /// The largest error of an output, for a signal of magnitudes up to 1; the largest float64 where its square is none.
  public var bound: Double { min(.greatestFiniteMagnitude, Self.deviations * 0x1p-53 * variance.squareRoot()) }

  /// Whether float64 sums that lie on a grid are computed without rounding.
  public var isUnrounded: Bool { !isTransformed }

  /// The step of the grid on which the sums of a signal of integers lie; nil if there is none, or errors reach half a step.
  ///
  /// - Parameter signalStep: the distance of two values of the signal: 2^(1 - bits).
  public func grid(signalStep: Double) -> Double? {
    let step = Grid(tapExponent: tapExponent, magnitudes: magnitudes)?.step(valueStep: signalStep, largest: 1)
    return step.flatMap { isUnrounded || bound < $0 / 2 ? $0 : nil }
  }

  /// The most bits of a signal of integers whose sums are exact; nil: not even those of 8 bits are.
  public var exactBits: Int? { Self.signalBits.last { grid(signalStep: Grid.signalStep(bits: $0)) != nil } }

  /// The step that the grid would have without rounding; nil if the taps have too many bits for one.
  public func gridIfUnrounded(signalStep: Double) -> Double? {
    var sums = self
    sums.isTransformed = false
    return sums.grid(signalStep: signalStep)
  }

  /// Adds the sums of another convolver with the same output.
  ///
  /// - Parameters:
  ///   - delay: frames by which its taps come later than it knows.
  ///   - inputs: those here that its own are; nil: the same.
  public mutating func add(_ other: OutputSums, delay: Int = 0, inputs: [Int]? = nil) {
    if other.magnitudes == 0 { return }
    magnitudes += other.magnitudes
    tapExponent = tapExponent.flatMap { exponent in other.tapExponent.map { min(exponent, $0) } }
    variance += other.variance + magnitudes * magnitudes
    isTransformed = isTransformed || other.isTransformed
    for heard in other.heard { hear(heard.delayed(by: delay, as: inputs?[heard.input] ?? heard.input)) }
  }

  private mutating func hear(_ added: HeardInput) {
    if let index = heard.firstIndex(where: { $0.input == added.input }) { heard[index].add(added) } else { heard.append(added) }
  }

  /// - Parameter parts: the routes that end in the output, none with only zeros, and their kernels.
  init(_ parts: [(route: Route, kernel: PreparedKernel)], plan: Plan, precision: Precision) {
    self.init()
    var lowest = LowestBit()
    var levels = [(magnitudes: Double, products: Int)](repeating: (0, 0), count: plan.levels.count)
    var direct = 0
    for (route, kernel) in parts {
      hear(HeardInput(route, plan: plan))
      direct += route.extent.clamped(to: 0..<plan.directTaps).count
      for sums in kernel.sums {
        magnitudes += sums.magnitudes
        if let bit = sums.lowestBit { lowest.take(bit) }
      }
      for index in levels.indices {
        levels[index].magnitudes += kernel.sums[index + 1].magnitudes
        levels[index].products += kernel.spectra[index].partitions.count
      }
    }
    tapExponent = precision == .float64 ? lowest.exponent : nil
    let used = zip(plan.levels, levels).filter { $1.products > 0 }
    for (level, sums) in used {
      let stages = Double((2 * level.size).trailingZeroBitCount)
      variance += 2 * (3 * Self.stage * Self.stage * stages + 8 + Double(sums.products)) * sums.magnitudes * sums.magnitudes
    }
    isTransformed = !used.isEmpty
    variance += Double(direct + 2 * used.count) * magnitudes * magnitudes
  }
}
