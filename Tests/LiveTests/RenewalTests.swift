import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Renewal", .ownThread)
  struct Renewal {
    private func rig() throws -> Rig {
      let rig = try Rig(
        format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: k.txt" }, top: "fade: 5")
      try impulseKernel(taps: 20, at: 10).write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      return rig
    }

    /// A quarter of full scale.
    private func noise(_ count: Int, seed: UInt64) -> [Int32] {
      var random = SeededGenerator(seed: seed)
      return (0..<count).map { _ in .random(in: -(1 << 21)...1 << 21, using: &random) }
    }

    private func latency(_ rig: Rig) throws -> Int { try #require(try rig.status("latency", "measuredFrames")) }

    private func isHeard(_ rig: Rig) throws -> Bool {
      let frames = packed24(noise(24_000, seed: 4))
      let recording = try rig.playUndisturbed(frames)
      let first = (recording.playedAt + (try latency(rig)) + 10) * 6
      return recording.bytes[first..<first + frames.count] == frames
    }

    @Test("another block pauses the sound for less than a second: exact before, exact after, and no louder in between")
    func pause() throws {
      let rig = try rig()
      try rig.start()
      let (rate, samples) = (48_000, noise(4 * 48_000, seed: 7))
      let frames = packed24(samples)
      let before = try latency(rig)
      let recording = try rig.playUndisturbed(frames, tail: 8192) {
        try rig.pause(1.5)
        try reload(rig, block: 64, as: 256)
      }
      let after = try latency(rig)
      #expect(after > before)
      let programme = [UInt8](frames)
      func start(_ latency: Int) -> Int { (recording.playedAt + latency + 10) * 6 }
      let recorded = [UInt8](recording.bytes)
      let lead = programme.indices.prefix { recorded[start(before) + $0] == programme[$0] }.count
      let trail = programme.indices.reversed().prefix { recorded[start(after) + $0] == programme[$0] }.count
      print("exact for \(lead / 6) frames, then for the last \(trail / 6) of \(samples.count)")
      #expect(lead > rate * 6 / 2 && trail > rate * 6)
      #expect(programme.count - lead - trail < rate * 6)
      let pause = recorded[(start(before) + lead / 6 * 6)..<(start(after) + programme.count - trail / 6 * 6)]
      let loudest = stride(from: pause.startIndex, to: pause.endIndex - 2, by: 3).map { abs(sample(pause, $0)) }.max()
      #expect(try #require(loudest) <= 1 << 21)
      #expect(rig.stop() == 0)
    }

    private func reload(_ rig: Rig, block: Int, as other: Int) throws {
      try rig.edit("block: \(block)\n", "block: \(other)\n")
      let reloaded = try rig.control("reload")
      #expect(reloaded.status == 0, "\(reloaded)")
    }

    /// Of 24 bits, little-endian.
    private func sample(_ bytes: ArraySlice<UInt8>, _ index: Int) -> Int32 {
      (Int32(bytes[index]) << 8 | Int32(bytes[index + 1]) << 16 | Int32(bytes[index + 2]) << 24) >> 8
    }

    @Test("a louder kernel with a lower volume, and back, is at no moment louder than either")
    func quieterFirst() throws {
      let rig = try rig()
      try rig.start()
      let level: Int32 = 1 << 20
      let kernel = rig.folder.file("k.txt")
      let recording = try rig.playUndisturbed(packed24(Array(repeating: level, count: 4 * 48_000)), untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.5)
        for (gain, volume, before) in [(20, -20, "fade: 5"), (0, 0, "output: { volume: -20 }")] {
          try String(Array(repeating: "0", count: 10).joined(separator: "\n") + "\n\(gain == 20 ? 10 : 1)\n")
            .write(toFile: kernel, atomically: true, encoding: .utf8)
          try rig.edit(before, before.hasPrefix("fade") ? "fade: 5\noutput: { volume: \(volume) }" : "output: { volume: \(volume) }")
          let reloaded = try rig.control("reload")
          #expect(reloaded.status == 0, "\(reloaded)")
          #expect((try rig.status()["output"] as? [String: Any])?["volume"] as? Double == Double(volume))
          try rig.pause(0.3)
        }
      }
      let bytes = [UInt8](recording.bytes)
      let heard = stride(from: 0, to: bytes.count - 2, by: 3).map { sample(bytes[...], $0) }
      print("from \(heard.min() ?? 0) to \(heard.max() ?? 0) of \(level)")
      #expect(try #require(heard.max()) <= level + 2)
      #expect(heard.count { abs($0 - level) <= 2 } > 48_000)
      #expect(rig.stop() == 0)
    }

    @Test("twenty changes of block leave locked memory and threads as they were")
    func flat() throws {
      let rig = try rig()
      try rig.start()
      func held(_ what: String) throws -> Int {
        let pid = try #require(rig.processIdentifier)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(what):") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
      }
      for (before, after) in [(64, 128), (128, 64)] {
        try rig.edit("block: \(before)\n", "block: \(after)\n")
        #expect(try rig.control("reload").status == 0)
      }
      let (locked, threads) = (try held("VmLck"), try held("Threads"))
      for turn in 0..<18 {
        let blocks = turn % 2 == 0 ? (64, 128) : (128, 64)
        try rig.edit("block: \(blocks.0)\n", "block: \(blocks.1)\n")
        #expect(try rig.control("reload").status == 0)
      }
      // What was replaced is unlocked a moment later, and what lies on a page with it stays: far less than a change locks.
      try rig.wait { try held("VmLck") <= locked + 64 }
      // On a busy machine Swift's runtime has more threads for some seconds.
      try rig.wait { try held("Threads") <= threads }
      #expect(try rig.status()["changes"] as? Int == 20)
      #expect(rig.stop() == 0)
    }

    @Test("rate, precision and devices change while it runs; what was set of the output, and counters, stay")
    func others() throws {
      let rig = try rig()
      let conf = rig.folder.file("asound.conf")
      let ends = ["playback", "sink"].map { rig.end("other-\($0)", ofCable: 3) }
      try (try String(contentsOfFile: conf, encoding: .utf8) + "\n" + ends.joined(separator: "\n"))
        .write(toFile: conf, atomically: true, encoding: .utf8)
      try rig.start()
      #expect(try rig.control("volume", "-20").status == 0)
      #expect(try rig.control("set", "f0", "gain=-1").status == 0)
      try rig.cable(1, "xrun", "capture")
      try rig.wait { try !rig.lastXruns().isEmpty }
      try rig.edit("rate: 48000", "rate: 96000")
      #expect(try rig.control("reload").status == 0)
      #expect(try rig.lastXruns().contains { $0["cause"] == "device" })
      let status = try rig.status()
      #expect(status["state"] as? String == "running" && status["rate"] as? Int == 96_000 && status["changes"] as? Int == 2)
      #expect((status["output"] as? [String: Any])?["volume"] as? Double == -20)
      #expect(try rig.control("volume", "0").status == 0)
      rig.rate = 96_000
      #expect(try isHeard(rig))
      #expect(try rig.control("mute").status == 0)
      try rig.edit("device: playback", "device: other-playback")
      try rig.edit("fade: 5", "precision: float32")
      #expect(try rig.control("reload").status == 0)
      #expect(try rig.status()["state"] as? String == "muted" && rig.status()["precision"] as? String == "float32")
      #expect(try rig.control("unmute").status == 0)
      rig.sink = "other-sink"
      #expect(try isHeard(rig))
      // A device that is missing is a state, not a fault.
      try rig.edit("device: other-playback", "device: nowhere")
      let missing = try rig.control("reload")
      #expect(missing.status == 0 && missing.output.contains("waiting: playback device nowhere is not there"), "\(missing)")
      #expect(try rig.status()["state"] as? String == "waiting")
      try rig.edit("device: nowhere", "device: other-playback")
      #expect(try rig.control("reload").status == 0)
      #expect(try isHeard(rig))
      #expect(rig.stop() == 0)
    }
  }
}
