import ControlAPI
import Logging
import Service
import Testing

@Suite("What the system grants")
struct RightsWatchTests {
  @Test("is logged where it changes, and nothing is said of a thread that has ended")
  func ended() throws {
    let log = Lines()
    let logger = Logger(label: "rights") { _ in log }
    var watch = RightsWatch()
    let start = ContinuousClock.now
    for (seconds, policy) in [(0, "SCHED_FIFO"), (10, "SCHED_FIFO"), (20, "unknown"), (30, "SCHED_OTHER")] {
      var report = Status.RealTime()
      (report.policy, report.warnings) = (policy, policy == "SCHED_FIFO" ? [] : ["without rights"])
      watch.look(logger, now: start + .seconds(seconds)) { report }
    }
    #expect(log.all.count == 3 && log.all[0].contains("SCHED_FIFO"), "\(log.all)")
    #expect(log.all[1].contains("SCHED_OTHER") && log.all[2] == "without rights", "\(log.all)")
  }
}
