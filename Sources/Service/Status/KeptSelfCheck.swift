import ControlAPI
import Engine

/// The last self-check, for a second at the most, and as long as the engine's own part is the same. To make one, files are read; who
/// listens has the status four times a second.
package struct KeptSelfCheck {
  private var last: (engine: RealTimeReport, time: ContinuousClock.Instant, report: Status.RealTime)?
  private static let longest = Duration.seconds(1)

  package init() {}

  package mutating func report(
    _ engine: RealTimeReport, now: ContinuousClock.Instant = .now,
    reading read: (RealTimeReport) -> Status.RealTime = { SelfCheck($0).report }
  ) -> Status.RealTime {
    if let last, last.engine == engine, now - last.time < Self.longest { return last.report }
    let report = read(engine)
    last = (engine, now, report)
    return report
  }
}
