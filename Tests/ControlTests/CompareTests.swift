import ControlAPI
import Foundation
import TestSupport
import Testing

@Suite("convolvectl compare")
struct CompareTests {
  /// Runs it on keys.
  private func compare(_ served: Served, _ words: String, keys: String) async throws -> Completed {
    let command = "printf '%s' '\(keys)' | \(Location.program("convolvectl")) --socket \(served.path) compare \(words)"
    return try await program("/bin/sh", ["-c", command])
  }

  @Test("plays a, b and x at one level and delay, and tells how many answers were right")
  func trials() async throws {
    let served = try await Served()
    for name in ["flat", "room"] { _ = try await served.client.savePreset(name) }
    let heard = try await compare(served, "flat room --seed 5", keys: "abzq1")
    #expect(heard.status == 0 && heard.output.hasSuffix("\na\nb\nno answer was given\n"), "\(heard)")
    #expect(await served.record.activated.map(\.name) == ["room", "flat", "flat", "room"])
    let match = PresetActivation(match: .presets(["flat", "room"]))
    #expect(await served.record.activated.allSatisfy { $0.request == match })
    // Each x is what the next line says that it was; the end of the keys ends it too.
    let blind = try await compare(served, "flat room --seed 6", keys: String(repeating: "x1", count: 40))
    let answers = blind.output.matches(of: /\n([0-9]+): (right|wrong), it was (a|b)/)
    #expect(answers.count == 40 && answers.last?.1 == "40" && answers.allSatisfy { ($0.2 == "right") == ($0.3 == "a") })
    let played = await served.record.activated.dropFirst(6).map { $0.name == "flat" ? "a" : "b" }
    #expect(played == answers.map { String($0.3) } && Set(played).count == 2)
    let right = answers.count { $0.2 == "right" }
    let end = try #require(blind.output.firstMatch(of: /([0-9]+) of 40 right; .* \(p = ([0-9.]+)\)/), "\(blind)")
    #expect(end.1 == "\(right)" && abs(Double(end.2)! - Self.probability(right, of: 40)) < 6e-5)
    let again = try await compare(served, "flat room --seed 6", keys: String(repeating: "x1", count: 40))
    #expect(again.output == blind.output)
    await served.server.stop()
  }

  @Test("tells how many answers were right where a switch fails, or a signal ends it", arguments: [0, SIGTERM, SIGHUP, SIGINT])
  func broken(signal: Int32) async throws {
    let served = try await Served()
    for name in ["flat", "room"] { _ = try await served.client.savePreset(name) }
    let dialogue = try Dialogue(
      Location.program("convolvectl"), ["compare", "flat", "room", "--seed", "6", "--socket", served.path], folder: served.folder.path)
    try await onThread {
      try dialogue.wait(for: "q: end")
      dialogue.type("x1")
      try dialogue.wait(for: "it was")
    }
    if signal == 0 {
      _ = try await served.client.deletePreset("flat")
      dialogue.type("a")
    } else {
      dialogue.signal(signal)
    }
    let status = try await onThread { dialogue.finish() }
    #expect(status == (signal == 0 ? 65 : signal == SIGINT ? 0 : 128 + signal), "\(dialogue.shown)")
    let told = try #require(dialogue.shown.firstRange(of: " of 1 right; guessing has as many"), "\(dialogue.shown)")
    let failure = dialogue.shown.firstRange(of: "there is no preset flat")
    #expect((failure.map { told.upperBound < $0.lowerBound } ?? false) == (signal == 0), "\(dialogue.shown)")
    await served.server.stop()
  }

  @Test("tells it where keys come from no terminal, too")
  func pipe() async throws {
    let served = try await Served()
    for name in ["flat", "room"] { _ = try await served.client.savePreset(name) }
    let (command, told) = ("\(Location.program("convolvectl")) --socket \(served.path) compare flat room", served.folder.file("told"))
    let script = """
      \(command) < <(printf x1; exec sleep 30 3>&1 > /dev/null 2>&1) > \(told) & until grep -q 'it was' \(told); do sleep 0.1; done
      kill -TERM $!; wait $!; echo "status $?"
      """
    let ended = try await program("/bin/bash", ["-c", script])
    #expect(ended.output == "status 143\n", "\(ended)")
    #expect(try String(contentsOfFile: told, encoding: .utf8).contains(" of 1 right; guessing has as many"))
    await served.server.stop()
  }

  /// Apart from the threads of the server.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }

  @Test("ends before anything is heard where a preset is missing, or both are one")
  func refused() async throws {
    let served = try await Served()
    _ = try await served.client.savePreset("flat")
    #expect(try await compare(served, "flat none", keys: "a").status == 65)
    #expect(try await compare(served, "flat flat", keys: "a").status == 64)
    #expect(await served.record.activated.isEmpty)
    await served.server.stop()
  }

  /// By Pascal's triangle.
  private static func probability(_ right: Int, of count: Int) -> Double {
    var row = [1.0]
    for _ in 0..<count { row = zip([0] + row, row + [0]).map { ($0 + $1) / 2 } }
    return row[right...].reduce(0, +)
  }
}
