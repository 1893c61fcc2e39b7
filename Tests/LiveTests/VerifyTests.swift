import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Verify", .ownThread)
  struct Verify {
    /// A room's taps, in integers of `bits` bits or in full precision.
    private func kernel(bits: Int?, seed: UInt64) -> String {
      var random = SeededGenerator(seed: seed)
      let scale = bits.map { Double(1 << ($0 - 1)) } ?? 0x1p60
      let taps = random.noise(65_536).enumerated().map { n, tap in
        let value = n == 0 ? 0.5 : tap * 0.02 / (1 + Double(n * n) / 1e6)
        return (value * scale).rounded() / scale
      }
      return taps.map { "\($0)" }.joined(separator: "\n") + "\n"
    }

    struct Material: Sendable, CustomTestStringConvertible {
      var format: SampleFormat
      var bits: Int?
      var block: Int
      var testDescription: String { "\(format.rawValue), taps of \(bits.map { "\($0) bits" } ?? "full precision"), blocks of \(block)" }
    }

    @Test(
      "nothing differs but at ties, nothing at all with 16 bits and 16 bits, and the sound beside it is not disturbed",
      arguments: [
        Material(format: .s16, bits: 16, block: 64), Material(format: .s24packed, bits: nil, block: 256),
        Material(format: .s32, bits: 16, block: 256),
      ])
    func verify(_ material: Material) throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: k\($0).txt" }
      let rig = try Rig(
        block: material.block, format: material.format, filters: filters + ["name: x, from: 0, to: 1, kernel: k0.txt, delay: 9"])
      for index in 0..<2 {
        try kernel(bits: material.bits, seed: UInt64(index)).write(
          toFile: rig.folder.file("k\(index).txt"), atomically: true, encoding: .utf8)
      }
      try rig.start()
      let frames = randomFrames(material.format, count: 4 * 48000, channels: 2, seed: 3)
      var given: Completed?
      _ = try rig.playUndisturbed(frames) { given = try rig.control("verify", "--seconds", "8", "--json") }
      let answer = try #require(given)
      #expect(answer.status == 0, "\(answer)")
      let report = try #require(try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any])
      #expect(report["frames"] as? Int == 8 * 48000 && report["playback"] as? String == material.format.rawValue)
      for output in try #require(report["outputs"] as? [[String: Any]]) {
        let differing = try #require(output["differing"] as? Int)
        #expect(differing == output["atTies"] as? Int && output["undecided"] as? Int == 0)
        // At 24 bits a sample in some ten million lies so near to a boundary.
        if material.format != .s32 { #expect(differing <= (material.bits == nil ? 1 : 0), "\(output)") }
      }
      #expect(rig.log.contains("verified 8.0 s of sound"))
      #expect(rig.stop() == 0)
    }

    /// Returns when it is under way.
    private func verification(_ rig: Rig, seconds: Int) throws -> Process {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: Location.program("convolvectl"))
      process.arguments = ["verify", "--seconds", "\(seconds)", "--socket", rig.socket]
      (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
      try process.run()
      try rig.wait { rig.log.contains("verifying \(seconds).0 s of sound") }
      return process
    }

    @Test("there is one at a time, it ends with its client, and the daemon does not wait for it to stop")
    func one() throws {
      // Some seconds of work: a client that has gone is noticed within one.
      let filters = (0..<12).map { "name: f\($0), from: 0, to: 0, kernel: k.txt, gain: -\($0), delay: \($0)" }
      let rig = try Rig(format: .s16, filters: filters)
      try kernel(bits: nil, seed: 1).write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      let first = try verification(rig, seconds: 100)
      let second = try rig.control("verify", "--seconds", "0.01")
      #expect(second.status == 65 && second.error.contains("a verification is under way"), "\(second)")
      // One whose client has gone ends with it.
      first.terminate()
      first.waitUntilExit()
      var third = second
      try rig.wait {
        third = try rig.control("verify", "--seconds", "0.01")
        return third.status != 65
      }
      #expect(third.status == 0, "\(third)")
      #expect(!rig.log.contains("verified 100.0 s"))
      let last = try verification(rig, seconds: 99)
      let asked = Date()
      #expect(rig.stop() == 0)
      #expect(Date().timeIntervalSince(asked) < 5)
      last.waitUntilExit()
      #expect(last.terminationStatus == 69)
    }
  }
}
