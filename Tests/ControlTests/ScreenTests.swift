import ControlAPI
import ControlServing
import Foundation
import Logging
import TestSupport
import Testing

/// The screens of `convolvectl watch`, as they stand in Tests/Reference/screens.
@Suite("The screen of convolvectl watch", .timeLimit(.minutes(1)))
struct ScreenTests {
  @Test("holds all in 80 columns and 24 rows")
  func usual() async throws { try await expect("80x24", .screen, 80, 24) }

  @Test("begins with state, warnings and levels in 40 columns and 12 rows")
  func small() async throws { try await expect("40x12", .screen, 40, 12) }

  @Test("shows the whole histogram in 200 columns and 60 rows")
  func large() async throws { try await expect("200x60", .screen, 200, 60) }

  @Test("is ASCII in the C locale, also what names hold")
  func ascii() async throws { try await expect("80x24-ascii", .screen, 80, 24, ["LC_ALL": "C"]) }

  @Test("puts many channels beside each other")
  func many() async throws {
    var status = Status.screen
    status.levels.inputs = (0..<32).map { $0 == 0 ? nil : -Double($0) }
    status.levels.outputs = (0..<32).map { -2 * Double($0) }
    try await expect("80x24-many", status, 80, 24)
  }

  @Test("has no colours with NO_COLOR, and colours else")
  func colours() async throws {
    #expect(try await frame(.screen, 80, 24, ["NO_COLOR": "1"]).contains("\u{1B}[3") == false)
    let coloured = try await frame(.screen, 80, 24, ["NO_COLOR": ""])
    #expect(coloured.contains("\u{1B}[33mwarning    no lock"), "\(coloured.debugDescription)")
    #expect(coloured.contains("\u{1B}[32mconvolved  running\u{1B}[0m") && coloured.contains("\u{1B}[33m█"))
  }

  @Test("is lines where TERM is dumb")
  func dumb() async throws {
    let served = try await served(.screen)
    let shown = try await onThread {
      let dialogue = try dialogue(served, 80, 24, ["TERM": "dumb", "LC_ALL": "C"])
      try dialogue.wait(for: "load mean")
      return dialogue.shown
    }
    #expect(!shown.contains("\u{1B}") && shown.hasPrefix("running\n"), "\(shown)")
    await served.server.stop()
  }

  @Test("says that the daemon is gone, and shows it again when it has returned")
  func returns() async throws {
    let served = try await served(.screen)
    let dialogue = try dialogue(served, 80, 24, [:])
    try await onThread { try dialogue.wait(for: "q: quit") }
    await served.server.stop()
    try await onThread { try dialogue.wait(for: "waiting for the daemon to return") }
    let returned = try await ControlServer.start(
      path: served.path, mode: 0o600, handler: Record { .screen }, logger: .silent)
    try await onThread {
      try dialogue.wait(for: "convolved  running")
      dialogue.type("q")
      #expect(dialogue.finish() == 0)
    }
    await returned.stop()
  }

  // MARK: Screens

  private struct Running {
    let folder: ScratchFolder
    let server: ControlServer
    var path: String { folder.file("s") }
  }

  private func served(_ status: Status) async throws -> Running {
    let folder = try ScratchFolder()
    let server = try await ControlServer.start(path: folder.file("s"), mode: 0o600, handler: Record { status }, logger: .silent)
    return Running(folder: folder, server: server)
  }

  private func dialogue(_ served: Running, _ columns: Int, _ rows: Int, _ environment: [String: String]) throws -> Dialogue {
    let usual = ["TERM": "xterm", "LC_ALL": "C.UTF-8", "NO_COLOR": "1"].merging(environment) { $1 }
    return try Dialogue(
      Location.program("convolvectl"), ["watch", "--socket", served.path], environment: usual, folder: served.folder.path,
      size: (columns, rows))
  }

  /// What a whole screen consists of, once the daemon has told all.
  private func frame(_ status: Status, _ columns: Int, _ rows: Int, _ environment: [String: String]) async throws -> String {
    let served = try await served(status)
    let shown = try await onThread {
      let dialogue = try dialogue(served, columns, rows, environment)
      // Events of levels are the last of the first, and come again.
      for _ in 0..<6 { try dialogue.wait(for: "q: quit") }
      dialogue.type("q")
      #expect(dialogue.finish() == 0)
      return dialogue.shown
    }
    await served.server.stop()
    return try #require(shown.components(separatedBy: "\u{1B}[H").last { $0.contains("q: quit") && $0.contains("\u{1B}[J") })
  }

  private func expect(
    _ name: String, _ status: Status, _ columns: Int, _ rows: Int, _ environment: [String: String] = [:]
  ) async throws {
    // A terminal puts a carriage return before each line break.
    let scalars = try await frame(status, columns, rows, environment).unicodeScalars.filter { $0 != "\r" }
    let frame = String(String.UnicodeScalarView(scalars)).components(separatedBy: "\u{1B}[J")[0]
    let lines = frame.components(separatedBy: "\n").map { $0.replacingOccurrences(of: "\u{1B}[K", with: "") }
    #expect(lines.count <= rows && lines.allSatisfy { $0.count <= columns }, "it scrolls away: \(lines.count) rows")
    let expected = try String(contentsOfFile: Location.package + "/Tests/Reference/screens/\(name).txt", encoding: .utf8)
    #expect(lines.joined(separator: "\n") + "\n" == expected, "\n\(lines.joined(separator: "\n"))\n")
  }

  /// Apart from the threads of the server.
  private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
  }
}

extension Status {
  /// A daemon that runs, with two warnings, an xrun and loads of all kinds.
  static let screen: Status = {
    var status = Status.sample
    (status.state, status.cause) = (.running, nil)
    status.levels = Levels(inputs: [-12.25, nil], outputs: [-3.5, -0.04])
    let bounds = [
      0.001, 0.00126, 0.00158, 0.002, 0.00251, 0.00316, 0.00398, 0.00501, 0.00631, 0.00794, 0.01, 0.0126, 0.0158, 0.02, 0.0251, 0.0316,
      0.0398, 0.0501, 0.0631, 0.0794, 0.1, 0.126, 0.158, 0.2, 0.251, 0.316, 0.398, 0.501, 0.631, 0.794, 1,
    ]
    var blocks = [Int](repeating: 0, count: bounds.count + 1)
    for bucket in 8..<31 { blocks[bucket] = 1 << max(0, 16 - (bucket - 14).magnitude) }
    status.load.histogram = Load.Histogram(bounds: bounds, blocks: blocks)
    status.load.missed = 0
    status.xruns.last = [
      Xrun(time: "2026-11-29T20:00:00Z", direction: "playback", cause: "lateBlock", text: "playback ran dry: a block took 1.2 of its time")
    ]
    status.realtime.warnings = [
      "no lock: raise RLIMIT_MEMLOCK",
      "the priority of the thread »audio« is that of any program: give the service LimitRTPRIO=95, or the user rtprio in limits.conf(5)",
    ]
    return status
  }()
}

/// One thread at a time uses it here.
extension Dialogue: @unchecked Sendable {}
