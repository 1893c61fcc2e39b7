import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Changes", .ownThread)
  struct Changes {
    @Test("50 changes of kernel under a full-scale sine: no xrun, no peak, nothing above 4.2 kHz")
    func sine() throws { try change(times: 50) }

    @Test("so 200 of them", .enabled(if: Soak.cases > 0))
    func longSine() throws { for _ in 0..<4 { try change(times: 50) } }

    private func change(times: Int) throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }
      let rig = try Rig(format: .s32, filters: filters, top: "fade: 20")
      // Two kernels that turn the phase of 1 kHz apart: a quarter, by a delay, and back a little through a long filter.
      try impulseKernel(taps: 13, at: 12).write(toFile: rig.folder.file("quarter.txt"), atomically: true, encoding: .utf8)
      try impulseKernel(taps: 4096, at: 43).write(toFile: rig.folder.file("eighth.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      let sine = (0..<48000 * 60).map { n in Int32((0x7FFF_FFFF * sin(2 * .pi * Double(n % 48) / 48)).rounded()) }
      let frames = sine.flatMap { [$0, $0] }.withUnsafeBytes { Data($0) }
      var loads: [Completed] = []
      let recording = try rig.playUndisturbed(frames, untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.5)
        for change in 0..<times {
          loads.append(try rig.control("load", "f\(change % 2)", rig.folder.file(change / 2 % 2 == 0 ? "quarter.txt" : "eighth.txt")))
          try rig.pause(0.05)
        }
      }
      #expect(loads.allSatisfy { $0.status == 0 }, "\(loads.first { $0.status != 0 }?.error ?? "")")
      let status = try rig.status()
      #expect(status["changes"] as? Int == times)
      #expect(status["differsFromFile"] as? Bool == true)
      #expect(rig.stop() == 0)
      let latency = try #require((status["latency"] as? [String: Any])?["measuredFrames"] as? Int)
      let script = Location.package + "/Tests/Reference/highpass.py"
      let first = recording.playedAt + latency
      let last = recording.bytes.count / 8
      // It was the sine until the last change was done.
      #expect(last - first > 48000 * times / 20 && last - first < sine.count)
      let measured = try run(Location.python, [script, rig.folder.file("out.raw"), "\(first + 4800)", "\(last)"])
      let figures = measured.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      try #require(figures.count == 2, "\(measured.error)")
      #expect(figures[0] < -120, "high-passed at 4.2 kHz the recording peaks at \(figures[0]) dBFS")
      #expect(figures[1] < 0.1, "its peak is \(figures[1]) dB above the steady one")
      print("\(times) changes: high-passed peak \(figures[0]) dBFS, peak above the steady one \(figures[1]) dB")
    }

    @Test("bypass keeps the delay, or mutes the route that says so, and mute is silence that ramps")
    func output() throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: k.txt" }
      let rig = try Rig(
        format: .s24packed, filters: filters + ["name: cross, from: 1, to: 0, kernel: k.txt, bypass: mute"], speed: 4)
      // The main peak is at tap 100: a bypass leaves just that, at full level.
      let taps = (0..<300).map { $0 == 100 ? "0.5" : $0 == 170 ? "-0.25" : "0" }
      try taps.joined(separator: "\n").write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      #expect(try rig.control("bypass", "on").status == 0)
      let frames = randomFrames(.s24packed, count: 24000, channels: 2, seed: 8)
      let bypassed = try rig.playUndisturbed(frames)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let first = (bypassed.playedAt + latency + 100) * 6
      #expect(bypassed.bytes[first..<first + frames.count] == frames)
      #expect(try rig.control("bypass", "off").status == 0)
      #expect(try rig.control("mute").status == 0)
      #expect(try rig.status()["state"] as? String == "muted")
      try rig.pause(0.1)
      #expect(try rig.playUndisturbed(frames).bytes.allSatisfy { $0 == 0 }, "muted is silent")
      #expect(try rig.control("unmute").status == 0)
      #expect(try rig.status()["state"] as? String == "running")
      #expect(!(try rig.playUndisturbed(frames).bytes.allSatisfy { $0 == 0 }))
    }

    @Test("the audio thread allocates, frees, retains and locks nothing over 10,000 blocks, changes included")
    func allocations() throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }
      let rig = try Rig(rate: 192000, format: .s32, filters: filters, top: "output: { ceiling: 0, dither: tpdf }")
      let report = rig.folder.file("count.json")
      rig.environment.merge(
        ["LD_PRELOAD": Location.cable + "/libcounter.so", "COUNTED_THREAD": "convolved-audio", "COUNTER_FILE": report]) { $1 }
      try impulseKernel(taps: 20000, at: 43).write(toFile: rig.folder.file("long.txt"), atomically: true, encoding: .utf8)
      try impulseKernel(taps: 30, at: 4).write(toFile: rig.folder.file("short.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      rig.environment["LD_PRELOAD"] = nil
      for change in 0..<20 {
        #expect(try rig.control("load", "f\(change % 2)", rig.folder.file(change % 3 == 0 ? "long.txt" : "short.txt")).status == 0)
      }
      #expect(try rig.control("mute").status == 0 && rig.control("unmute").status == 0 && rig.control("bypass", "on").status == 0)
      #expect(try rig.control("volume", "-20").status == 0)
      // 10,000 blocks of 64 frames at 192 kHz last 3.4 s.
      try rig.pause(4)
      #expect(try rig.status()["changes"] as? Int == 21)
      #expect(rig.stop() == 0)
      // Other programs that ran meanwhile have no such thread.
      let lines = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n")
      let counted = String(try #require(lines.last { $0.contains("\"threads\":1,") }))
      let fields = try #require(try JSONSerialization.jsonObject(with: Data(counted.utf8)) as? [String: Any], "\(counted)")
      #expect(fields["threads"] as? Int == 1 && fields["swift"] as? Bool == true)
      let calls = fields.filter { !["pid", "threads", "swift"].contains($0.key) }
      #expect(calls.count > 5 && calls.values.allSatisfy { $0 as? Int == 0 }, "\(counted)")
    }
  }
}
