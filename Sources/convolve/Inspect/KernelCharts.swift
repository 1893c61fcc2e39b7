import Analysis
import Glibc
import Numbers
import Plot

/// A channel of a kernel, as drawn.
struct KernelCurve {
  var name: String
  var taps: [Double]
  /// Hz; nil if unknown.
  var sampleRate: Int?
  var analysis: KernelAnalysis

  /// The taps over `scale`.
  fileprivate func taps(over scale: Double) -> [Double] { scale == 1 ? taps : taps.map { $0 / scale } }
}

/// Charts of impulse, magnitude and phase of channels: over ms and Hz if all rates are known, or else over taps and cycles a sample.
///
/// Responses are computed at 512 frequencies, evenly spaced on a logarithmic axis. Phases leave out the delay of the peak.
struct KernelCharts {
  private let curves: [KernelCurve]
  private let isTimed: Bool

  /// Of the time axis, before the first tap and after the last.
  private static let margin = 0.02
  /// Phases are drawn above -60 dB of the largest gain.
  private static let phaseFloor = 1e-3

  /// Precondition: there is at least one curve.
  init(_ curves: [KernelCurve]) {
    self.curves = curves
    isTimed = curves.allSatisfy { $0.sampleRate != nil }
  }

  /// - Complexity: O(512 taps)
  var charts: [Chart] { [impulse] + responses }

  /// Units of the frequency axis for one cycle a sample.
  private func rate(_ curve: KernelCurve) -> Double { isTimed ? Double(curve.sampleRate!) : 1 }

  private var impulse: Chart {
    let unit = isTimed ? 1_000.0 : 1
    let length = curves.map { unit * Double(max($0.taps.count - 1, 1)) / rate($0) }.max()!
    let scale = valueScale
    let low = curves.map { $0.taps.min()! }.min()! / scale, high = curves.map { $0.taps.max()! }.max()! / scale
    let margin = max(high, 0) > min(low, 0) ? 0.05 * (max(high, 0) - min(low, 0)) : 1
    return Chart(
      // What stands at the frame's edge is hard to see.
      "Impulse response", x: Axis(isTimed ? "time, ms" : "time, taps", (-Self.margin * length)...((1 + Self.margin) * length)),
      y: Axis(scale == 1 ? "value" : "value / \(scale)", (min(low, 0) - margin)...(max(high, 0) + margin)),
      curves: curves.map { curve in
        let x = curve.taps.indices.map { unit * Double($0) / rate(curve) }
        return Curve(name: curve.name, style: .stems, x: x, y: curve.taps(over: scale))
      })
  }

  /// The unit of the impulse responses: 1, or the power of ten of taps that have no short labels or no differences in float64.
  private var valueScale: Double {
    let peak = curves.map { abs($0.analysis.peak.value) }.max()!
    return peak == 0 || (1e-6...1e6).contains(peak) ? 1 : max(pow(10, log10(peak).rounded(.down)), .leastNonzeroMagnitude)
  }

  private var responses: [Chart] {
    let highest = curves.map { rate($0) / 2 }.max()!
    // Three decades, from 20 Hz at usual rates.
    let x = Axis(
      isTimed ? "frequency, Hz" : "frequency, cycles a sample", (isTimed && highest > 40 ? 20 : highest / 1_000)...highest, .logarithmic)
    var (magnitudes, phases): ([Curve], [Curve]) = ([], [])
    for curve in curves {
      let (frequencies, levels, angles) = response(curve, x)
      magnitudes.append(Curve(name: curve.name, style: .line, x: frequencies, y: levels))
      phases.append(Curve(name: curve.name, style: .angle, x: frequencies, y: angles))
    }
    return [
      Chart("Magnitude", x: x, y: Axis("gain, dB", levelRange(magnitudes)), curves: magnitudes),
      Chart("Phase without the peak's delay", x: x, y: Axis("degrees", -200...200, step: 90), curves: phases),
    ]
  }

  private func response(_ curve: KernelCurve, _ axis: Axis) -> (x: [Double], levels: [Double], angles: [Double]) {
    let (low, high) = (axis.range.lowerBound, min(axis.range.upperBound, rate(curve) / 2))
    let x = high > low ? (0..<512).map { low * pow(high / low, Double($0) / 511) } : []
    // Near 1, so that no sum is beyond float64; a power of two rounds nothing.
    let scale = curve.analysis.scale
    let response = FrequencyResponse(taps: curve.taps(over: scale))
    let gains = x.map { response.value(at: $0 / rate(curve)) }
    let floor = curve.analysis.largestGain.magnitude / scale * Self.phaseFloor
    let angles = zip(x, gains).map { frequency, gain in
      // The phase of what is not heard is noise.
      if gain.magnitude <= floor { return Double.nan }
      let turns = gain.phase / (2 * .pi) + frequency / rate(curve) * Double(curve.analysis.peak.tap)
      return 360 * turns.remainder(dividingBy: 1)
    }
    return (x, gains.map { decibels($0.magnitude) + decibels(scale) }, angles)
  }

  /// A range of 20 to 100 dB around the curves, in tens.
  private func levelRange(_ curves: [Curve]) -> ClosedRange<Double> {
    let levels = curves.flatMap(\.y).filter(\.isFinite)
    let high = (((levels.max() ?? 0) + 1) / 10).rounded(.up) * 10
    let low = (((levels.min() ?? 0) - 1) / 10).rounded(.down) * 10
    return min(max(low, high - 100), high - 20)...high
  }
}
