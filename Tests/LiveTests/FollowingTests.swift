import AudioFile
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Following the source's rate", .ownThread)
  struct Following {
    private static let taps = 64
    /// Frames at 48 kHz.
    private static let fade = 240

    private func rig() throws -> Rig {
      let rig = try Rig(
        format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: \"room-{rate}.wav\"" }, top: "fade: 5")
      try rig.edit("rate: 48000", "rate: auto")
      rig.isFollowing = true
      for rate in [44_100, 48_000, 96_000] { try write(rig, rate) }
      return rig
    }

    /// The kernel of a rate: another one for each.
    private func write(_ rig: Rig, _ rate: Int, as name: String? = nil) throws {
      var random = SeededGenerator(seed: UInt64(rate))
      let taps = (0..<Self.taps).map { _ in Double.random(in: -0.1...0.1, using: &random) }
      try AudioWriter(encoding: .double, sampleRate: rate).write([taps], path: rig.folder.file(name ?? "room-\(rate).wav"))
    }

    /// A quarter of full scale.
    private func noise(_ count: Int, seed: UInt64) -> [Int32] {
      var random = SeededGenerator(seed: seed)
      return (0..<count).map { _ in .random(in: -(1 << 21)...1 << 21, using: &random) }
    }

    /// What `convolve` makes of the samples and a kernel, as integers of 24 bits.
    private func offline(_ rig: Rig, _ samples: [Int32], rate: Int, kernel: String) throws -> [Int32] {
      let (input, output) = (rig.folder.file("in.wav"), rig.folder.file("expected.wav"))
      try AudioWriter(encoding: .s24packed, sampleRate: rate).write([samples.map { Double($0) * 0x1p-23 }], path: input)
      let convolve = try run(Location.program("convolve"), [input, rig.folder.file(kernel), "-o", output, "--quiet"])
      try #require(convolve.status == 0, "\(convolve.error)")
      return try AudioSignal(path: output).channels[0].map { Int32($0 * 0x1p23) }
    }

    /// The first channel of S24_3LE stereo.
    private func samples(_ bytes: Data) -> [Int32] {
      let bytes = [UInt8](bytes)
      return stride(from: 0, to: bytes.count, by: 6).map {
        (Int32(bytes[$0]) << 8 | Int32(bytes[$0 + 1]) << 16 | Int32(bytes[$0 + 2]) << 24) >> 8
      }
    }

    @Test("a source that goes 44.1, 48, 96 kHz and back gets the right kernel within a second each time, and silence in between")
    func rates() throws {
      let rig = try rig()
      try rig.start(waitingFor: "waiting")
      #expect((try rig.status()["cause"] as? String) == "nothing plays into capture, whose rate is followed")
      for (turn, rate) in [44_100, 48_000, 96_000, 44_100].enumerated() {
        rig.rate = rate
        let played = noise(rate * 3 / 2, seed: UInt64(turn))
        var latency = 0
        // Without a lead: it is to be seen how soon the daemon is there.
        let recording = try rig.playUndisturbed(packed24(played), lead: 0) {
          try rig.wait(for: "running")
          latency = try #require(try rig.status("latency", "measuredFrames"))
          #expect(try rig.status()["rate"] as? Int == rate)
        }
        let expected = try offline(rig, played, rate: rate, kernel: "room-\(rate).wav")
        let recorded = samples(recording.bytes)
        let first = recording.playedAt + latency
        let wrong = try #require(played.indices.last { recorded[first + $0] != expected[$0] })
        let silent = recorded.prefix { $0 == 0 }.count
        print("\(rate) Hz: exact \(1000 * (wrong + latency) / rate) ms after the source began")
        #expect(wrong + latency < rate)
        // Before that it is silent, but for the fade and a kernel's length.
        #expect(silent >= first + wrong - Self.fade * rate / 48_000 - Self.taps - 64)
        let loudest = try #require(expected.map(abs).max())
        #expect(recorded.allSatisfy { abs($0) <= loudest })
      }
      #expect(rig.stop() == 0)
    }

    @Test("so where the clocks differ, once it is known by how much")
    func resampled() throws {
      let rig = try rig()
      try rig.edit("capture: { device: capture", "capture: { clock: resampled, device: capture")
      try rig.start(waitingFor: "waiting")
      for (turn, rate) in [44_100, 48_000, 96_000, 44_100].enumerated() {
        rig.rate = rate
        let seconds = turn == 0 ? 5 : 2
        let recording = try rig.play(packed24(noise(rate * seconds, seed: UInt64(turn))), lead: 0) {
          try rig.wait(for: "running")
        }
        let silent = try #require(samples(recording.bytes).firstIndex { $0 != 0 }) - recording.playedAt
        print("\(rate) Hz: heard \(1000 * silent / rate) ms after the source began")
        #expect(turn == 0 || silent < rate)
        try rig.wait(for: "waiting")
      }
      #expect(rig.stop() == 0)
    }

    @Test("a player may change its rate while the daemon captures, and is followed each time")
    func changes() throws {
      let rig = try rig()
      try rig.start(waitingFor: "waiting")
      func notify() throws -> String {
        try run("/usr/bin/amixer", ["-D", "capture", "cget", "iface=PCM,name='PCM Notify'"], environment: rig.environment).output
      }
      #expect(try notify().contains(": values=on"))
      let raw = rig.folder.file("noise.raw")
      for (turn, rate) in [48_000, 96_000, 44_100, 48_000].enumerated() {
        try packed24(noise(rate, seed: UInt64(turn))).write(to: URL(fileURLWithPath: raw))
        let source = Process()
        source.executableURL = URL(fileURLWithPath: Location.cable + "/cableio")
        source.arguments = [
          "--play", "source", "--in", raw, "--only-play", "--format", "S24_3LE", "--rate", "\(rate)", "--channels", "2",
        ]
        source.environment = ProcessInfo.processInfo.environment.merging(rig.environment) { $1 }
        source.standardOutput = Pipe()
        try source.run()
        // The daemon still has the capture end from the time before.
        let began = Date()
        let isFollowed = try waitUntil { try rig.status()["state"] as? String == "running" && rig.status()["rate"] as? Int == rate }
        #expect(isFollowed && Date().timeIntervalSince(began) < 1, "\(rig.log)")
        source.waitUntilExit()
        #expect(source.terminationStatus == 0)
      }
      #expect(rig.stop() == 0)
      #expect(try notify().contains(": values=off"))
    }

    @Test("what the filters were still to play when the source stopped is not heard when it is back")
    func past() throws {
      let rig = try rig()
      let (rate, taps) = (48_000, 40_000)
      try AudioWriter(encoding: .double, sampleRate: rate).write(
        [(0..<taps).map { $0 == taps - 1 ? 1 : 0 }], path: rig.folder.file("room-\(rate).wav"))
      try rig.start(waitingFor: "waiting")
      let recording = try rig.playUndisturbed(packed24(noise(rate, seed: 1))) { try rig.wait(for: "running") }
      #expect(recording.bytes.contains { $0 != 0 })
      try rig.pause(0.3)
      let silence = try rig.play(Data(count: 6 * rate)) { try rig.wait(for: "running") }
      #expect(silence.bytes.allSatisfy { $0 == 0 })
      #expect(rig.stop() == 0)
    }

    @Test("a configuration needs kernels for one rate at least, and none that is damaged, and says so with the line")
    func faults() throws {
      let rig = try rig()
      let check = { try run(Location.program("convolved"), ["--config", rig.folder.file("convolved.yaml"), "--check"]) }
      try Data("RIFF".utf8).write(to: URL(fileURLWithPath: rig.folder.file("room-96000.wav")))
      let damaged = try check()
      #expect(damaged.status == 65 && damaged.error.split(separator: "\n").count == 2, "\(damaged)")
      #expect(damaged.error.contains("convolved.yaml:7: filters: f0: ") && damaged.error.contains("room-96000.wav"), "\(damaged)")
      for rate in [44_100, 48_000, 96_000] { try FileManager.default.removeItem(atPath: rig.folder.file("room-\(rate).wav")) }
      let none = try check()
      #expect(none.status == 65 && none.error.contains("convolved.yaml:8: filters: f1: "), "\(none)")
      #expect(none.error.contains("room-48000.wav: there is no such file; and no other common rate has a kernel for every filter"))
    }

    @Test("a rate without a kernel is silence, with the file that is missing as the cause, until there is one")
    func missing() throws {
      let rig = try rig()
      try rig.start(waitingFor: "waiting")
      rig.rate = 88_200
      let played = packed24(noise(88_200, seed: 1))
      let recording = try rig.play(played) {
        let isNamed = try waitUntil { (try rig.status()["cause"] as? String)?.contains("room-88200.wav: there is no such file") == true }
        #expect(isNamed, "\(rig.log)")
        #expect(try rig.status()["state"] as? String == "waiting")
      }
      #expect(recording.bytes.allSatisfy { $0 == 0 })
      #expect(rig.log.contains("the source plays at 88200 Hz: "))
      try write(rig, 88_200)
      _ = try rig.play(played) { try rig.wait(for: "running") }
      // Its end of the second cable has a rate of its own until it is closed.
      try rig.wait(for: "waiting")
      // A kernel of another rate in its place is none.
      rig.rate = 32_000
      try write(rig, 48_000, as: "room-32000.wav")
      let other = try rig.play(packed24(noise(32_000, seed: 2))) {
        let cause = "room-32000.wav has 48000 Hz, and its name is that of the kernel"
        let isNamed = try waitUntil { (try rig.status()["cause"] as? String)?.contains(cause) == true }
        #expect(isNamed, "\(rig.log)")
      }
      #expect(other.bytes.allSatisfy { $0 == 0 })
      #expect(rig.stop() == 0)
    }

    @Test("what was changed over the socket goes along to another rate, but for kernels that are made for one")
    func edits() throws {
      let rig = try rig()
      try rig.start(waitingFor: "waiting")
      func filters() throws -> [[String: Any]] { try #require(try rig.status()["filters"] as? [[String: Any]]) }
      func play(_ rate: Int, _ check: () throws -> Void) throws {
        rig.rate = rate
        _ = try rig.play(packed24(noise(rate, seed: 3))) {
          try rig.wait(for: "running")
          #expect(try rig.status()["rate"] as? Int == rate)
          try check()
        }
        try rig.wait(for: "waiting")
      }
      try play(48_000) {
        #expect(try rig.control("set", "f0", "gain=-3", "delay=7").status == 0)
        try write(rig, 48_000, as: "sent.wav")
        #expect(try rig.control("load", "f1", rig.folder.file("sent.wav")).status == 0)
      }
      try play(96_000) {
        let filters = try filters()
        #expect(filters[0]["gain"] as? Double == -3 && filters[0]["delay"] as? Int == 7)
        #expect((filters[1]["kernel"] as? String)?.hasSuffix("room-96000.wav") == true, "\(filters)")
        #expect(rig.log.contains("f1: sent.wav has 48000 Hz, the stream runs at 96000 Hz"), "\(rig.log)")
      }
      try play(48_000) {
        let filters = try filters()
        #expect(filters[1]["kernel"] as? String == "sent.wav", "\(filters)")
      }
      #expect(rig.stop() == 0)
    }

    @Test("a device that does not tell what plays into it says what to write")
    func untold() throws {
      let rig = try rig()
      let conf = rig.folder.file("asound.conf")
      let text = try String(contentsOfFile: conf, encoding: .utf8)
      try text.replacing("ctl.capture", with: "ctl.other").write(toFile: conf, atomically: true, encoding: .utf8)
      try rig.start(waitingFor: "waiting")
      #expect((try rig.status()["cause"] as? String)?.hasSuffix("give `rate` in Hz instead of auto") == true)
      let arguments = ["--config", rig.folder.file("convolved.yaml"), "--check"]
      let check = try run(Location.program("convolved"), arguments, environment: rig.environment)
      #expect(check.status == 0 && check.output.contains("rate: the source's; there are kernels for 44100, 48000, 96000 Hz"), "\(check)")
      #expect(rig.stop() == 0)
    }

    private func waitUntil(_ condition: () throws -> Bool) throws -> Bool {
      for _ in 0..<250 {
        if try condition() { return true }
        usleep(20_000)
      }
      return false
    }
  }
}
