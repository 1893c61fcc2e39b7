import ControlAPI
import ControlServing
import Foundation
import Logging
import TestSupport
import Testing

@Suite("convolvectl watch")
struct WatchTests {
  @Test("prints lines where there is no terminal, and goes on when the daemon returns", .timeLimit(.minutes(1)))
  func lines() async throws {
    let served = try await Served()
    let told = served.folder.file("told")
    let process = try started(["watch", "--socket", served.path], output: told)
    defer { process.terminate() }
    try await wait { lines(told).count >= 6 }
    await served.server.stop()
    try await wait { lines(told).last?.contains("waiting for the daemon to return") == true }
    let first = lines(told)
    let returned = try await ControlServer.start(path: served.path, mode: 0o600, handler: Record(), logger: .silent)
    try await wait { lines(told).count >= first.count + 6 }
    #expect(process.isRunning)
    await returned.stop()
    #expect(first[0] == "waiting: hw:DAC: No such device" && lines(told)[first.count] == first[0])
    #expect(first[1] == "xruns: capture 1, playback 2")
    #expect(first[2] == "open, volume -20.5 dB, bypass on, 1 filter, 3 changes, other than the configuration")
    #expect(first[3] == "SCHED_FIFO at priority 70, 35.2 MiB locked, 40.0 MiB needed, denormals flushed, governor ondemand")
    #expect(first[4] == "no lock: raise RLIMIT_MEMLOCK")
    #expect(
      first[5] == "in -12.2 dBFS, silent   out silent, -0.5 dBFS   load mean 3.1 %, 99th percentile 5.0 %, max 99.0 %"
        || first[5].hasPrefix("in -12.3 dBFS"), "\(first[5])")
    #expect(!first.joined().contains("\u{1B}"))
  }

  @Test("A daemon that is not there the first time is an error, on a terminal too")
  func unreached() throws {
    let folder = try ScratchFolder()
    let dialogue = try Dialogue(
      Location.program("convolvectl"), ["watch", "--socket", folder.file("none")], environment: ["TERM": "xterm"], folder: folder.path,
      size: (80, 24))
    #expect(dialogue.finish() == 69 && dialogue.shown.contains("there is no such socket"), "\(dialogue.shown)")
  }

  @Test("draws in place on a terminal, and leaves it as it was", .timeLimit(.minutes(1)), arguments: ["q", #"\003"#])
  func terminal(key: String) async throws {
    let served = try await Served()
    let folder = served.folder
    let watch = "'\(Location.program("convolvectl"))' watch --socket '\(served.path)'"
    let session = "stty -a > '\(folder.file("before"))'; \(watch); echo ended with $?; stty -a > '\(folder.file("after"))'"
    try session.write(toFile: folder.file("session.sh"), atomically: true, encoding: .utf8)
    // script(1) makes the terminal.
    let typed =
      "export TERM=xterm LC_ALL=C.UTF-8; (sleep 3; printf '\(key)'; sleep 2) | script -qec 'sh \(folder.file("session.sh"))' /dev/null"
    let result = try await program("/bin/sh", ["-c", typed])
    let after = try String(contentsOfFile: folder.file("after"), encoding: .utf8)
    let before = try String(contentsOfFile: folder.file("before"), encoding: .utf8)
    #expect(after.contains(" icanon") && after == before)
    let output = result.output
    #expect(output.contains("\u{1B}[?1049h\u{1B}[?25l") && output.contains("\u{1B}[?25h\u{1B}[?1049l"), "\(output)")
    #expect(output.contains("ended with 0"), "\(output)")
    #expect(output.components(separatedBy: "\u{1B}[H").count > 5, "it is drawn again and again")
    // With colours or without, as NO_COLOR says.
    let plain = output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    for text in [
      "waiting: hw:DAC: No such device", "playback 2, clipped 4 samples", "in 0    █", "-0.5 dBFS", "above 100 %          10  ███",
      "warning    no lock", "q: quit",
    ] {
      #expect(plain.contains(text), "\(text)")
    }
    await served.server.stop()
  }

  /// Waits on a thread of its own: the server under test needs those of the tests.
  private func program(_ path: String, _ arguments: [String]) async throws -> Completed {
    try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try run(path, arguments) }) }
    }
  }

  private func started(_ arguments: [String], output: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Location.program("convolvectl"))
    process.arguments = arguments
    try #require(FileManager.default.createFile(atPath: output, contents: nil))
    process.standardOutput = FileHandle(forWritingAtPath: output)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  private func lines(_ path: String) -> [String] {
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  private func wait(_ condition: () -> Bool) async throws {
    while !condition() { try await Task.sleep(for: .milliseconds(20)) }
  }
}
