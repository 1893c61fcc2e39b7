import ControlAPI
import Engine
import Logging

/// Logs what the system grants to the audio thread, at the start and at every change.
package struct RightsWatch {
  private var last: ContinuousClock.Instant?
  private var summary: String?
  private var warnings: [String] = []

  /// From one reading to the next, at least.
  private static let interval = Duration.milliseconds(3500)

  package init() {}

  /// To be called every two seconds.
  package mutating func look(_ logger: Logger, now: ContinuousClock.Instant = .now, _ read: () -> Status.RealTime) {
    if let last, now - last < Self.interval { return }
    last = now
    let report = read()
    // The thread has ended while it was asked.
    guard report.policy != RealTimeReport().policy else { return }
    // How much is locked follows every change.
    let summary = "\(report.policy) \(report.priority) \(report.governor ?? "")"
    if summary != self.summary { logger.info("audio thread: \(report.summary)") }
    for warning in report.warnings where !warnings.contains(warning) { logger.warning("\(warning)") }
    (self.summary, warnings) = (summary, report.warnings)
  }
}
