import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Aligned outputs", .ownThread)
  struct Aligned {
    @Test("come at once before, during and after a change of one kernel, which moves both without a click")
    func change() throws {
      let rig = try Rig(
        format: .s24packed, filters: ["name: left, from: 0, to: 0, kernel: dirac", "name: right, from: 1, to: 1, kernel: dirac"],
        top: "fade: 20\nalign: peaks")
      try impulseKernel(taps: 301, at: 300).write(toFile: rig.folder.file("late.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      var random = SeededGenerator(seed: 18)
      let played: [Int32] = (0..<144_000).map { _ in .random(in: -(1 << 21)...1 << 21, using: &random) }
      let recording = try rig.playUndisturbed(packed24(played)) {
        try rig.pause(0.5)
        let loaded = try rig.control("load", "left", rig.folder.file("late.txt"))
        #expect(loaded.status == 0, "\(loaded)")
      }
      let first = recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))
      let frames = 6 * first..<6 * (first + played.count)
      let bytes = [UInt8](recording.bytes)[frames]
      let samples = stride(from: bytes.startIndex, to: bytes.endIndex, by: 3).map {
        (Int32(bytes[$0]) << 8 | Int32(bytes[$0 + 1]) << 16 | Int32(bytes[$0 + 2]) << 24) >> 8
      }
      let heard = stride(from: 0, to: samples.count, by: 2).map { samples[$0] }
      #expect(heard == stride(from: 1, to: samples.count, by: 2).map { samples[$0] })
      let after = [Int32](repeating: 0, count: 300) + played.dropLast(300)
      let beyond = heard.indices.count { heard[$0] < min(played[$0], after[$0]) - 1 || heard[$0] > max(played[$0], after[$0]) + 1 }
      #expect(beyond == 0)
      let lastOld = try #require(heard.indices.last { heard[$0] != after[$0] })
      let firstNew = try #require(heard.indices.first { heard[$0] != played[$0] })
      #expect(firstNew > 4_800 && lastOld < 139_200 && lastOld - firstNew < 1_200, "\(firstNew) to \(lastOld)")
      let latency = try #require(try rig.status()["latency"] as? [String: Any])
      let outputs = try #require(latency["outputs"] as? [[String: Any]])
      #expect(outputs.map { $0["kernelFrames"] as? Int } == [300, 300] && outputs.map { $0["unalignedFrames"] as? Int } == [300, 0])
      let text = try rig.control("status").output
      #expect(text.contains("output 1: aligned: 0 before, delayed by 300 frames (6.25 ms)"), "\(text)")
      #expect(rig.stop() == 0)
    }
  }
}
