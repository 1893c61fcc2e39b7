import ControlAPI
import ControlCalling
import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Presets", .ownThread)
  struct Presets {
    private static let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }

    @Test("40 switches under a full-scale sine: no xrun, no peak, nothing above 4.2 kHz")
    func switches() throws { _ = try switchPresets(times: 40) }

    @Test("so 1,000 of them", .enabled(if: Soak.cases > 0))
    func thousand() throws {
      let figures = try (0..<20).map { _ in try switchPresets(times: 50) }
      let (high, peak) = (figures.map(\.high).max()!, figures.map(\.peak).max()!)
      print("1,000 switches: at most \(high) dBFS above 4.2 kHz, and a peak \(peak) dB above the steady one")
    }

    /// Returns the recording's peak above 4.2 kHz, in dBFS, and by how many dB its own is above that of the sine.
    private func switchPresets(times: Int) throws -> (high: Double, peak: Double) {
      let rig = try Rig(format: .s32, filters: Self.filters, top: "fade: 20")
      // Two kernels that turn the phase of 1 kHz apart: a quarter, by a delay, and back a little through a long filter.
      try impulseKernel(taps: 13, at: 12).write(toFile: rig.folder.file("quarter.txt"), atomically: true, encoding: .utf8)
      try impulseKernel(taps: 4096, at: 43).write(toFile: rig.folder.file("eighth.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      for name in ["quarter", "eighth"] {
        let kernel = "kernel=\(rig.folder.file("\(name).txt"))"
        #expect(try rig.control("set", "f0", kernel, "f1", kernel).status == 0 && rig.control("preset", "save", name).status == 0)
      }
      let before = try #require(try rig.status()["changes"] as? Int)
      let sine = (0..<48000 * 60).map { n in Int32((0x7FFF_FFFF * sin(2 * .pi * Double(n % 48) / 48)).rounded()) }
      let frames = sine.flatMap { [$0, $0] }.withUnsafeBytes { Data($0) }
      var switches: [Completed] = []
      let recording = try rig.playUndisturbed(frames, untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.5)
        for number in 0..<times {
          switches.append(try rig.control("preset", number.isMultiple(of: 2) ? "quarter" : "eighth"))
          try rig.pause(0.05)
        }
      }
      #expect(switches.allSatisfy { $0.status == 0 }, "\(switches.first { $0.status != 0 }?.error ?? "")")
      let status = try rig.status()
      #expect(status["changes"] as? Int == before + times && status["preset"] as? String == "eighth")
      #expect(rig.stop() == 0)
      let latency = try #require((status["latency"] as? [String: Any])?["measuredFrames"] as? Int)
      let (first, last) = (recording.playedAt + latency, recording.bytes.count / 8)
      #expect(last - first > 48000 * times / 20 && last - first < sine.count)
      let script = Location.package + "/Tests/Reference/highpass.py"
      let measured = try run(Location.python, [script, rig.folder.file("out.raw"), "\(first + 4800)", "\(last)"])
      let figures = measured.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      try #require(figures.count == 2, "\(measured.error)")
      #expect(figures[0] < -120, "high-passed at 4.2 kHz the recording peaks at \(figures[0]) dBFS")
      #expect(figures[1] < 0.1, "its peak is \(figures[1]) dB above the steady one")
      return (figures[0], figures[1])
    }

    @Test("that are matched are as loud within 0.1 dB, K-weighted, and as late to the frame")
    func matched() throws {
      let rig = try Rig(format: .s32, filters: Self.filters, speed: 4)
      try rig.start()
      let kernels = [
        "plain": ["f0": "taps:0.25", "f1": "taps:0.25"], "dull": ["f0": "lowpass:LR2@800", "f1": "lowpass:LR2@800"],
        "bright": ["f0": "taps:0,0,0,0,0,0.9,-0.6", "f1": "taps:0,0,0.9,-0.6"],
      ]
      for (name, kernels) in kernels {
        let words = kernels.flatMap { [$0.key, "kernel=\($0.value)"] }
        let set = try run(Location.program("convolvectl"), ["set"] + words + ["--socket", rig.socket], environment: rig.environment)
        #expect(try set.status == 0 && rig.control("preset", "save", name).status == 0, "\(set.error)")
      }
      let frames = pinkNoise(seconds: 12, seed: 5)
      var (levels, unmatched, peaks): ([String: Double], [String: Double], [String: Int]) = ([:], [:], [:])
      for name in kernels.keys.sorted() {
        for isMatched in [false, true] {
          let answer = try rig.control("preset", name, "--match", isMatched ? "dull,bright,plain" : name)
          #expect(answer.status == 0, "\(answer.error)")
          try rig.pause(0.1)
          let recording = try rig.playUndisturbed(frames)
          let latency = try #require(try rig.status("latency", "measuredFrames"))
          let first = recording.playedAt + latency + 48_000
          let script = Location.package + "/Tests/Reference/k_level.py"
          let files = [rig.folder.file("out.raw"), rig.folder.file("in.raw")]
          let measured = try run(Location.python, [script] + files + ["\(first)", "\(10 * 48_000)"])
          let level = try #require(Double(measured.output.split(whereSeparator: \.isWhitespace).first ?? ""), "\(measured.error)")
          if isMatched { levels[name] = level } else { unmatched[name] = level }
          if isMatched { peaks[name] = try latestPeak(rig) }
          if !isMatched {
            let reported = try #require(try preset(name, of: rig)["level"] as? Double)
            #expect(abs(level - reported) < 0.1, "\(name): \(level) dB measured, \(reported) dB reported")
          }
        }
      }
      let quietest = try #require(unmatched.values.min())
      print("matched: \(levels.mapValues { $0 - quietest }) dB from the quietest; unmatched: \(unmatched.mapValues { $0 - quietest }) dB")
      for (name, level) in levels { #expect(abs(level - quietest) < 0.1, "\(name): \(level) dB, and the quietest \(quietest) dB") }
      #expect(unmatched.values.max()! - quietest > 3 && Set(peaks.values).count == 1, "\(unmatched) \(peaks)")
      #expect(rig.stop() == 0)
    }

    @Test("survive a restart, after which the file's filters sound; damaged files are told and left out")
    func restart() throws {
      let rig = try Rig(format: .s32, filters: Self.filters, speed: 4)
      try "0.5\n0.25\n".write(toFile: rig.folder.file("k.txt"), atomically: true, encoding: .utf8)
      try rig.start()
      #expect(try rig.control("load", "f0", rig.folder.file("k.txt")).status == 0)
      #expect(try rig.control("set", "f1", "gain=-6", "delay=10").status == 0)
      for name in ["kept", "damaged", "cut"] { #expect(try rig.control("preset", "save", name).status == 0) }
      #expect(try rig.status()["preset"] as? String == "cut", "what was saved is in force")
      #expect(try rig.control("set", "f1", "gain=-5").status == 0)
      #expect(try rig.status()["preset"] == nil && rig.stop() == 0)
      let state = rig.folder.file("state")
      let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: state).first { $0.hasPrefix("presets-") })
      func file(_ name: String) -> URL { URL(fileURLWithPath: "\(state)/\(folder)/\(name)") }
      var bytes = try Data(contentsOf: file("damaged.preset"))
      bytes[bytes.count - 3] ^= 1
      try bytes.write(to: file("damaged.preset"))
      try Data(bytes.prefix(bytes.count / 2)).write(to: file("cut.preset"))
      // What an interrupted write leaves, and what is none of ours.
      for draft in ["kept.preset.123", "x.preset.preset.123"] { try bytes.write(to: file(draft)) }
      try Data("x".utf8).write(to: file("notes.txt"))
      #expect(mkfifo(file("waits.preset").path, 0o600) == 0)
      #expect(symlink("/dev/zero", file("zeros.preset").path) == 0)
      try rig.start()
      let list = try presets(of: rig)
      #expect(list.map { $0["name"] as? String } == ["kept"] && list[0]["active"] as? Bool == false)
      for name in ["damaged", "cut", "waits", "zeros"] { #expect(rig.log.contains("preset \(name) is left out"), "\(rig.log)") }
      for draft in ["kept.preset.123", "x.preset.preset.123"] { #expect(!FileManager.default.fileExists(atPath: file(draft).path)) }
      #expect(FileManager.default.fileExists(atPath: file("notes.txt").path))
      let before = try rig.status()
      #expect(before["preset"] == nil && before["differsFromFile"] as? Bool == false)
      #expect(try rig.control("preset", "kept").status == 0)
      let after = try rig.status()
      let filters = try #require(after["filters"] as? [[String: Any]])
      #expect(filters[0]["taps"] as? Int == 2 && filters[1]["gain"] as? Double == -6 && filters[1]["delay"] as? Int == 10)
      #expect(after["preset"] as? String == "kept" && after["differsFromFile"] as? Bool == true)
      // What is heard is what was saved, to the bit.
      let frames = randomFrames(.s24in32, count: 24_000, channels: 2, seed: 3)
      let recording = try rig.playUndisturbed(frames)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let first = recording.playedAt + latency
      let (played, heard) = (integers(frames), integers(recording.bytes))
      let isExact = (1..<24_000).allSatisfy { n in
        Int(heard[2 * (first + n)]) == Int((0.5 * Double(played[2 * n]) + 0.25 * Double(played[2 * n - 2])).rounded(.toNearestOrEven))
      }
      #expect(isExact)
      #expect(try rig.control("reload").status == 0)
      #expect(try rig.status()["preset"] == nil)
      #expect(try rig.control("preset", "delete", "kept").status == 0 && presets(of: rig).isEmpty)
      #expect(!FileManager.default.fileExists(atPath: file("kept.preset").path))
      #expect(rig.stop() == 0)
    }

    @Test("are made ready after a restart, though a list is asked for meanwhile")
    func listedEarly() throws {
      let rig = try Rig(format: .s16, filters: Self.filters, speed: 4)
      try rig.start()
      let kernels = ["f0", "f1"].flatMap { [$0, "kernel=box:300000"] }
      let set = try run(Location.program("convolvectl"), ["set"] + kernels + ["--socket", rig.socket], environment: rig.environment)
      #expect(set.status == 0, "\(set.error)")
      for name in ["a", "b"] { #expect(try rig.control("preset", "save", name).status == 0) }
      // Beside the taps, which both filters share.
      let whole = try #require(try preset("a", of: rig)["bytes"] as? Int)
      #expect(whole > 2 * 300_000 * 8)
      // What was sent by name counts some bytes more.
      func isReady(_ preset: [String: Any]) -> Bool { preset["level"] is Double && preset["bytes"] as? Int ?? 0 > whole - 10_000 }
      #expect(rig.stop() == 0)
      try rig.start()
      let early = try presets(of: rig)
      #expect(early.count == 2 && early.allSatisfy { $0["level"] is Double }, "\(early)")
      try rig.wait { try presets(of: rig).allSatisfy(isReady) }
      #expect(rig.stop() == 0)
    }

    @Test("are bounded in number, and refused with a reason where they do not fit any more or cannot be kept")
    func bounds() throws {
      let rig = try Rig(format: .s16, filters: Self.filters, speed: 4)
      try rig.start()
      let client = ControlClient(path: rig.socket)
      for number in 0..<32 { #expect(try answer(client, "PUT", "/v1/presets/p\(number)").status == 200) }
      let refused = try answer(client, "PUT", "/v1/presets/p32")
      #expect(refused.status == 422 && refused.text.contains("32 presets"), "\(refused)")
      #expect(try answer(client, "PUT", "/v1/presets/p7", #"{"f0": {"gain": -3}}"#).status == 200)
      #expect(try rig.status()["preset"] as? String == "p31", "what is saved with changes is not heard")
      #expect(try answer(client, "PUT", "/v1/presets/..").status == 400)
      #expect(try answer(client, "PUT", "/v1/presets/a%2Fb").status == 400)
      #expect(try answer(client, "PUT", "/v1/presets/p1", #"{"x": {"gain": -3}}"#).status == 404)
      #expect(try answer(client, "PUT", "/v1/presets/p1", #"{"f0": {"kernel": "/none.wav"}}"#).status == 422)
      #expect(try answer(client, "POST", "/v1/presets/p7/activate", #"{"match": ["none"]}"#).status == 404)
      try rig.edit("name: f1, from: 1", "name: f1, from: 0")
      #expect(try rig.control("reload").status == 0)
      let unfit = try answer(client, "POST", "/v1/presets/p7/activate")
      #expect(unfit.status == 409 && unfit.text.contains("f1 leads from input 1"), "\(unfit)")
      #expect(try preset("p7", of: rig)["refusal"] is String)
      let state = rig.folder.file("state")
      let folder = try #require(try FileManager.default.contentsOfDirectory(atPath: state).first { $0.hasPrefix("presets-") })
      try FileManager.default.removeItem(atPath: "\(state)/\(folder)")
      try Data().write(to: URL(fileURLWithPath: "\(state)/\(folder)"))
      let unkept = try answer(client, "PUT", "/v1/presets/p1")
      #expect(unkept.status == 503 && unkept.text.contains("cannot be kept"), "\(unkept)")
      #expect(rig.stop() == 0)
    }

    @Test("switch beside uploads, saves and deletions: each request is answered, and the last one counts")
    func concurrency() async throws {
      let rig = try Rig(format: .s16, filters: Self.filters, top: "fade: 1", speed: 4)
      try rig.start()
      let client = ControlClient(path: rig.socket)
      for (name, gain) in [("a", -1.0), ("b", -2)] { _ = try await client.savePreset(name, ["f0": FilterChange(gain: gain)]) }
      await withTaskGroup(of: Void.self) { group in
        for worker in 0..<4 {
          group.addTask {
            for round in 0..<12 {
              do throws(ControlError) {
                switch (worker + round) % 4 {
                case 0: _ = try await client.activatePreset("a", PresetActivation(match: .all))
                case 1: _ = try await client.activatePreset("b")
                case 2: _ = try await client.savePreset("c\(worker)", ["f1": FilterChange(delay: round)])
                default: _ = try await client.replaceKernel("f\(worker % 2)", KernelUpload(bytes: Array("0.5\n".utf8)))
                }
              } catch .problem(let problem) {
                #expect(problem.title == "superseded" || problem.status == 404, "\(problem)")
              } catch {
                Issue.record("\(error)")
              }
            }
          }
        }
      }
      let use = try await client.activatePreset("b")
      let status = try await client.status()
      #expect(status.preset == "b" && status.filters == use.filters && status.filters[0].gain == -2 && status.filters[0].taps == 1)
      #expect(status.filters[0].kernel == "dirac")
      let list = try await client.decoded(client.presets(), as: PresetList.self)
      for preset in list.presets { _ = try await client.deletePreset(preset.name) }
      let after = try await client.status()
      #expect(after.presets == [] && after.filters == use.filters && after.preset == nil)
      #expect(rig.stop() == 0)
    }

    // MARK: Parts

    private func presets(of rig: Rig) throws -> [[String: Any]] {
      let answer = try rig.control("preset", "--json")
      let document = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
      return try #require(document?["presets"] as? [[String: Any]], "\(answer)")
    }

    private func preset(_ name: String, of rig: Rig) throws -> [String: Any] {
      try #require(try presets(of: rig).first { $0["name"] as? String == name })
    }

    /// The latest main peak of the outputs.
    private func latestPeak(_ rig: Rig) throws -> Int {
      let outputs = try #require((try rig.status()["latency"] as? [String: Any])?["outputs"] as? [[String: Any]])
      return try #require(outputs.compactMap { $0["kernelFrames"] as? Int }.max())
    }

    private func integers(_ bytes: Data) -> [Int32] {
      bytes.withUnsafeBytes { raw in
        (0..<raw.count / 4).map { Int32(littleEndian: raw.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self)) }
      }
    }

    /// By curl, which sends targets as they are.
    private func answer(
      _ client: ControlClient, _ method: String, _ target: String, _ body: String = ""
    ) throws -> (status: Int, text: String) {
      var arguments = ["-s", "--path-as-is", "--unix-socket", client.path, "-X", method, "-w", "\n%{http_code}"]
      arguments.append("http://localhost\(target)")
      if !body.isEmpty { arguments += ["-H", "Content-Type: application/json", "--data", body] }
      let lines = try run("/usr/bin/curl", arguments).output.split(separator: "\n", omittingEmptySubsequences: false)
      return (Int(lines.last ?? "") ?? 0, lines.dropLast().joined(separator: "\n"))
    }

    /// Noise of equal power in every octave, another in each channel, as S32_LE.
    private func pinkNoise(seconds: Int, seed: UInt64) -> Data {
      var random = SeededGenerator(seed: seed)
      var frames: [Int32] = []
      var state = [[Double]](repeating: [Double](repeating: 0, count: 16), count: 2)
      for n in 0..<48_000 * seconds {
        for channel in 0...1 {
          // Of Voss and McCartney: each row is renewed half as often as the one before.
          let row = min(15, n == 0 ? 15 : n.trailingZeroBitCount)
          state[channel][row] = Double.random(in: -1...1, using: &random)
          let sum = state[channel].reduce(Double.random(in: -1...1, using: &random), +)
          frames.append(Int32(sum / 17 * 0x1p30))
        }
      }
      return frames.withUnsafeBytes { Data($0) }
    }
  }
}
