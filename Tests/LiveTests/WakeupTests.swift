import Foundation
import TestSupport
import Testing

extension LiveTests {
  @Suite("Wake-ups")
  struct Wakeups {
    @Test("are at most two a second beside the audio thread's, while nobody asks and the sound is well", .timeLimit(.minutes(5)))
    func idle() throws {
      let rig = try Rig(block: 1024, format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: \"taps:0.5\"" })
      try rig.start()
      var seen: [Interval] = []
      // What has happened meanwhile is a cause for wake-ups: then another interval counts.
      for _ in 0..<20 {
        let interval = try Interval(of: rig, seconds: 8)
        seen.append(interval)
        if !interval.hasCause { break }
      }
      let last = try #require(seen.last)
      #expect(!last.hasCause && Double(last.others) <= 2 * last.seconds, "\(seen)")
      #expect(last.audio > 0, "the audio thread does not wait: \(seen)")
      #expect(rig.stop() == 0)
    }
  }
}

/// Wake-ups of a daemon's threads in a time in which nobody asks it for anything.
private struct Interval {
  var seconds: Double
  /// Of the audio thread, and of all others.
  var audio: Int
  var others: Int
  /// Whether something happened that somebody has to look at: xruns, blocks that were late, a message.
  var hasCause: Bool

  init(of rig: Rig, seconds: Double) throws {
    let before = try Self.events(rig)
    // The connection is closed, and threads that served it end five seconds later.
    sleep(6)
    let (begin, first) = (ContinuousClock.now, try Self.waits(of: rig))
    usleep(UInt32(seconds * 1e6))
    let last = try Self.waits(of: rig)
    self.seconds = (.now - begin) / .seconds(1)
    // A new thread was woken as often as it has waited, and one that has ended was woken for that.
    let ended = first.keys.count { last[$0] == nil }
    let counts = last.map { (isAudio: $1.name == "convolved-audio", count: $1.count - (first[$0]?.count ?? 0)) }
    audio = counts.filter(\.isAudio).reduce(0) { $0 + $1.count }
    others = counts.filter { !$0.isAudio }.reduce(ended) { $0 + $1.count }
    hasCause = try Self.events(rig) != before
  }

  private static func events(_ rig: Rig) throws -> [Int] {
    [try rig.xruns(), try #require(try rig.status("load", "missed")), rig.log.count]
  }

  /// How often each thread has waited so far, by its number. proc(5)
  private static func waits(of rig: Rig) throws -> [String: (name: String, count: Int)] {
    let folder = "/proc/\(try rig.process().number)/task"
    return try FileManager.default.contentsOfDirectory(atPath: folder).reduce(into: [:]) { waits, thread in
      // A thread may end meanwhile.
      guard let text = try? String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8) else { return }
      let fields = text.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }
      let field = { (name: String) in fields.first { $0.first.map(String.init) == name }?.dropFirst().first.map(String.init) }
      let count = try #require(field("voluntary_ctxt_switches:").flatMap { Int($0) })
      waits[thread] = (try #require(field("Name:")), count)
    }
  }
}
