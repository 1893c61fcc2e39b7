import ControlAPI
import Foundation
import TestSupport
import Testing

@Suite("convolvectl watch")
struct WatchTests {
  @Test("prints lines where there is no terminal, until the daemon goes", .timeLimit(.minutes(1)))
  func lines() async throws {
    let served = try await Served()
    let path = served.path
    async let watched = program("/bin/sh", ["-c", "exec '\(Location.program("convolvectl"))' watch --socket '\(path)'"])
    try await Task.sleep(for: .seconds(3))
    await served.server.stop()
    let result = try await watched
    #expect(result.status == 69 && result.error.split(separator: "\n").count == 1, "\(result)")
    let lines = result.output.split(separator: "\n")
    try #require(lines.count >= 6, "\(result)")
    #expect(lines[0] == "waiting: hw:DAC: No such device")
    #expect(lines[1] == "xruns: capture 1, playback 2")
    #expect(lines[2] == "open, bypass on, 1 filters, 3 changes, other than the configuration")
    #expect(lines[3] == "SCHED_FIFO at priority 70, 35.2 MiB locked, 40.0 MiB needed, denormals flushed, governor ondemand")
    #expect(lines[4] == "no lock: raise RLIMIT_MEMLOCK")
    #expect(
      lines[5] == "in -12.2 dBFS, silent   out silent, -0.5 dBFS   load mean 3.1 %, 99th percentile 5.0 %, max 99.0 %"
        || lines[5].hasPrefix("in -12.3 dBFS"), "\(lines[5])")
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test("draws in place on a terminal, and leaves it as it was", .timeLimit(.minutes(1)), arguments: ["q", #"\003"#])
  func terminal(key: String) async throws {
    let served = try await Served()
    let folder = served.folder
    let watch = "'\(Location.program("convolvectl"))' watch --socket '\(served.path)'"
    let session = "stty -a > '\(folder.file("before"))'; \(watch); echo ended with $?; stty -a > '\(folder.file("after"))'"
    try session.write(toFile: folder.file("session.sh"), atomically: true, encoding: .utf8)
    // script(1) makes the terminal.
    let typed = "(sleep 3; printf '\(key)'; sleep 2) | script -qec 'sh \(folder.file("session.sh"))' /dev/null"
    let result = try await program("/bin/sh", ["-c", typed])
    let after = try String(contentsOfFile: folder.file("after"), encoding: .utf8)
    let before = try String(contentsOfFile: folder.file("before"), encoding: .utf8)
    #expect(after.contains(" icanon") && after == before)
    let output = result.output
    #expect(output.contains("\u{1B}[?1049h\u{1B}[?25l") && output.contains("\u{1B}[?25h\u{1B}[?1049l"), "\(output)")
    #expect(output.contains("ended with 0"), "\(output)")
    #expect(output.components(separatedBy: "\u{1B}[H").count > 5, "it is drawn again and again")
    for text in [
      "waiting: hw:DAC: No such device", "playback 2, clipped 4 samples", "in 0    █", "-0.5 dBFS", "above 100 %          10  ███",
      "warning    no lock", "q: quit",
    ] {
      #expect(output.contains(text), "\(text)")
    }
    await served.server.stop()
  }

  /// Waits on a thread of its own: the server under test needs those of the tests.
  private func program(_ path: String, _ arguments: [String]) async throws -> Completed {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try run(path, arguments) }) }
    }
  }
}
