import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Sums on a grid", .ownThread)
  struct Grid {
    /// As integers of 24 bits: half at once, then nothing, then some reflections.
    private func kernel(using random: inout SeededGenerator) -> [Int] {
      [1 << 22] + (1..<8000).map { $0 < 5000 ? 0 : Int.random(in: -80_000...80_000, using: &random) }
    }

    /// A burst, then single steps: each of them is half a step of the output, though the transforms still hold the burst.
    private func programme(using random: inout SeededGenerator) -> [Int] {
      (0..<24_000).map { n in n < 500 ? Int.random(in: -30_000...30_000, using: &random) : n > 8600 && n % 3 == 0 ? -1 : 0 }
    }

    /// The sum in steps of 16 bits, rounded half to even and clipped.
    private func expected(_ x: [Int], _ h: [Int], at n: Int) -> Int16 {
      let sum = ([0] + Array(5000..<h.count)).reduce(0) { 0..<x.count ~= n - $1 ? $0 + h[$1] * x[n - $1] : $0 }
      return Int16(max(-32_768, min(32_767, (Double(sum) * 0x1p-23).rounded(.toNearestOrEven))))
    }

    @Test("a 16-bit programme through a 24-bit kernel is np.convolve rounded, ties too; status and --check say so")
    func ties() throws {
      var random = SeededGenerator(seed: 81)
      let (h, x) = (kernel(using: &random), programme(using: &random))
      let rig = try Rig(
        format: .s16, filters: ["name: left, from: 0, to: 0, kernel: k.txt", "name: right, from: 1, to: 1, kernel: k.txt, gain: -1"],
        speed: 4)
      try h.map { "\(Double($0) * 0x1p-23)" }.joined(separator: "\n").write(
        toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      let checked = try run(
        Location.program("convolved"), ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: rig.environment)
      let scaled = "no: the gain of right, -1.0 dB, is no power of two; samples differ by at most one step, at ties"
      #expect(checked.output.contains("\nexact: output 0 always, grid 2^-38\nexact: output 1 \(scaled)\n"), "\(checked)")
      try rig.start()
      var frames = Data()
      for sample in x { for _ in 0..<2 { withUnsafeBytes(of: Int16(sample)) { frames.append(contentsOf: $0) } } }
      let recording = try rig.playUndisturbed(frames, tail: 10_000)
      let first = recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))
      let played = recording.bytes.withUnsafeBytes { bytes in
        (0..<x.count + h.count - 1).map { bytes.loadUnaligned(fromByteOffset: 4 * (first + $0), as: Int16.self) }
      }
      let differing = played.indices.count { played[$0] != expected(x, h, at: $0) }
      #expect(differing == 0)
      let outputs = try #require(try rig.status()["exactness"] as? [[String: Any]])
      #expect(outputs[0]["exact"] as? Bool == true && outputs[0]["grid"] as? Int == -38)
      #expect(outputs[1]["exact"] as? Bool == false)
      #expect(
        try rig.control("set", "right", "gain=0").status == 0 && rig.control("status").output.contains("\nexact      always, grid 2^-38\n"))
      #expect(try rig.control("volume", "-6").status == 0)
      #expect(try rig.control("status").output.contains("\nexact      no: the volume is -6.0 dB\n"))
      #expect(rig.stop() == 0)
    }
  }
}
