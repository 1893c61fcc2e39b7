import Foundation
import PCM
import TestSupport
import Testing

/// Those of the suites whose rigs' clocks wait may run beside each other. The others need the processor for themselves: the Makefile's
/// `ALONE`.
@Suite("Live")
struct LiveTests {}

extension LiveTests {
  @Suite("Exactness", .ownThread)
  struct Exactness {
    struct Impulse: Sendable, CustomTestStringConvertible {
      var format: SampleFormat
      var taps: Int
      var tap: Int
      var testDescription: String { "\(format.rawValue), \(taps) taps, impulse at \(tap)" }
    }

    static let impulses =
      [SampleFormat.s16, .s24in32, .s24packed, .s32].flatMap { format in
        [(1, 0), (65536, 0), (65536, 5000)].map { Impulse(format: format, taps: $0.0, tap: $0.1) }
      } + [.float, .double].map { Impulse(format: $0, taps: 1, tap: 0) }

    @Test("an impulse returns every frame bit for bit, late by its tap and the latency that status says", arguments: impulses)
    func impulse(_ impulse: Impulse) throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: impulse.txt" }
      let rig = try Rig(format: impulse.format, filters: filters, speed: 8)
      try impulseKernel(taps: impulse.taps, at: impulse.tap).write(
        toFile: rig.folder.file("impulse.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      let frames = randomFrames(impulse.format, count: 48000, channels: 2, seed: UInt64(impulse.tap + impulse.taps))
      let recording = try rig.playUndisturbed(frames, tail: 8192 + impulse.tap)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      #expect(try rig.status("latency", "blockFrames")! + rig.status("latency", "queueFrames")! == latency)
      let frameBytes = 2 * impulse.format.bytes
      let first = (recording.playedAt + latency + impulse.tap) * frameBytes
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact)
      #expect(recording.bytes[..<first].allSatisfy { $0 == 0 } && recording.bytes[(first + frames.count)...].allSatisfy { $0 == 0 })
      #expect(rig.stop() == 0)
    }

    @Test("an xrun that is called is counted and heard, though the clock waits: tests on it can fail")
    func calledXrun() throws {
      let rig = try Rig(format: .s24packed, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
      try rig.start()
      let frames = randomFrames(.s24packed, count: 48000, channels: 2, seed: 10)
      let before = try rig.xruns()
      let recording = try rig.play(frames) {
        try rig.waitForRecorder()
        try rig.pause(0.4)
        try rig.cable(1, "xrun", "capture")
      }
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 6
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(try rig.xruns() == before + 1 && !isExact)
      #expect(rig.stop() == 0)
    }

    @Test("threads that take the late taps change no bit, and are in time")
    func workers() throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernels: [impulse.txt, \"taps:0,0,1\"], delay: 5" }
      let rig = try Rig(format: .s24packed, filters: filters, top: "workers: 2")
      try impulseKernel(taps: 30_000, at: 29_000).write(
        toFile: rig.folder.file("impulse.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      // The clock waits for the audio thread, not for these: it is to stand while the machine does.
      let standstills = try Standstills(clock: rig.clockFile)
      defer { withExtendedLifetime(standstills) {} }
      let frames = randomFrames(.s24packed, count: 48000, channels: 2, seed: 9)
      let recording = try rig.playUndisturbed(frames, tail: 40_000)
      let first = (recording.playedAt + (try rig.status("latency", "measuredFrames")!) + 29_007) * 6
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact)
      #expect(try rig.status("load", "late") == 0)
      #expect(rig.stop() == 0)
    }

    @Test("65,536 taps of full precision give np.convolve in float64, rounded to 24 bits")
    func fullPrecision() throws {
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: kernel.npy, channel: 0" }
      let stereo = filters.enumerated().map { $1.replacingOccurrences(of: "kernel.npy", with: "kernel\($0).npy") }
      let rig = try Rig(block: 256, format: .s24packed, filters: stereo, speed: 4)
      let script = Location.package + "/Tests/Reference/live_exact.py"
      let made = try run(Location.python, [script, "make", rig.folder.path])
      try #require(made.status == 0, "\(made.error)")
      try rig.start()
      let frames = try Data(contentsOf: URL(fileURLWithPath: rig.folder.file("programme.raw")))
      let recording = try rig.playUndisturbed(frames, tail: 70000)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      #expect(rig.stop() == 0)
      let first = "\(recording.playedAt + latency)"
      let compared = try run(
        Location.python, [script, "compare", rig.folder.path, first], environment: ["OPENBLAS_NUM_THREADS": "1"])
      #expect(compared.output == "0 of 426142 samples differ\n", "\(compared.error)")
    }

    @Test("speech sent with aplay and recorded with arecord is the file that convolve writes")
    func speech() throws {
      let rig = try Rig(
        block: 256, format: .s16, filters: ["name: mono, from: 0, to: 0, kernel: room.npy"], capture: ", channels: 1",
        playback: ", channels: 1", speed: 4)
      let made = try run(Location.python, [Location.package + "/Tests/Reference/full_precision.py", rig.folder.file("room.npy")])
      try #require(made.status == 0, "\(made.error)")
      try rig.start()
      for name in ["Front_Center", "Side_Left"] {
        let input = "/usr/share/sounds/alsa/\(name).wav"
        let before = try rig.cableXruns()
        let recorded = try record(input, rig)
        #expect(try rig.cableXruns() == before)
        let written = rig.folder.file("expected.wav")
        let convolve = try run(Location.program("convolve"), [input, rig.folder.file("room.npy"), "-o", written])
        try #require(convolve.status == 0, "\(convolve.error)")
        let expected = try samples(written), got = try samples(recorded)
        let start = try #require(got.firstIndex { $0 != 0 }), first = try #require(expected.firstIndex { $0 != 0 })
        let isExact = got.dropFirst(start).prefix(expected.count - first) == expected.dropFirst(first)
        #expect(isExact, "\(name)")
        #expect(got.dropFirst(start + expected.count - first).allSatisfy { $0 == 0 })
      }
    }

    /// What comes out of the rig while aplay plays a file into it.
    private func record(_ input: String, _ rig: Rig) throws -> String {
      let output = rig.folder.file("recorded.wav")
      let recorder = Process()
      recorder.executableURL = URL(fileURLWithPath: "/usr/bin/chrt")
      recorder.arguments = [
        "-f", "60", "arecord", "-q", "-D", "sink", "-f", "S16_LE", "-r", "48000", "-c", "1", "-d", "7", "--buffer-size", "32768", output,
      ]
      recorder.environment = ProcessInfo.processInfo.environment.merging(rig.environment) { $1 }
      try recorder.run()
      try rig.waitForRecorder()
      let player = try run(
        "/usr/bin/chrt", ["-f", "60", "aplay", "-q", "-D", "source", "--buffer-size", "4096", input], environment: rig.environment)
      #expect(player.status == 0, "\(player.error)")
      recorder.waitUntilExit()
      return output
    }

    /// The samples of a 16-bit WAV file whose data come last.
    private func samples(_ path: String) throws -> [Int16] {
      let file = try Data(contentsOf: URL(fileURLWithPath: path))
      let marker = try #require(file.range(of: Data("data".utf8)))
      let data = file[(marker.upperBound + 4)...]
      return stride(from: data.startIndex, to: data.endIndex - 1, by: 2).map {
        Int16(bitPattern: UInt16(data[$0]) | UInt16(data[$0 + 1]) << 8)
      }
    }
  }
}
