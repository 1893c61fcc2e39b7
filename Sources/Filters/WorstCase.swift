import Analysis
import ConfigurationFile
import Convolution
import FilterKernels
import Numbers

/// How loud an output can become: the gain of the signal that its kernels amplify most, full scale on every input.
package struct WorstCase: Sendable {
  package let output: Int
  /// The sum of the magnitudes of all taps that end there, gains included; 1 is full scale.
  package let factor: Double
  private let filters: [LiveFilter]

  /// Rounding apart.
  private static let mostFactor = 1 + 1e-9
  /// Taps up to which the largest |H| is looked for: below a tenth of a second.
  private static let mostTaps = 16_384

  package init(output: Int, filters: [LiveFilter]) {
    (self.output, self.filters) = (output, filters)
    // JSON knows no infinity.
    factor = min(.greatestFiniteMagnitude, filters.reduce(0) { $0 + $1.worstFactor })
  }

  /// dB; nil for an output that is always silent.
  package var decibels: Double? { finiteDecibels(factor) }

  /// The largest |H| where the output has one filter that is short enough for it to be cheap.
  private var sineFactor: Double? {
    guard filters.count == 1, filters[0].response.count <= Self.mostTaps else { return nil }
    return FrequencyResponse(taps: filters[0].response.taps).largestGain().magnitude * filters[0].factor
  }

  /// What is to be said where the output can clip.
  package var warning: String? {
    guard factor > Self.mostFactor, let decibels else { return nil }
    let excess = (decibels * 10).rounded(.up) / 10
    // Adding 0 makes 0 of -0.
    let sine = sineFactor.map { ", a sine by \(($0 > 0 ? (10 * Numbers.decibels($0)).rounded() / 10 + 0 : 0)) dB" } ?? ""
    let remedy =
      filters.count == 1
      ? "`gain: \(decimal(filters[0].gain - excess, places: 1, rounded: .down))` of \(filters[0].name)"
      : "\(excess) dB less on its filters' `gain`"
    return
      "output \(output) amplifies by up to \(excess) dB\(sine), and can clip: \(remedy) avoids it, and as much less on all others keeps"
      + " the balance"
  }
}

extension FilterSet {
  /// One for each output.
  package var worstCases: [WorstCase] {
    let byOutput = Dictionary(grouping: filters, by: \.to)
    return (0..<configuration.playback.channels).map { WorstCase(output: $0, filters: byOutput[$0] ?? []) }
  }
}
