import ControlAPI
import ControlCalling
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Output", .ownThread)
  struct Output {
    private let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }

    private func output(_ rig: Rig) throws -> [String: Any] { try #require(try rig.status()["output"] as? [String: Any]) }

    /// The left samples of S24_3LE frames.
    private func left(_ bytes: Data) -> [Int32] {
      stride(from: bytes.startIndex, to: bytes.endIndex, by: 6).map {
        Int32(bytes[$0]) | Int32(bytes[$0 + 1]) << 8 | Int32(Int8(bitPattern: bytes[$0 + 2])) << 16
      }
    }

    @Test("the volume scales to the bit, ramps there, and at 0 dB touches nothing")
    func volume() throws {
      let rig = try Rig(format: .s24packed, filters: filters, top: "output: { volume: -6 }")
      try rig.start()
      let frames = randomFrames(.s24packed, count: 24000, channels: 2, seed: 61)
      let factor = pow(10, -6.0 / 20)
      let scaled = try rig.playUndisturbed(frames)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let expected = left(frames).map { Int32((Double($0) * factor).rounded(.toNearestOrEven)) }
      #expect(Array(left(scaled.bytes)[(scaled.playedAt + latency)...].prefix(expected.count)) == expected)
      #expect(try rig.control("volume", "0").output == "output open, bypass off\n")
      try rig.pause(0.1)
      let exact = try rig.playUndisturbed(frames)
      let first = (exact.playedAt + latency) * 6
      let isExact = exact.bytes[first..<first + frames.count] == frames
      #expect(isExact)
      // A constant shows the course: no step is larger than the fade's steepest, 1.875 of the difference over 960 frames.
      let level = Int32(1 << 22)
      let ramped = try rig.playUndisturbed(packed24([Int32](repeating: level, count: 480_000)), untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.7)
        #expect(try rig.control("volume", "-40").status == 0)
        try rig.pause(0.2)
      }
      let heard = left(ramped.bytes)[(ramped.playedAt + latency)...].prefix(480_000).dropFirst(19200)
      let steepest = zip(heard, heard.dropFirst()).map { abs($0 - $1) }.max()!
      #expect(heard.first == level && heard.last == Int32((Double(level) * 0.01).rounded()))
      #expect(steepest > 0 && Double(steepest) < 1.9 * 0.99 * Double(level) / 960)
      #expect(rig.stop() == 0)
    }

    @Test("dither moves a quarter of the samples that are whole steps by one, and leaves silence as it is")
    func dither() throws {
      let rig = try Rig(format: .s16, filters: filters, top: "output: { dither: tpdf }", speed: 4)
      try rig.start()
      #expect(try output(rig)["dither"] as? String == "tpdf")
      let frames = randomFrames(.s16, count: 48000, channels: 2, seed: 64)
      let recording = try rig.playUndisturbed(frames)
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 4
      func samples(_ bytes: Data) -> [Int] {
        Array(bytes).withUnsafeBytes { bytes in
          (0..<bytes.count / 2).map { Int(bytes.loadUnaligned(fromByteOffset: 2 * $0, as: Int16.self)) }
        }
      }
      let errors = zip(samples(recording.bytes[first..<first + frames.count]), samples(frames)).map { $0 - $1 }
      #expect(errors.allSatisfy { abs($0) <= 1 })
      // The standard deviation of each share is 0.0011.
      for step in [-1, 1] { #expect(abs(Double(errors.count { $0 == step }) / Double(errors.count) - 0.125) < 0.006) }
      #expect(try rig.control("mute").status == 0)
      try rig.pause(0.1)
      #expect(try rig.playUndisturbed(frames).bytes.allSatisfy { $0 == 0 })
      #expect(rig.stop() == 0)
    }

    @Test("what is above the ceiling, as set while sound runs, mutes before it leaves, until unmute, and the daemon goes on")
    func ceiling() throws {
      let rig = try Rig(format: .s24packed, filters: filters, top: "output: { ceiling: -12 }", speed: 4)
      try rig.start()
      #expect(try output(rig)["ceiling"] as? Double == -12 && rig.status()["differsFromFile"] as? Bool == false)
      #expect(try rig.control("ceiling", "-6").output == "output open, bypass off, ceiling -6.0 dB\n")
      #expect(try rig.status()["differsFromFile"] as? Bool == true)
      let full = Double(1 << 23)
      let ceiling = Int32((full * pow(10, -6.0 / 20)).rounded())
      func sine(_ amplitude: Double, _ count: Int) -> [Int32] {
        (0..<count).map { Int32((amplitude * full * sin(2 * .pi * Double($0) / 48)).rounded()) }
      }
      let quiet = try rig.playUndisturbed(packed24(sine(0.4, 24000)))
      #expect(left(quiet.bytes).contains { $0 > 3_000_000 })
      #expect(try rig.status()["state"] as? String == "running")
      let loud = try rig.play(packed24(sine(0.4, 24000) + sine(0.9, 4800) + sine(0.4, 24000)))
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let heard = left(loud.bytes)
      #expect(heard.allSatisfy { abs($0) <= ceiling })
      #expect(heard[(loud.playedAt + latency + 24000 + 48)...].allSatisfy { $0 == 0 }, "it stays muted though the sound is quiet again")
      #expect(heard[..<(loud.playedAt + latency + 23000)].contains { $0 > 3_000_000 })
      let status = try rig.status()
      #expect(status["state"] as? String == "muted" && (status["output"] as? [String: Any])?["mute"] as? Bool == true)
      #expect((status["cause"] as? String)?.contains("above its ceiling of -6.0 dB") == true, "\(status["cause"] ?? "none")")
      #expect((status["guards"] as? [String: Any])?["closures"] as? Int == 1)
      #expect(rig.log.contains("above its ceiling"), "\(rig.log)")
      #expect(try rig.control("unmute").status == 0)
      #expect(try rig.status()["state"] as? String == "running")
      #expect(left(try rig.playUndisturbed(packed24(sine(0.4, 24000))).bytes).contains { $0 > 3_000_000 })
      #expect(try rig.control("reload").status == 0)
      #expect(try output(rig)["ceiling"] as? Double == -12 && rig.status()["differsFromFile"] as? Bool == false)
      #expect(rig.stop() == 0)
    }

    @Test(
      "captured floats that are no sound are silence, and what comes with them and after them is exact",
      arguments: [SampleFormat.float, .double])
    func notSound(format: SampleFormat) throws {
      let rig = try Rig(format: format, filters: filters, speed: 4)
      try rig.start()
      let clean = randomFrames(format, count: 24000, channels: 2, seed: 62)
      var (played, expected) = (clean, clean)
      let values = [Float.nan, .infinity, -.infinity, 1e30, -.greatestFiniteMagnitude]
      for (index, value) in values.enumerated() {
        let place = format.bytes * (3001 * index + 5000)
        let bytes = format == .float ? withUnsafeBytes(of: value) { Array($0) } : withUnsafeBytes(of: Double(value)) { Array($0) }
        played.replaceSubrange(place..<place + format.bytes, with: bytes)
        expected.replaceSubrange(place..<place + format.bytes, with: repeatElement(0, count: format.bytes))
      }
      let before = try #require(try rig.status("guards", "unusableSamples"))
      let recording = try rig.playUndisturbed(played)
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 2 * format.bytes
      let heard = recording.bytes[first..<first + expected.count]
      let differing = zip(heard, expected).enumerated().filter { $0.element.0 != $0.element.1 }.map { $0.offset / format.bytes }
      #expect(differing.isEmpty, "samples \(differing.prefix(20)) of \(differing.count)")
      #expect(try rig.status("guards", "unusableSamples") == before + values.count)
      #expect(try rig.status("guards", "faultyBlocks") == 0)
      try rig.pause(0.1)
      #expect(rig.log.contains("samples are no sound"), "\(rig.log)")
      #expect(rig.stop() == 0)
    }

    @Test("a kernel whose output is not finite is rejected where it can be heard, else it is silence until another comes")
    func notFinite() throws {
      let rig = try Rig(format: .s24packed, filters: filters)
      try rig.start()
      let path = rig.folder.file("huge.txt")
      try "1.5e308\n1.5e308\n1.5e308\n".write(toFile: path, atomically: true, encoding: .utf8)
      let frames = randomFrames(.s24packed, count: 96000, channels: 2, seed: 63)
      _ = try rig.play(frames) {
        try rig.waitForRecorder()
        try rig.pause(0.4)
        let answer = try rig.control("load", "f0", path)
        #expect(answer.status == 65 && answer.error.contains("the output would not be finite"), "\(answer)")
      }
      #expect(try rig.status()["changes"] as? Int == 0 && rig.status()["differsFromFile"] as? Bool == false)
      // In silence it is as good as any other.
      #expect(try rig.control("load", "f0", path).status == 0)
      var state: String?
      let recording = try rig.play(frames) {
        try rig.waitForRecorder()
        try rig.pause(0.7)
        state = try rig.status()["state"] as? String
      }
      #expect(state == "failed")
      #expect(recording.bytes.dropFirst((recording.playedAt + 4096) * 6).allSatisfy { $0 == 0 })
      #expect(try rig.status("guards", "faultyBlocks")! > 100)
      let one = rig.folder.file("one.txt")
      try "1\n".write(toFile: one, atomically: true, encoding: .utf8)
      #expect(try rig.control("load", "f0", one).status == 0)
      try rig.wait(for: "running")
      let again = try rig.playUndisturbed(frames)
      #expect(again.bytes.range(of: frames[1200..<2400]) != nil)
      #expect(rig.stop() == 0)
    }

    @Test("volume and mute are written once a second, what is quieter at once, and nothing where nothing changed")
    func wear() async throws {
      let rig = try Rig(format: .s16, filters: filters)
      try rig.start()
      let client = ControlClient(path: rig.socket)
      let folder = rig.folder.file("state")
      // Another file for each write, and what it says.
      func file() throws -> (number: UInt64, volume: Double, mute: Bool)? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let name = names.first(where: { $0.hasSuffix(".json") }) else { return nil }  // The others are being written.
        let path = folder + "/" + name
        let contents = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
        let number = try #require(FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64)
        return (number, try #require(contents?["volume"] as? Double), try #require(contents?["mute"] as? Bool))
      }
      _ = try await client.changeOutput(OutputChange(mute: false, volume: 0))
      #expect(try file() == nil)
      for (volume, mute) in [(-60.0, false), (-61, false), (-90, false), (-90, true)] {
        _ = try await client.changeOutput(OutputChange(mute: mute, volume: volume))
        let now = try #require(try file())
        #expect(now.volume == volume && now.mute == mute)
      }
      let start = ContinuousClock.now
      var (numbers, volume) = ([try file()?.number], -90.0)
      for _ in 0..<200 {
        volume += 0.25
        _ = try await client.changeOutput(OutputChange(mute: false, volume: volume))
        if let now = try file(), now.number != numbers.last { numbers.append(now.number) }
      }
      let seconds = Int((ContinuousClock.now - start) / .seconds(1)) + 2
      #expect(numbers.count - 1 <= seconds, "\(numbers.count) writes in \(seconds) s")
      try rig.wait { try file()?.volume == volume }
      let last = try file()?.number
      _ = try await client.changeOutput(OutputChange(mute: false, volume: volume))
      #expect(try file()?.number == last)
      _ = try await client.changeOutput(OutputChange(volume: volume + 0.25))
      _ = try await client.changeOutput(OutputChange(volume: volume + 0.5))
      #expect(rig.stop() == 0)
      #expect(try file()?.volume == volume + 0.5)
    }

    @Test("volume and mute are as they were left, each daemon's own, and a damaged memory is none")
    func remembered() throws {
      let (rig, other) = (try Rig(format: .s16, filters: filters), try Rig(format: .s16, filters: filters))
      other.environment["STATE_DIRECTORY"] = rig.folder.file("state")
      try rig.start()
      #expect(try rig.control("volume", "-33.5").status == 0 && rig.control("mute").status == 0)
      #expect(rig.stop() == 0)
      try rig.start(waitingFor: "muted")
      #expect(try output(rig)["volume"] as? Double == -33.5)
      #expect(try rig.control("unmute").status == 0)
      #expect(rig.stop() == 0)
      try rig.start()
      #expect(try output(rig)["volume"] as? Double == -33.5 && output(rig)["mute"] as? Bool == false)
      #expect(rig.stop() == 0)
      try other.start()
      #expect(try output(other)["volume"] as? Double == 0)
      #expect(other.stop() == 0)
      let files = try FileManager.default.contentsOfDirectory(atPath: rig.folder.file("state"))
      try #require(files.count == 1, "\(files)")
      for (damage, volume, log) in [
        ("{\"volume\":-33.5,\"mu", 0.0, "damaged"), ("{\"volume\":5,\"mute\":false,\"configuredVolume\":0}", 0, "damaged"),
        ("", 0, "damaged"),
        ("{\"volume\":-33.5,\"mute\":false,\"configuredVolume\":-1}", 0, "as it was left"),
      ] {
        try damage.write(toFile: rig.folder.file("state/" + files[0]), atomically: true, encoding: .utf8)
        try rig.start()
        #expect(try output(rig)["volume"] as? Double == volume)
        #expect(rig.log.contains(log), "\(rig.log)")
        #expect(rig.stop() == 0)
      }
    }
  }
}
