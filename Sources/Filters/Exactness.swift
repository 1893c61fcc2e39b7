import ConfigurationFile
import ControlAPI
import Convolution
import PCM
import Vector

/// Whether outputs are exact, and if not, why.
package struct Exactness {
  private let filters: FilterSet
  /// For each output.
  private let sums: [OutputSums]
  /// Of capture; nil where it is not known.
  private let format: SampleFormat?
  /// Whether what is captured is resampled.
  private let isResampled: Bool
  private let output: Status.Output

  package init(filters: FilterSet, sums: [OutputSums], format: SampleFormat?, isResampled: Bool, output: Status.Output) {
    (self.filters, self.sums, self.format) = (filters, sums, format)
    (self.isResampled, self.output) = (isResampled, output)
  }

  package var outputs: [Status.Exactness] { sums.indices.map(output) }

  private func output(_ index: Int) -> Status.Exactness {
    let sums = sums[index]
    if sums.magnitudes == 0 { return Status.Exactness(grid: nil) }
    if filters.configuration.precision != .float64 { return no("`precision` is \(filters.configuration.precision.rawValue)") }
    if isResampled { return no("what is captured is resampled to another clock") }
    guard let format else { return no("the capture format is not known before the device is open") }
    guard let bits = format.bits else { return no("captured samples (\(format.rawValue)) are numbers of any width") }
    let step = Double(sign: .plus, exponent: 1 - bits, significand: 1)
    guard let ideal = sums.gridIfUnrounded(signalStep: step) else { return no(widthText(index, bits: bits)) }
    guard let grid = sums.grid(signalStep: step) else {
      return no("roundings of up to 2^\(sums.bound.exponent + 1) may leave the grid 2^\(ideal.exponent)")
    }
    if output.volume != 0 { return no("the volume is \(output.volume) dB") }
    if output.dither != .off { return no("dither adds noise") }
    return Status.Exactness(grid: Int(grid.exponent))
  }

  private func no(_ cause: String) -> Status.Exactness { Status.Exactness(cause: cause) }

  private func widthText(_ output: Int, bits: Int) -> String {
    let scaled = filters.filters.first { $0.to == output && $0.factor.significand != 1 }
    if let scaled { return "the gain of \(scaled.name), \(scaled.gain) dB, is no power of two" }
    return "taps are not integers of few bits, so that sums with \(bits)-bit samples have more than 53"
  }
}
