import Foundation
import TestSupport
import Testing

/// Preparations that take about a second, each in another part of the work, and nobody who waits for them any more.
@Suite("Work that is not wanted any more", .serialized)
struct CancellationTests {
  enum Work: String, CaseIterable, CustomTestStringConvertible {
    case text, sound, resampling, stacking, planning
    var testDescription: String { rawValue }
  }

  /// Of the daemon's own time: others may have the processors meanwhile.
  private static let soon = 0.2

  /// Whether work was done to its end, or refused for what it would take: another answer took no time.
  private func isWhole(_ answer: String) -> Bool {
    answer.contains(" 200 OK") || answer.contains(" 422 ") && (answer.contains("Too much work") || answer.contains("MB of memory"))
  }

  @Test("ends within a fifth of a second, wherever it is", .timeLimit(.minutes(2)), arguments: Work.allCases)
  func ends(_ work: Work) async throws {
    let daemon = try Victim()
    let filters = try filters(work, daemon.folder)
    let light = ["{ name: one, from: 0, to: 0, kernel: \"taps:1\" }"]
    func time(_ filters: [String]) async throws -> Duration {
      let start = ContinuousClock.now
      let answer = try await daemon.send("POST /v1/config/check", filters)
      #expect(isWhole(answer), "\(work): \(answer.prefix(500))")
      return .now - start
    }
    // The first time memory and files are new.
    let whole = min(try await time(filters), try await time(filters))
    var ends: [(own: Double, whole: Duration)] = []
    var random = SeededGenerator(seed: 91)
    for part in [0.15, 0.4, 0.7] {
      let moment = whole * (part + Double.random(in: 0..<0.15, using: &random))
      let milliseconds = UInt32(max(1, moment / .milliseconds(1)))
      _ = try await daemon.send("POST /v1/config/check", filters, then: [.wait(milliseconds: milliseconds), .abort])
      let before = try daemon.processorSeconds()
      let served = try await time(light)
      ends.append((try daemon.processorSeconds() - before, served))
    }
    print("\(work): \(whole) in all; another is served after \(ends)")
    #expect(ends.map(\.own).sorted()[1] < Self.soon, "\(ends)")
    // In the middle of it.
    let sent = Task { try await daemon.send("PUT /v1/config", filters) }
    try await Task.sleep(for: whole / 2)
    let start = ContinuousClock.now
    #expect(daemon.stop() == 0 && .now - start < .seconds(1))
    _ = try? await sent.value
  }

  @Test("ends when a newer kernel comes for its filter, which is heard at once", .timeLimit(.minutes(2)))
  func superseded() async throws {
    let daemon = try Victim()
    _ = try filters(.text, daemon.folder)
    let heavy = try [UInt8](Data(contentsOf: URL(fileURLWithPath: daemon.folder.file("long.txt"))))
    func put(_ bytes: [UInt8]) async throws -> (answer: String, time: Duration) {
      let head =
        "PUT /v1/filters/one/kernel HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: text/plain\r\n"
        + "Content-Length: \(bytes.count)\r\n\r\n"
      let start = ContinuousClock.now
      let answer = try await RawClient(path: daemon.socket).run(.send(Array(head.utf8) + bytes))
      return (try #require(answer), .now - start)
    }
    let whole = try await put(heavy)
    #expect(isWhole(whole.answer), "\(whole)")
    var times: [Double] = []
    for part in [0.3, 0.5, 0.7] {
      async let former = put(heavy)
      try await Task.sleep(for: whole.time * part)
      let before = try daemon.processorSeconds()
      let newer = try await put(Array("1\n".utf8))
      #expect(newer.answer.contains(" 200 OK"), "\(newer)")
      times.append(try daemon.processorSeconds() - before)
      #expect(try await former.answer.contains(" 409 "), "\(part)")
    }
    print("a kernel: \(whole.time) in all; a newer one is heard after \(times)")
    #expect(times.sorted()[1] < Self.soon, "\(times)")
    #expect(daemon.stop() == 0)
  }

  /// Filters that take about a second, and the files that they name.
  private func filters(_ work: Work, _ folder: ScratchFolder) throws -> [String] {
    switch work {
    case .text:
      let line = Array("0.000030517578125\n".utf8)
      let text = [UInt8]((0..<1_500_000 * line.count).map { line[$0 % line.count] })
      try Data(text).write(to: URL(fileURLWithPath: folder.file("long.txt")))
      return [filter(0, "kernel: long.txt")]
    case .sound:
      // As much as a kernel may take in memory, under several names.
      try sox(["-r", "48000", "-b", "8", "-c", "64", folder.file("0.wav"), "trim", "0", "262144s"])
      for name in 1..<4 { try #require(symlink("0.wav", folder.file("\(name).wav")) == 0) }
      return (0..<4).map { filter($0, "kernel: \($0).wav, channel: 0") }
    case .resampling:
      try sox(["-r", "44100", "-b", "16", "-c", "1", folder.file("long.wav"), "synth", "1000000s", "noise", "vol", "0.1"])
      return [filter(0, "kernel: long.wav, resample: true")]
    case .stacking: return (0..<2).map { filter($0, "kernels: [\"box:\(700_000 + $0)\", \"box:\(700_000 - $0)\"]") }
    case .planning: return (0..<30).map { filter($0, "kernel: \"box:\(600_000 + 1000 * $0)\"") }
    }
  }

  private func filter(_ number: Int, _ kernel: String) -> String { "{ name: f\(number), from: 0, to: 0, \(kernel) }" }

  private func sox(_ arguments: [String]) throws {
    let made = try run("/usr/bin/sox", ["-n"] + arguments)
    try #require(made.status == 0, "\(made.error)")
  }
}
