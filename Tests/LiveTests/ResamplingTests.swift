import AudioFile
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Kernels of another rate", .ownThread)
  struct Resampling {
    private func rig(_ more: String = "") throws -> Rig {
      let rig = try Rig(
        format: .s24packed,
        filters: ["name: left, from: 0, to: 0, kernel: k44100.wav\(more)", "name: right, from: 1, to: 1, kernel: dirac, delay: 3"],
        speed: 4)
      // It begins with a jump, so that the resampled one begins before its time 0.
      var random = SeededGenerator(seed: 44_100)
      let taps = (0..<100).map { exp(-Double($0) / 20) * Double.random(in: -0.2...0.2, using: &random) }
      try AudioWriter(encoding: .double, sampleRate: 44_100).write([taps], path: rig.folder.file("k44100.wav"))
      return rig
    }

    private func layout(_ rig: Rig, _ filter: Int) throws -> String {
      let filters = try #require(try rig.status()["filters"] as? [[String: Any]])
      return try #require(filters[filter]["layout"] as? String)
    }

    @Test("are refused with the line and what to do, by the daemon, by --check and over the socket")
    func refused() throws {
      let rig = try rig()
      let path = rig.folder.file("convolved.yaml")
      for arguments in [["--config", path, "--check"], ["--config", path]] {
        let refused = try run(Location.program("convolved"), arguments, environment: rig.environment)
        #expect(refused.status == 65 && refused.error.contains("convolved.yaml:7: filters: left: "), "\(refused)")
        #expect(refused.error.contains("k44100.wav has 44100 Hz, the stream runs at 48000 Hz: resample the file, or set `resample: true`"))
      }
      try rig.edit("kernel: k44100.wav", "kernel: dirac")
      try rig.start()
      let kernel = rig.folder.file("k44100.wav")
      let load = try rig.control("load", "left", kernel)
      #expect(
        load.status == 65
          && load.error.contains(
            "k44100.wav has 44100 Hz, the stream runs at 48000 Hz: resample the file, or send it with `resample=true` (convolvectl load --resample)"
          ), "\(load)")
      #expect(try !layout(rig, 0).contains("44100 Hz"))
      let resampled = try rig.control("load", "left", kernel, "--resample")
      #expect(resampled.status == 0 && resampled.output.contains("44100 Hz, resampled to 48000 Hz"), "\(resampled)")
      #expect(try layout(rig, 0).contains("44100 Hz, resampled to 48000 Hz"))
      #expect(rig.stop() == 0)
    }

    @Test("resampled as asked, they give what `convolve --resample` gives, and every filter is as late as the one that begins first")
    func resampled() throws {
      let rig = try rig(", resample: true")
      let check = try run(
        Location.program("convolved"), ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: rig.environment)
      #expect(
        check.status == 0
          && check.output.contains("left: input 0 to output 0, WAV, 64-bit float, 1 channel, 100 taps, 44100 Hz, resampled"), "\(check)")
      try rig.start()
      let lead = try #require(try rig.status("latency", "leadFrames"))
      #expect(lead > 10 && check.output.contains("delay: \(lead) frames of every filter"))
      var random = SeededGenerator(seed: 5)
      let programme = (0..<24_000).map { _ in Int32.random(in: -(1 << 21)...1 << 21, using: &random) }
      let recording = try rig.playUndisturbed(packed24(programme))
      let input = rig.folder.file("in.wav"), output = rig.folder.file("expected.wav")
      try AudioWriter(encoding: .s24packed, sampleRate: 48_000).write([programme.map { Double($0) * 0x1p-23 }], path: input)
      let convolve = try run(Location.program("convolve"), [input, rig.folder.file("k44100.wav"), "--resample", "-o", output, "--quiet"])
      try #require(convolve.status == 0, "\(convolve.error)")
      let expected = try AudioSignal(path: output).channels[0].map { Int32($0 * 0x1p23) }
      // Both filters' time 0.
      let zero = recording.playedAt + (try #require(try rig.status("latency", "measuredFrames"))) + lead
      func sample(_ frame: Int, _ channel: Int) -> Int32 {
        let at = recording.bytes.startIndex + 6 * frame + 3 * channel
        return (Int32(recording.bytes[at]) << 8 | Int32(recording.bytes[at + 1]) << 16 | Int32(recording.bytes[at + 2]) << 24) >> 8
      }
      let wrong = programme.indices.count(where: { sample(zero + $0, 0) != expected[$0] })
      let shifted = programme.indices.count(where: { sample(zero + 3 + $0, 1) != programme[$0] })
      #expect(wrong == 0 && shifted == 0)
      #expect(rig.stop() == 0)
    }
  }
}
