import AudioFile
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Kernels from words", .ownThread)
  struct Words {
    private static let loud = "Preamp: -9 dB\nFilter 1: ON PK Fc 1000 Hz Gain 6 dB Q 1.4\n"
    private static let soft = "Preamp: -12 dB\nFilter 1: ON LSC Fc 105 Hz Gain -6 dB Q 0.7\nFilter 2: ON PK Fc 3,400 Hz Gain 3 dB Q 2\n"

    private func rig(_ kernel: String, speed: Double = 1) throws -> Rig {
      let rig = try Rig(
        format: .s24packed, filters: ["name: left, from: 0, to: 0, kernel: \(kernel)", "name: right, from: 1, to: 1, kernel: dirac"],
        top: "fade: 20", speed: speed)
      try Self.loud.write(toFile: rig.folder.file("eq.txt"), atomically: true, encoding: .utf8)
      return rig
    }

    /// A quarter of full scale.
    private func noise(_ count: Int, seed: UInt64) -> [Int32] {
      var random = SeededGenerator(seed: seed)
      return (0..<count).map { _ in .random(in: -(1 << 21)...1 << 21, using: &random) }
    }

    /// What `convolve` makes of the samples, as integers of 24 bits.
    private func offline(_ rig: Rig, _ samples: [Int32], _ kernel: String, rate: Int = 48_000) throws -> [Int32] {
      let (input, output) = (rig.folder.file("in.wav"), rig.folder.file("expected.wav"))
      try AudioWriter(encoding: .s24packed, sampleRate: rate).write([samples.map { Double($0) * 0x1p-23 }], path: input)
      let convolve = try run(Location.program("convolve"), [input, kernel, "-o", output, "--quiet"])
      try #require(convolve.status == 0, "\(convolve.error)")
      return try AudioSignal(path: output).channels[0].map { Int32($0 * 0x1p23) }
    }

    /// A channel of S24_3LE stereo.
    private func samples(_ bytes: Data, channel: Int = 0) -> [Int32] {
      let bytes = [UInt8](bytes)
      return stride(from: 3 * channel, to: bytes.count, by: 6).map {
        (Int32(bytes[$0]) << 8 | Int32(bytes[$0 + 1]) << 16 | Int32(bytes[$0 + 2]) << 24) >> 8
      }
    }

    @Test(
      "an equaliser sounds as convolve makes it, and a change of its text is heard after a reload, from the one to the other without a click"
    )
    func reload() throws {
      let rig = try rig("{ eq: eq.txt }")
      try rig.start()
      let played = noise(192_000, seed: 17)
      let path = rig.folder.file("eq.txt")
      let before = try offline(rig, played, "eq:\(path)")
      let recording = try rig.playUndisturbed(packed24(played)) {
        try rig.pause(0.5)
        try Self.soft.write(toFile: path, atomically: true, encoding: .utf8)
        let reloaded = try rig.control("reload")
        #expect(reloaded.status == 0, "\(reloaded)")
      }
      let after = try offline(rig, played, "eq:\(path)")
      let first = recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))
      let heard = Array(samples(recording.bytes)[first..<first + played.count])
      let beyond = heard.indices.count { heard[$0] < min(before[$0], after[$0]) - 1 || heard[$0] > max(before[$0], after[$0]) + 1 }
      #expect(beyond == 0)
      let lastOld = try #require(heard.indices.last { heard[$0] != after[$0] })
      let firstNew = try #require(heard.indices.first { heard[$0] != before[$0] })
      #expect(firstNew > 4_800 && lastOld < 187_200 && lastOld - firstNew < 1_200, "\(firstNew) to \(lastOld)")
      #expect(rig.stop() == 0)
    }

    @Test("each rate of the source gets a kernel of its own from the same text")
    func rates() throws {
      let rig = try rig("{ eq: eq.txt }")
      try rig.edit("rate: 48000", "rate: auto")
      rig.isFollowing = true
      try rig.start(waitingFor: "waiting")
      for (turn, rate) in [44_100, 96_000].enumerated() {
        rig.rate = rate
        let played = noise(rate * 3 / 2, seed: UInt64(turn))
        var latency = 0
        let recording = try rig.playUndisturbed(packed24(played), lead: 0) {
          try rig.wait(for: "running")
          latency = try #require(try rig.status("latency", "measuredFrames"))
          #expect(try rig.status()["rate"] as? Int == rate)
        }
        let expected = try offline(rig, played, "eq:\(rig.folder.file("eq.txt"))", rate: rate)
        let (recorded, first) = (samples(recording.bytes), recording.playedAt + latency)
        let wrong = try #require(played.indices.last { recorded[first + $0] != expected[$0] })
        #expect(wrong + latency < rate, "\(rate)")
      }
      #expect(rig.stop() == 0)
    }

    @Test("a filter of linear phase and one beside it stay together; words are sent with their file, and taps without a header")
    func together() throws {
      let rig = try rig("{ eq: eq.txt, phase: linear, taps: 1023 }", speed: 4)
      try rig.start()
      let lead = try #require(try rig.status("latency", "leadFrames"))
      #expect(lead > 100 && lead <= 511)
      let played = noise(24_000, seed: 5)
      let expected = try offline(rig, played, "linear/1023:eq:\(rig.folder.file("eq.txt"))")
      let recording = try rig.playUndisturbed(packed24(played))
      let zero = recording.playedAt + (try #require(try rig.status("latency", "measuredFrames"))) + lead
      let (left, right) = (samples(recording.bytes), samples(recording.bytes, channel: 1))
      #expect(played.indices.allSatisfy { left[zero + $0] == expected[$0] } && played.indices.allSatisfy { right[zero + $0] == played[$0] })

      let taps = rig.folder.file("k.dbl")
      try [9, 0, 0.5].withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: taps)) }
      for (words, layout) in [
        ("eq:\(rig.folder.file("eq.txt"))", "made at 48000 Hz: "), ("f64@48000+8:\(taps)", "raw, 64-bit float, 2 taps, 48000 Hz"),
        ("lowpass:LR4@2000", "made at 48000 Hz: "),
      ] {
        let loaded = try rig.control("load", "left", words)
        #expect(loaded.status == 0 && loaded.output.contains(layout), "\(loaded)")
      }
      let refused = try rig.control("load", "left", "f64@44100:\(taps)")
      #expect(refused.status == 65 && refused.error.contains("has 44100 Hz"), "\(refused)")
      #expect(try rig.control("set", "left", "kernel=minimum:\(taps)").status == 65)
      #expect(rig.stop() == 0)
    }
  }
}
