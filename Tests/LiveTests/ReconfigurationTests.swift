import ControlAPI
import ControlCalling
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Reconfiguration", .ownThread)
  struct Reconfiguration {
    private func rig() throws -> Rig {
      let rig = try Rig(
        format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: k.txt" }, top: "fade: 5", speed: 4)
      try "1\n".write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      return rig
    }

    /// Whether both channels come out bit for bit, `delay` frames later than the latency.
    private func isHeard(_ rig: Rig, delay: Int) throws -> Bool {
      let frames = randomFrames(.s24packed, count: 24000, channels: 2, seed: 4)
      let recording = try rig.playUndisturbed(frames)
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames"))) + delay) * 6
      return recording.bytes[first..<first + frames.count] == frames
    }

    @Test("a reload reads kernels that changed under the same name, and is heard; the API's changes go")
    func reload() throws {
      let rig = try rig()
      try rig.start()
      #expect(try rig.control("set", "f0", "gain=-6", "delay=7").status == 0)
      #expect(try rig.status()["differsFromFile"] as? Bool == true)
      try impulseKernel(taps: 300, at: 100).write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      let reloaded = try rig.control("reload")
      #expect(reloaded.status == 0 && reloaded.output.hasPrefix("2 filters, "), "\(reloaded)")
      #expect(try rig.status()["differsFromFile"] as? Bool == false)
      #expect(try isHeard(rig, delay: 100))
      // The same by the signal, with another route and fade.
      try rig.edit("fade: 5", "fade: 7")
      try rig.edit("to: 1, kernel: k.txt", "to: 1, kernel: k.txt, delay: 23")
      try rig.edit("to: 0, kernel: k.txt", "to: 0, kernel: k.txt, delay: 23")
      let changes = try #require(try rig.status()["changes"] as? Int)
      rig.signal(SIGHUP)
      try rig.wait { try rig.status()["changes"] as? Int == changes + 1 }
      #expect(try isHeard(rig, delay: 123))
      #expect(rig.stop() == 0)
    }

    @Test("a reload that has faults changes nothing, shows all of them and logs them")
    func faults() throws {
      let rig = try rig()
      try rig.start()
      try rig.edit("fade: 5", "fade: slow")
      try rig.edit("to: 0, kernel: k.txt", "to: 0, kernel: k.txt, gian: 3")
      let refused = try rig.control("reload")
      let lines = refused.error.split(separator: "\n")
      #expect(refused.status == 65 && lines.count == 2, "\(refused)")
      #expect(lines.first?.contains("convolved.yaml:3: `fade` is \"slow\"") == true, "\(refused)")
      #expect(lines.last?.contains("convolved.yaml:7: filters: `gian` is unknown") == true, "\(refused)")
      rig.signal(SIGHUP)
      try rig.wait { rig.log.components(separatedBy: "`gian` is unknown").count == 3 }
      try rig.edit("fade: slow", "fade: 5")
      try rig.edit(", gian: 3", "")
      try rig.edit("block: 64\n", "block: 128\n")
      try rig.edit("socket: control.sock", "socket: other.sock")
      let restart = try rig.control("reload")
      #expect(restart.status == 65 && restart.error.contains("`control` cannot change while the daemon runs"), "\(restart)")
      try rig.edit("block: 128\n", "block: 64\n")
      try rig.edit("socket: other.sock", "socket: control.sock")
      try FileManager.default.removeItem(atPath: rig.folder.file("k.txt"))
      let missing = try rig.control("reload")
      #expect(
        missing.status == 65 && missing.error.split(separator: "\n").count == 2 && missing.error.contains("k.txt"), "\(missing)")
      let status = try rig.status()
      #expect(status["changes"] as? Int == 0 && status["differsFromFile"] as? Bool == false && status["block"] as? Int == 64)
      #expect(try isHeard(rig, delay: 0))
      #expect(rig.stop() == 0)
    }

    @Test("several filters change in one step that is heard, or none does")
    func set() throws {
      let rig = try rig()
      try impulseKernel(taps: 40, at: 30).write(toFile: rig.folder.file("late.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      let set = try rig.control("set", "f0", "kernel=\(rig.folder.file("late.txt"))", "delay=70", "f1", "delay=100", "gain=0")
      #expect(set.status == 0, "\(set)")
      #expect(try rig.status()["changes"] as? Int == 1)
      #expect(try isHeard(rig, delay: 100))
      // A kernel that comes later keeps delay and gain.
      #expect(try rig.control("load", "f1", rig.folder.file("k.txt")).status == 0)
      #expect(try isHeard(rig, delay: 100))
      let missing = try rig.control("set", "f0", "delay=0", "f1", "kernel=none.txt")
      #expect(missing.status == 66 && missing.error.contains("none.txt"), "\(missing)")
      let unknown = try rig.control("set", "f0", "delay=0", "f2", "delay=0")
      #expect(unknown.status == 65 && unknown.error.contains("there is no filter f2: there are f0, f1"), "\(unknown)")
      #expect(try isHeard(rig, delay: 100))
      #expect(rig.stop() == 0)
    }

    @Test("a configuration is checked without being taken over, and replaced as a whole")
    func replace() async throws {
      let rig = try rig()
      try rig.start()
      let path = rig.folder.file("convolved.yaml")
      let file = try String(contentsOfFile: path, encoding: .utf8)
      let other = file.replacing("kernel: k.txt", with: "kernel: \"taps:0,0,1\"").replacing("block: 64", with: "block: 256")
      try other.write(toFile: rig.folder.file("other.yaml"), atomically: true, encoding: .utf8)
      let checked = try rig.control("check", rig.folder.file("other.yaml"))
      #expect(checked.status == 0 && checked.output.contains("\ntaking it over interrupts the sound, for another block\n"), "\(checked)")
      try "rate: 48000\n".write(toFile: rig.folder.file("bad.yaml"), atomically: true, encoding: .utf8)
      let bad = try rig.control("check", rig.folder.file("bad.yaml"))
      #expect(bad.status == 65 && bad.error.contains("bad.yaml:1: `capture` is missing\n"), "\(bad)")
      #expect(try rig.status()["changes"] as? Int == 0)
      let client = ControlClient(path: rig.socket)
      let put = Array(other.utf8)
      let report = try await client.replaceConfiguration(put)
      #expect(report.filters == 2 && report.interrupts == ["block"] && report.cause == nil)
      #expect(try await client.configuration() == put)
      #expect(try rig.status()["block"] as? Int == 256)
      let elsewhere = Array(other.replacing("control.sock", with: "other.sock").replacing("block: 256", with: "block: 32").utf8)
      let error = await #expect(throws: ControlError.self) { try await client.replaceConfiguration(elsewhere) }
      if case .problem(let problem) = error { #expect(problem.status == 409 && problem.detail.contains("`control`")) }
      #expect(try await client.configuration() == put)
      #expect(try rig.status()["differsFromFile"] as? Bool == true)
      #expect(try isHeard(rig, delay: 2))
      #expect(try rig.control("reload").status == 0)
      #expect(try rig.status()["differsFromFile"] as? Bool == false)
      #expect(try isHeard(rig, delay: 0))
      #expect(rig.stop() == 0)
    }
  }
}
