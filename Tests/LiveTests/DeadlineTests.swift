import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// A matrix that the processor cannot carry: 64 routes of as many taps as it takes, all summed directly.
  @Suite("The deadline", .serialized)
  struct Deadlines {
    private static let channels = 8
    private static let taps = 40_000
    /// So few that a slow processor carries them.
    private static let few = 1_000
    /// What is heard of an overload is to be the same on any machine: the share of the deadline that a block then takes.
    private static let overload = 1.6

    @Test("a change that is predicted to be too much is refused with its load, and nothing is heard of it")
    func refused() throws {
      let rig = try rig()
      try rig.start()
      let frames = randomFrames(.s24packed, count: 96_000, channels: Self.channels, seed: 81)
      var answers: [Completed] = []
      let recording = try rig.playUndisturbed(frames, channels: Self.channels) {
        try rig.waitForRecorder()
        answers.append(try loadAll(rig, taps: Self.taps))
        answers.append(try rig.control("check", heavyFile(rig)))
      }
      for answer in answers {
        #expect(answer.status == 65, "\(answer)")
        #expect(
          answer.error.contains(" % of its time by prediction, more than 80 %: set shorter kernels, fewer filters, a larger block"),
          "\(answer)")
      }
      let status = try rig.status()
      #expect(status["changes"] as? Int == 0 && status["differsFromFile"] as? Bool == false && status["rollback"] == nil)
      let load = try #require((status["load"] as? [String: Any])?["predicted"] as? Double)
      #expect(load > 0 && load < 0.8)
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 3 * Self.channels
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact)
      #expect(rig.stop() == 0)
    }

    @Test("one that was predicted to fit, and does not, is taken back: status, events and log say so, and the sound is as before")
    func takenBack() throws {
      let rig = try rig()
      let taps = try pretendSpeed(of: rig)
      try rig.start()
      #expect(try loadAll(rig, taps: taps).status == 0)
      try rig.wait { try rig.status("guards", "rollbacks") == 1 }
      let rollback = try #require(try rig.status()["rollback"] as? String)
      #expect(rollback.hasPrefix("the last change was taken back: blocks took ") && rollback.contains(" % of their time"), "\(rollback)")
      #expect(rig.log.contains("error") && rig.log.contains(rollback), "\(rig.log)")
      #expect(try rig.control("status").output.contains("\nwarning    \(rollback)\n"))
      try rig.wait(for: "running")
      let filters = try #require(try rig.status()["filters"] as? [[String: Any]])
      #expect(filters.allSatisfy { $0["taps"] as? Int == 1 })
      #expect(try rig.status()["differsFromFile"] as? Bool == false)
      let missed = try #require(try rig.status("load", "missed"))
      #expect(missed >= 8)
      let frames = randomFrames(.s24packed, count: 48_000, channels: Self.channels, seed: 82)
      let recording = try rig.playUndisturbed(frames, channels: Self.channels)
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 3 * Self.channels
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact)
      // The next change is heard, and what is said of the last one goes.
      #expect(try rig.control("set", "r00", "gain=-1").status == 0)
      #expect(try rig.status()["rollback"] == nil)
      #expect(rig.stop() == 0)
    }

    @Test(
      "a configuration that is taken back takes its volume, ceiling and dither along, and what is remembered of them",
      arguments: [false, true])
    func outputTakenBack(isSession: Bool) throws {
      let rig = try rig()
      let taps = try pretendSpeed(of: rig)
      try rig.edit("fade: 10", "fade: 10\noutput: { ceiling: -6, volume: -20, dither: tpdf }")
      let path = rig.folder.file("heavy.yaml")
      let own = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      let heavy = own.replacing("kernel: dirac", with: "kernel: \"box:\(taps)\"").replacing(/output: .*\n/, with: "")
      try (isSession ? heavy.replacing("playback: {", with: "playback: { periods: 7,") : heavy)
        .write(toFile: path, atomically: true, encoding: .utf8)
      try rig.start()
      // What was set, and not what the file says, comes back.
      #expect(try rig.control("ceiling", "-5").status == 0)
      func output() throws -> NSDictionary { try #require(try rig.status()["output"] as? NSDictionary) }
      let before = try output()
      #expect(before["volume"] as? Double == -20 && before["ceiling"] as? Double == -5 && before["dither"] as? String == "tpdf")
      let target = ["--unix-socket", rig.socket, "http://localhost/v1/config"]
      let put = try run("/usr/bin/curl", ["-s", "-f", "-X", "PUT", "--data-binary", "@\(path)"] + target)
      #expect(put.status == 0, "\(put)")
      try rig.wait { try rig.status("guards", "rollbacks") == 1 }
      try rig.wait(for: "running")
      let after = try output()
      #expect(after == before, "\(after)")
      #expect(try run("/usr/bin/curl", ["-s"] + target).output == own)
      #expect(rig.stop() == 0)
      try rig.start()
      #expect(try output()["volume"] as? Double == -20)
      #expect(rig.stop() == 0)
    }

    @Test(
      "what is too much from the start is silent, says why, and is heard once it fits",
      arguments: [(1, "shared"), (4, "shared"), (1, "resampled"), (4, "resampled")])
    func silenced(times: Int, clock: String) throws {
      let rig = try rig(clock: clock, isTimed: true)
      // As the service has it: the kernel ends a real-time thread that computes for a second without a pause.
      var limit = rlimit()
      try #require(getrlimit(__rlimit_resource_t(__RLIMIT_RTTIME.rawValue), &limit) == 0)
      var second = rlimit(rlim_cur: 1_000_000, rlim_max: limit.rlim_max)
      try #require(setrlimit(__rlimit_resource_t(__RLIMIT_RTTIME.rawValue), &second) == 0)
      defer { setrlimit(__rlimit_resource_t(__RLIMIT_RTTIME.rawValue), &limit) }
      let taps = times * (try pretendSpeed(of: rig))
      let light = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      try light.replacing("kernel: dirac", with: "kernel: \"box:\(taps)\"").write(
        toFile: rig.folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
      try rig.start(waitingFor: "failed")
      let cause = try #require(try rig.status()["cause"] as? String)
      #expect(cause.hasPrefix("silent, since blocks took ") && cause.contains("set shorter kernels"), "\(cause)")
      #expect(rig.log.contains(cause), "\(rig.log)")
      // The devices are well, and stay open.
      #expect(!rig.log.contains("could not be started again"), "\(rig.log)")
      try light.write(toFile: rig.folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
      #expect(try rig.control("reload").status == 0)
      try rig.wait(for: "running")
      #expect(rig.log.contains("blocks keep their time again"), "\(rig.log)")
      #expect(rig.stop() == 0)
    }

    // MARK: Parts

    /// - Parameter isTimed: whether the devices are to run on whatever the daemon does.
    private func rig(clock: String = "shared", isTimed: Bool = false) throws -> Rig {
      let filters = (0..<64).map { route in
        "name: r\(route % 8)\(route / 8), from: \(route % 8), to: \(route / 8), kernel: dirac\(route % 8 == route / 8 ? "" : ", gain: -200")"
      }
      let channels = ", channels: \(Self.channels)"
      return try Rig(
        format: .s24packed, filters: filters, capture: channels + ", clock: \(clock)", playback: channels,
        top: "fade: 10\nplan: \"64: direct\"", clock: isTimed ? .monotonic : .waiting)
    }

    /// The heavy kernel on every route, in one step.
    private func loadAll(_ rig: Rig, taps: Int) throws -> Completed {
      let words = (0..<64).flatMap { ["r\($0 % 8)\($0 / 8)", "kernel=box:\(taps)"] }
      return try run(Location.program("convolvectl"), ["set"] + words + ["--socket", rig.socket], environment: rig.environment)
    }

    /// The rig's configuration with the heavy kernel on every route.
    private func heavyFile(_ rig: Rig) throws -> String {
      let path = rig.folder.file("heavy.yaml")
      let light = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      try light.replacing("kernel: dirac", with: "kernel: \"box:\(Self.taps)\"").write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }

    /// Gives the daemon a measurement of this processor in which it is a hundred times as fast as it is.
    ///
    /// - Returns: how many taps on every route take `overload`, with all else that a block takes.
    private func pretendSpeed(of rig: Rig) throws -> Int {
      let path = rig.folder.file("convolved.yaml")
      let light = try String(contentsOfFile: path, encoding: .utf8)
      let rest = try load(of: rig)
      // To resample eight channels takes much of a slow processor.
      if rest > 0.5 { try Test.cancel("without kernels, blocks take \(rest) of the deadline here") }
      try light.replacing("kernel: dirac", with: "kernel: \"box:\(Self.few)\"").write(toFile: path, atomically: true, encoding: .utf8)
      let whole = try load(of: rig)
      try light.write(toFile: path, atomically: true, encoding: .utf8)
      try rig.pretendCosts { _, cost in cost / 100 }
      return Int(Double(Self.few) * (Self.overload - rest) / (whole - rest))
    }

    /// What blocks take on the audio thread itself, whatever else the machine does.
    private func load(of rig: Rig) throws -> Double {
      try rig.start()
      sleep(2)
      let load = try #require((try rig.status()["load"] as? [String: Any])?["mean"] as? Double)
      #expect(rig.stop() == 0)
      return load
    }
  }
}

extension Rig {
  /// Lets the daemon plan by costs of this processor that are not true.
  ///
  /// - Parameter edit: of a line's name and one of its values.
  func pretendCosts(_ edit: (String, Double) -> Double) throws {
    let from = try #require(environment["XDG_CACHE_HOME"]) + "/convolved"
    // Measures, and keeps what it found.
    _ = try check()
    let to = folder.file("cache/convolved")
    try FileManager.default.createDirectory(atPath: to, withIntermediateDirectories: true)
    for name in try FileManager.default.contentsOfDirectory(atPath: from) where name.hasPrefix("costs-") && !name.contains(".yaml") {
      let lines = try String(contentsOfFile: from + "/" + name, encoding: .utf8).split(separator: "\n").map { line in
        let words = line.split(separator: " ").map(String.init)
        // What follows the far caches is a factor.
        guard words[0] != "far" else { return String(line) }
        return ([words[0]] + words.dropFirst().map { "\(edit(words[0], Double($0) ?? 0))" }).joined(separator: " ")
      }
      try (lines.joined(separator: "\n") + "\n").write(toFile: to + "/" + name, atomically: true, encoding: .utf8)
    }
    environment["XDG_CACHE_HOME"] = folder.file("cache")
  }

  /// What `convolved --check` says of the configuration file.
  func check() throws -> Completed {
    try run(Location.program("convolved"), ["--config", folder.file("convolved.yaml"), "--check"], environment: environment)
  }
}
