import Foundation
import TestSupport
import Testing

@Suite("A signal while the daemon starts", .serialized)
struct EarlySignalTests {
  @Test("ends it, however early it comes")
  func term() throws {
    let folder = try ScratchFolder()
    try """
    rate: 48000
    capture: { device: "hw:none" }
    playback: { device: "hw:none" }
    filters:
      - { name: one, from: 0, to: 0, kernel: "taps:1" }
    control: { socket: control.sock }

    """.write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
    for _ in 0..<20 {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Location.program("convolved"))
      process.arguments = ["--config", folder.file("convolved.yaml")]
      process.environment = ProcessInfo.processInfo.environment.merging([
        "XDG_CACHE_HOME": Location.package + "/.build/cache", "STATE_DIRECTORY": folder.file("state"),
      ]) { $1 }
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer { kill(process.processIdentifier, SIGKILL) }
      // The first moment in which it does not end the process by itself.
      let deadline = Date().addingTimeInterval(20)
      while try !isTaken(SIGTERM, by: process.processIdentifier) { try #require(Date() < deadline) }
      kill(process.processIdentifier, SIGTERM)
      while process.isRunning, Date() < deadline { usleep(5_000) }
      try #require(!process.isRunning, "SIGTERM was lost")
      #expect(process.terminationReason == .exit && process.terminationStatus == 0)
    }
  }

  /// Whether a process handles or ignores a signal. proc_pid_status(5)
  private func isTaken(_ signal: Int32, by process: Int32) throws -> Bool {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    return status.split(separator: "\n").contains { line in
      let words = line.split(separator: "\t")
      guard words.count == 2, words[0] == "SigIgn:" || words[0] == "SigCgt:" else { return false }
      return (UInt64(words[1], radix: 16) ?? 0) >> UInt64(signal - 1) & 1 == 1
    }
  }
}
