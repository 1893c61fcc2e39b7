import Analysis
import AudioFile
import Numbers
import Terminal

/// A kernel file and the analyses of its channels.
struct Inspection {
  let kernel: Kernel
  let channels: [KernelAnalysis]

  /// - Parameter rate: Hz, at which words make a kernel.
  /// - Throws: the file cannot be read.
  init(_ source: KernelSource, rate: Int? = nil) throws(Failure) {
    do throws(AudioFileError) {
      kernel = try source.read(rate: rate)
    } catch {
      throw Failure(error)
    }
    for caution in kernel.cautions { Convolve.report(Failure(.success, caution)) }
    channels = try kernel.analyses()
  }

  /// A channel as a curve.
  func curve(_ channel: Int) -> KernelCurve {
    let file = kernel.name.printableLine
    let name = channels.count == 1 ? file : "\(file), channel \(channel)"
    return KernelCurve(name: name, taps: kernel.channels[channel], sampleRate: kernel.sampleRate, analysis: channels[channel])
  }

  /// The lines of text output, in which `charts` follow the figures of each channel, if there are any.
  func lines(charts: [[String]]) -> [String] {
    var lines = ["\(kernel.name): \(kernel.layout)".printableLine]
    if let ending = kernel.ending { lines += ["", "ends \(ending)"] }
    for (channel, analysis) in channels.enumerated() {
      lines += ["", "channel \(channel)"]
      lines += figures(analysis).map { name, value in "  \(name.left(14))\(value)" }
      if !charts.isEmpty { lines += [""] + charts[channel] }
    }
    return lines
  }

  private func figures(_ analysis: KernelAnalysis) -> [(String, String)] {
    let (peak, silence) = (analysis.peak, analysis.silence)
    guard let phase = analysis.phase else {
      return [("silent", analysis.tapCount == 1 ? "its only tap is 0" : "all \(analysis.tapCount) taps are 0")]
    }
    let before = "\(quantity(silence.leadingQuiet, "tap"))\(milliseconds(Double(silence.leadingQuiet))) before"
    let (sine, any) = (analysis.largestGain.magnitude, analysis.l1Norm)
    return [
      ("peak", "\(level(peak.value)) (\(value(peak.value))) at tap \(peak.tap)\(milliseconds(Double(peak.tap)))"),
      ("zeros", "\(quantity(silence.leadingZeros, "tap")) before, \(silence.trailingZeros) after"),
      ("below -120 dB", "\(before), \(silence.trailingQuiet) after"),
      ("largest gain", "\(level(sine)) of a sine, at \(frequency(analysis.largestGain.frequency))"),
      ("", "\(level(any)) of any signal (L1 norm)"),
      ("gain of noise", "\(level(analysis.l2Norm)) if white (L2 norm)"),
      ("gain at 0 Hz", "\(level(analysis.gainAtDC))\(analysis.gainAtDC < 0 ? ", inverted" : "")"),
      ("phase", linear(phase)),
      ("", minimum(phase)),
      ("safe gain", "\(level(over: sine)): no sine clips"),
      ("", "\(level(over: any)): nothing clips"),
    ]
  }

  private func linear(_ phase: PhaseKind) -> String {
    guard let symmetry = phase.symmetry, let delay = phase.groupDelay else { return "not linear" }
    let taps = "\(fixed(delay, delay == delay.rounded() ? 0 : 1)) \(delay == 1 ? "tap" : "taps")"
    return "linear (\(symmetry.rawValue)), group delay \(taps)\(milliseconds(delay))"
  }

  private func minimum(_ phase: PhaseKind) -> String {
    let share = magnitude(decibels: phase.minimumPhaseDifference)
    let text = share < 1e-6 ? "less than 0.0001 %" : "\(fixed(100 * share, share < 0.001 ? 4 : share < 0.1 ? 2 : 0)) %"
    return "\(phase.isMinimum ? "" : "not ")minimum (differs from minimum phase by \(text))"
  }

  /// Six decimals, and an exponent where these would hide the value.
  private func value(_ value: Double) -> String {
    value == 0 || (1e-6..<1e9).contains(abs(value)) ? fixed(value, 6) : "\(value)"
  }

  private func level(_ magnitude: Double) -> String { level(decibels: decibels(magnitude)) }

  /// The level of 1 / `magnitude`, which may be beyond float64, and no more than that: but for roundings of the sum.
  private func level(over magnitude: Double) -> String {
    level(decibels: ((0 - decibels(magnitude)) * 100 + 1e-6).rounded(.down) / 100)
  }

  private func level(decibels value: Double) -> String {
    value == -.infinity ? "silence" : "\(value > 0 ? "+" : "")\(fixed(value, 2)) dB"
  }

  private func milliseconds(_ taps: Double) -> String {
    kernel.sampleRate.map { ", \(fixed(taps * 1_000 / Double($0), 3)) ms" } ?? ""
  }

  private func frequency(_ cycles: Double) -> String {
    kernel.sampleRate.map { "\(fixed(cycles * Double($0), 1)) Hz" } ?? "\(fixed(cycles, 5)) cycles a sample"
  }
}
