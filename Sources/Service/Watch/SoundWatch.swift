import Engine
import FilterKernels
import Logging
import Numbers

/// Logs what the guards of the audio thread did since the last look.
struct SoundWatch {
  private var last = EngineStatus.Guards()

  /// Returns whether the ceiling has muted the output meanwhile.
  ///
  /// - Parameter ceiling: dB of full scale.
  mutating func look(_ guards: EngineStatus.Guards, ceiling: Double?, _ logger: Logger) -> Bool {
    defer { last = guards }
    let samples = guards[.unusableSamples] - last[.unusableSamples]
    if samples > 0 {
      let found = "\(quantity(samples, "sample")) \(samples == 1 ? "is" : "are") no sound"
      logger.warning("capture: \(found), \(guards[.unusableSamples]) since the start: taken as silence")
    }
    let blocks = guards[.faultyBlocks] - last[.faultyBlocks]
    // Once for each time, not at every look.
    if blocks > 0 && !last.isFaulty { logger.error("\(Self.faultText)") }
    if last.isFaulty && !guards.isFaulty {
      logger.info("output: finite again, after \(quantity(guards[.faultyBlocks], "block")) of silence since the start")
    }
    guard guards[.closures] > last[.closures] else { return false }
    if let excess = guards.excess { logger.error("\(Self.excessText(excess, ceiling: ceiling))") }
    return true
  }

  static let faultText = "the filters' output is not finite, and silent until it is: load other kernels or lower their gains"

  static func excessText(_ excess: Double, ceiling: Double?) -> String {
    func text(_ value: Double) -> String { "\((value * 10).rounded() / 10) dB" }
    return "the output came to \(text(decibels(excess))), above its ceiling of \(text(ceiling ?? 0)), and was muted:"
      + " unmute opens it again"
  }
}
