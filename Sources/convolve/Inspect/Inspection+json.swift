import Analysis
import AudioFile
import Numbers
import Terminal

extension Inspection {
  /// The members of docs/inspect.md; infinite and unknown values are null.
  var json: JSON {
    .object([
      ("file", .string(kernel.name)), ("layout", .string(kernel.layout)),
      ("ending", kernel.ending.map(JSON.string) ?? .null), ("sampleRateHz", .integer(kernel.sampleRate)),
      ("channelCount", .integer(channels.count)), ("tapCount", .integer(kernel.channels[0].count)),
      ("channels", .array(channels.map(json))),
    ])
  }

  private func json(_ analysis: KernelAnalysis) -> JSON {
    let (peak, silence, phase) = (analysis.peak, analysis.silence, analysis.phase)
    let gain = analysis.largestGain
    return .object([
      ("peakTap", .integer(peak.tap)), ("peakMilliseconds", milliseconds(Double(peak.tap))), ("peakValue", .number(peak.value)),
      ("peakDB", .number(decibels(peak.value))), ("leadingZeroTaps", .integer(silence.leadingZeros)),
      ("trailingZeroTaps", .integer(silence.trailingZeros)), ("leadingQuietTaps", .integer(silence.leadingQuiet)),
      ("trailingQuietTaps", .integer(silence.trailingQuiet)), ("l1NormDB", .number(decibels(analysis.l1Norm))),
      ("l2NormDB", .number(decibels(analysis.l2Norm))), ("largestGainDB", .number(decibels(gain.magnitude))),
      ("largestGainHz", .number(kernel.sampleRate.map { gain.frequency * Double($0) })),
      ("largestGainCyclesPerSample", .number(gain.frequency)), ("gainAtDCDB", .number(decibels(analysis.gainAtDC))),
      ("isLinearPhase", .bool(phase?.symmetry != nil)), ("symmetry", phase?.symmetry.map { .string($0.rawValue) } ?? .null),
      ("groupDelayTaps", .number(phase?.groupDelay)), ("groupDelayMilliseconds", milliseconds(phase?.groupDelay)),
      ("isMinimumPhase", .bool(phase?.isMinimum ?? false)),
      ("minimumPhaseDifferenceDB", .number(phase?.minimumPhaseDifference)),
      ("safeGainForSinesDB", .number(0 - decibels(gain.magnitude))), ("safeGainDB", .number(0 - decibels(analysis.l1Norm))),
    ])
  }

  private func milliseconds(_ taps: Double?) -> JSON {
    guard let taps, let rate = kernel.sampleRate else { return .null }
    return .number(taps * 1_000 / Double(rate))
  }
}
