import Foundation
import TestSupport
import Testing

/// Preparations that take a second or more, each in another part of the work, and nobody who waits for them any more.
@Suite("Work that is not wanted any more", .serialized)
struct CancellationTests {
  enum Work: String, CaseIterable, CustomTestStringConvertible {
    case text, sound, resampling, stacking, planning
    var testDescription: String { rawValue }
  }

  /// Of the daemon's own time: others may have the processors meanwhile.
  private static let soon = 0.2

  @Test("ends within a fifth of a second, wherever it is", .timeLimit(.minutes(5)), arguments: Work.allCases)
  func ends(_ work: Work) async throws {
    let daemon = try Victim()
    let filters = try filters(work, daemon.folder)
    let light = ["{ name: one, from: 0, to: 0, kernel: \"taps:1\" }"]
    func time(_ filters: [String]) async throws -> Duration {
      let start = ContinuousClock.now
      let answer = try await daemon.send("POST /v1/config/check", filters)
      #expect(answer.contains(" 200 OK") || answer.contains("Too much work"), "\(work): \(answer.prefix(500))")
      return .now - start
    }
    let whole = try await time(filters)
    var ends: [(own: Double, whole: Duration)] = []
    var random = SeededGenerator(seed: 91)
    for part in [0.15, 0.3, 0.45, 0.6, 0.75] {
      let moment = whole * (part + Double.random(in: 0..<0.15, using: &random))
      let milliseconds = UInt32(max(1, moment / .milliseconds(1)))
      _ = try await daemon.send("POST /v1/config/check", filters, then: [.wait(milliseconds: milliseconds), .abort])
      let before = try daemon.processorSeconds()
      let served = try await time(light)
      ends.append((try daemon.processorSeconds() - before, served))
    }
    print("\(work): \(whole) in all; another is served after \(ends)")
    #expect(ends.map(\.own).sorted()[2] < Self.soon, "\(ends)")
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
    #expect(whole.answer.contains(" 200 OK"), "\(whole)")
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

  /// Filters that take long, and the files that they name.
  private func filters(_ work: Work, _ folder: ScratchFolder) throws -> [String] {
    switch work {
    case .text:
      let line = Array("0.000030517578125\n".utf8)
      let text = [UInt8]((0..<2_000_000 * line.count).map { line[$0 % line.count] })
      try Data(text).write(to: URL(fileURLWithPath: folder.file("long.txt")))
      return ["{ name: one, from: 0, to: 0, kernel: long.txt }"]
    case .sound, .resampling:
      let channels = work == .sound ? 64 : 1
      let frames = work == .sound ? 1_000_000 : 1_500_000
      let rate = work == .sound ? "48000" : "44100"
      let made = try run("/usr/bin/sox", ["-n", "-r", rate, "-c", "\(channels)", folder.file("long.wav"), "trim", "0", "\(frames)s"])
      try #require(made.status == 0, "\(made.error)")
      return ["{ name: one, from: 0, to: 0, kernel: long.wav, channel: 0, resample: true }"]
    case .stacking:
      return (0..<8).map { "{ name: f\($0), from: 0, to: 0, kernels: [\"box:\(1_000_000 + $0)\", \"box:\(1_000_000 - $0)\"] }" }
    case .planning: return (0..<40).map { "{ name: f\($0), from: 0, to: 0, kernel: \"box:\(600_000 + 1000 * $0)\" }" }
    }
  }
}
