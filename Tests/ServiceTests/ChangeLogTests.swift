import Logging
import Service
import Testing

@Suite("The log of changes")
struct ChangeLogTests {
  @Test("says the first at once, and of those that follow one a second of each kind, with the last and how many")
  func rate() {
    let lines = Lines()
    let logger = Logger(label: "test") { _ in lines }
    var log = ChangeLog()
    for kind in ChangeLog.Kind.allCases {
      for number in 0..<1000 { log.add(kind, "\(kind) \(number)", logger) }
    }
    #expect(log.isWaiting)
    // Slow machines may take a second for it.
    #expect(lines.all.count < 2 * ChangeLog.Kind.allCases.count && lines.all.first == "mute 0")
    log.look(logger, now: .now + .seconds(1))
    #expect(!log.isWaiting)
    for kind in ChangeLog.Kind.allCases {
      let own = lines.all.filter { $0.hasPrefix("\(kind) ") }
      #expect(own.first == "\(kind) 0" && own.last?.hasPrefix("\(kind) 999 (after ") == true, "\(own)")
    }
    log.add(.bypass, "bypass: on", logger)
    #expect(log.isWaiting)
    log.look(logger, isEnd: true)
    #expect(!log.isWaiting && lines.all.last == "bypass: on")
  }
}
