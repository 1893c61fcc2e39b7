import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import PCM
import Vector

/// Whether outputs are exact, for which signals, and if not, why.
package struct Exactness {
  private let filters: FilterSet
  /// For each output.
  private let sums: [OutputSums]
  /// Of capture; nil where it is not known.
  private let format: SampleFormat?
  /// Of playback; nil where it is not known.
  private let playback: SampleFormat?
  /// Whether what is captured is resampled.
  private let isResampled: Bool
  private let output: Status.Output
  /// For each output, its first filter whose gain is no power of two.
  private var scaled: [Int: (name: String, gain: Double)] = [:]

  package init(
    filters: FilterSet, sums: [OutputSums], format: SampleFormat?, playback: SampleFormat?, isResampled: Bool, output: Status.Output
  ) {
    (self.filters, self.sums, self.format, self.playback) = (filters, sums, format, playback)
    (self.isResampled, self.output) = (isResampled, output)
    for filter in filters.filters where scaled[filter.to] == nil && filter.factor.significand != 1 {
      scaled[filter.to] = (filter.name, filter.gain)
    }
  }

  package var exact: [Status.Exact] { sums.indices.map(exact) }

  private func exact(_ index: Int) -> Status.Exact {
    let sums = sums[index]
    var exact = Status.Exact()
    if sums.magnitudes == 0 {
      (exact.signalBits, exact.always) = (Self.allBits, true)
      return exact
    }
    exact.cause = causeBefore ?? causeAfter
    if exact.cause != nil { return exact }
    if let bits = sums.exactBits {
      exact.always = (format?.bits).map { $0 <= bits } ?? false
      let captured = min(bits, format?.bits ?? bits)
      exact.signalBits = captured
      exact.grid = sums.grid(signalStep: Grid.signalStep(bits: captured)).map { Int($0.exponent) }
      if exact.always { return exact }
    } else {
      exact.cause = widthCause(index, bits: format?.bits ?? Self.allBits)
    }
    exact.bound = sums.bound
    // Two sums on either side of a tie, if they are nearer to each other than half a step.
    exact.steps = (playback?.bits).flatMap { Self.steps(sums.bound / Grid.signalStep(bits: $0)) }
    return exact
  }

  /// Whole steps, and one; nil beyond what every JSON reader keeps.
  private static func steps(_ steps: Double) -> Int? { steps < 0x1p53 ? Int(steps) + 1 : nil }

  /// Of float64's samples.
  private static let allBits = 53

  /// Why no sums are exact.
  private var causeBefore: String? {
    if filters.configuration.precision != .float64 { return "`precision` is \(filters.configuration.precision.rawValue)" }
    return isResampled ? "what is captured is resampled to another clock" : nil
  }

  /// Why exact sums are not played as they are.
  private var causeAfter: String? {
    if output.volume != 0 { return "the volume is \(Self.text(output.volume)) dB" }
    return output.dither != .off ? "dither adds noise" : nil
  }

  package var outputs: [Status.Exactness] { sums.indices.map(output) }

  private func output(_ index: Int) -> Status.Exactness {
    let sums = sums[index]
    if sums.magnitudes == 0 { return Status.Exactness(grid: nil) }
    if let causeBefore { return Status.Exactness(cause: causeBefore) }
    guard let format else { return Status.Exactness(cause: "the capture format is not known before the device is open") }
    guard let bits = format.bits else {
      return Status.Exactness(cause: "captured samples (\(format.rawValue)) are numbers of any width")
    }
    guard let grid = sums.grid(signalStep: Grid.signalStep(bits: bits)) else {
      return Status.Exactness(cause: widthCause(index, bits: bits))
    }
    return causeAfter.map { Status.Exactness(cause: $0) } ?? Status.Exactness(grid: Int(grid.exponent))
  }

  /// In hundredths at most.
  private static func text(_ decibels: Double) -> String { "\((decibels * 100).rounded() / 100)" }

  /// Why samples of `bits` bits have no exact sums.
  private func widthCause(_ index: Int, bits: Int) -> String {
    if let ideal = sums[index].gridIfUnrounded(signalStep: Grid.signalStep(bits: bits)) {
      return "roundings of up to 2^\(sums[index].bound.exponent + 1) may leave the grid 2^\(ideal.exponent)"
    }
    if let scaled = scaled[index] { return "the gain of \(scaled.name), \(Self.text(scaled.gain)) dB, is no power of two" }
    return "taps are not integers of few bits, so that sums with \(bits)-bit samples have more than 53"
  }
}
