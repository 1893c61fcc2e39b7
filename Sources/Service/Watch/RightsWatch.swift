import ControlAPI
import Logging

/// Logs what the system grants to the audio thread, at the start and at every change.
struct RightsWatch {
  private var looks = 0
  private var summary: String?
  private var warnings: [String] = []

  /// Looks from one reading to the next: some seconds.
  private static let looksApart = 100

  mutating func look(_ logger: Logger, _ read: () -> Status.RealTime) {
    defer { looks += 1 }
    guard looks.isMultiple(of: Self.looksApart) else { return }
    let report = read()
    // How much is locked follows every change.
    let summary = "\(report.policy) \(report.priority) \(report.governor ?? "")"
    if summary != self.summary { logger.info("audio thread: \(report.summary)") }
    for warning in report.warnings where !warnings.contains(warning) { logger.warning("\(warning)") }
    (self.summary, warnings) = (summary, report.warnings)
  }
}
