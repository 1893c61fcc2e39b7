import ControlAPI
import Engine
import Service
import Testing

@Suite("A self-check that is kept")
struct KeptSelfCheckTests {
  @Test("is made anew after a second, or where the engine's own part differs")
  func age() {
    var (kept, readings) = (KeptSelfCheck(), 0)
    let start = ContinuousClock.now
    func look(_ engine: RealTimeReport, after time: Duration) -> Int {
      kept.report(engine, now: start + time) { engine in
        readings += 1
        var report = Status.RealTime()
        (report.priority, report.lockedBytes) = (engine.priority, readings)
        return report
      }.lockedBytes
    }
    var engine = RealTimeReport()
    #expect(look(engine, after: .zero) == 1)
    #expect(look(engine, after: .milliseconds(999)) == 1)
    engine.neededBytes = 4096
    #expect(look(engine, after: .milliseconds(999)) == 2)
    #expect(look(engine, after: .milliseconds(1998)) == 2)
    #expect(look(engine, after: .milliseconds(1999)) == 3)
    #expect(look(RealTimeReport(), after: .milliseconds(1999)) == 4)
  }
}
