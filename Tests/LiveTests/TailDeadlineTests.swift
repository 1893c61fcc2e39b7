import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// Late taps that their thread cannot carry: 64 routes whose first taps are few, planned as direct sums by costs that say so.
  @Suite("The deadline of late taps", .serialized)
  struct TailDeadlines {
    private static let channels = 8
    /// The first that is not zero after tap 0, which the worker takes.
    private static let firstFar = 2100
    /// The share of its time that the worker then takes, on any machine, and by what it is slowed for it: what brings a change to the
    /// present, on another thread, keeps its time.
    private static let (overload, slowness) = (2.0, 6)

    @Test("a worker that is predicted to take too much is refused with its load, and so it is by --check, which measures it")
    func refused() throws {
      let rig = try rig()
      try rig.pretendCosts(Self.directSums(at: 1))
      try rig.start()
      let heavy = try configure(rig, far: 120_000)
      let frames = randomFrames(.s24packed, count: 96_000, channels: Self.channels, seed: 83)
      var answers: [Completed] = []
      let recording = try rig.playUndisturbed(frames, channels: Self.channels) {
        try rig.waitForRecorder()
        answers = [try loadAll(rig, heavy), try rig.control("reload"), try rig.control("check", rig.folder.file("convolved.yaml"))]
      }
      for answer in answers {
        #expect(answer.status == 65 && answer.error.contains("a worker would take "), "\(answer)")
        #expect(answer.error.contains(" % of its time by prediction, more than 80 %: set shorter kernels, fewer filters"), "\(answer)")
      }
      let checked = try rig.check()
      #expect(checked.status == 65 && checked.error.contains("a worker takes "), "\(checked)")
      #expect(checked.output.contains(/workers: [0-9.]+ % of their time, measured; [0-9.]+ % predicted\n/), "\(checked)")
      let load = try #require(try rig.status()["load"] as? [String: Any])
      #expect(try rig.status()["changes"] as? Int == 0 && load["predictedWorkers"] == nil && load["late"] as? Int == 0)
      try expect(frames, in: recording, of: rig)
      #expect(rig.stop() == 0)
    }

    @Test("a change that was predicted to fit, and does not, is taken back with its cause, and the first taps are heard meanwhile")
    func takenBack() throws {
      let rig = try rig()
      let heavy = try overloading(rig)
      try rig.start()
      let frames = randomFrames(.s24packed, count: 384_000, channels: Self.channels, seed: 84)
      let recording = try rig.playUndisturbed(frames, channels: Self.channels) {
        try rig.waitForRecorder()
        let loaded = try loadAll(rig, heavy)
        try #require(loaded.status == 0, "\(loaded)")
        let load = try #require(try rig.status()["load"] as? [String: Any])
        #expect(try #require(load["predictedWorkers"] as? Double) < 0.8)
        try rig.wait { try rig.status("guards", "rollbacks") == 1 }
      }
      let rollback = try #require(try rig.status()["rollback"] as? String)
      #expect(
        rollback.hasPrefix("the last change was taken back: late taps were left out, since one of their threads took ")
          && rollback.contains(" % of its time: set shorter kernels"), "\(rollback)")
      #expect(rig.log.contains(rollback), "\(rig.log)")
      #expect(try rig.status()["state"] as? String == "running" && rig.status()["cause"] == nil)
      let filters = try #require(try rig.status()["filters"] as? [[String: Any]])
      #expect(filters.allSatisfy { $0["taps"] as? Int == 1 })
      #expect(try #require(try rig.status("load", "late")) > 0)
      // The far taps are below what 24 bits hold: but for the cut, each frame is that of the first ones.
      try expect(frames, in: recording, of: rig)
      #expect(rig.stop() == 0)
    }

    @Test("what is too much from the start leaves the processor time, says why, and disturbs nobody, until it fits")
    func lasting() throws {
      let rig = try rig()
      let heavy = try overloading(rig)
      let light = try String(contentsOfFile: rig.folder.file("convolved.yaml"), encoding: .utf8)
      try light.replacing("kernel: dirac", with: "kernel: \(heavy)").write(
        toFile: rig.folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
      try limitingRealTime { try rig.start() }
      try rig.wait(forCause: "late taps were left out, since one of their threads took ")
      #expect(try rig.status()["state"] as? String == "running")
      let frames = randomFrames(.s24packed, count: 192_000, channels: Self.channels, seed: 85)
      let (before, began) = (try thread(rig, "convolved-tail"), ContinuousClock.now)
      let recording = try rig.playUndisturbed(frames, channels: Self.channels)
      let (after, seconds) = (try thread(rig, "convolved-tail"), (ContinuousClock.now - began) / .seconds(1))
      let share = (after.seconds - before.seconds) / seconds
      #expect(share < 0.95, "the thread ran for \(share) of the time")
      #expect(after.waits - before.waits >= Int(seconds), "it waited \(after.waits - before.waits) times in \(seconds) s")
      try expect(frames, in: recording, of: rig)
      try light.write(toFile: rig.folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
      #expect(try rig.control("reload").status == 0)
      try rig.wait { try rig.status()["cause"] == nil }
      #expect(rig.log.contains("the threads of late taps keep their time again"), "\(rig.log)")
      #expect(rig.stop() == 0)
    }

    // MARK: Parts

    private func rig() throws -> Rig {
      let filters = (0..<64).map { route in
        "name: r\(route % 8)\(route / 8), from: \(route % 8), to: \(route / 8), kernel: dirac\(route % 8 == route / 8 ? "" : ", gain: -200")"
      }
      let channels = ", channels: \(Self.channels)"
      let rig = try Rig(format: .s24packed, filters: filters, capture: channels, playback: channels, top: "fade: 10\nworkers: 1")
      rig.environment.merge(
        ["LD_PRELOAD": Location.cable + "/libslowthread.so", "SLOW_THREAD": "convolved-tail", "SLOW_FACTOR": "\(Self.slowness)"]) { $1 }
      return rig
    }

    /// Costs by which sums without transforms are the cheapest, and take `share` of what they do.
    private static func directSums(at share: Double) -> (String, Double) -> Double {
      { name, cost in name == "tap-frame" ? cost * share : ["forward", "inverse", "product"].contains(name) ? cost * 1e6 : cost }
    }

    /// A kernel whose output, in 24 bits, is its input, and which takes the worker as long as any other with so many far taps.
    private func kernel(_ rig: Rig, far: Int) throws -> String {
      let text = (0..<Self.firstFar + far).map { $0 == 0 ? "1" : $0 < Self.firstFar ? "0" : "1e-15" }.joined(separator: "\n") + "\n"
      try text.write(toFile: rig.folder.file("heavy.txt"), atomically: true, encoding: .utf8)
      return rig.folder.file("heavy.txt")
    }

    /// Writes the configuration with a heavy kernel on every route.
    private func configure(_ rig: Rig, far: Int) throws -> String {
      let path = rig.folder.file("convolved.yaml")
      let kernel = try kernel(rig, far: far)
      try String(contentsOfFile: path, encoding: .utf8).replacing("kernel: dirac", with: "kernel: \(kernel)").write(
        toFile: path, atomically: true, encoding: .utf8)
      return kernel
    }

    /// Makes a kernel that is predicted to fit, and takes `overload` of the worker's time on every route.
    private func overloading(_ rig: Rig) throws -> String {
      let path = rig.folder.file("convolved.yaml")
      let light = try String(contentsOfFile: path, encoding: .utf8)
      try rig.pretendCosts(Self.directSums(at: 0.01))
      // What few take on the worker itself, whatever else the machine does.
      let few = 1000
      _ = try configure(rig, far: few)
      try rig.start()
      let (before, began) = (try thread(rig, "convolved-tail"), try soundSeconds(rig))
      try rig.wait { try self.soundSeconds(rig) > began + 2 }
      let share = try (thread(rig, "convolved-tail").seconds - before.seconds) / (soundSeconds(rig) - began)
      #expect(rig.stop() == 0)
      try light.write(toFile: path, atomically: true, encoding: .utf8)
      return try kernel(rig, far: Int(Double(few) * Self.overload / share))
    }

    private func loadAll(_ rig: Rig, _ kernel: String) throws -> Completed {
      let words = (0..<64).flatMap { ["r\($0 % 8)\($0 / 8)", "kernel=\(kernel)"] }
      return try run(Location.program("convolvectl"), ["set"] + words + ["--socket", rig.socket], environment: rig.environment)
    }

    private func expect(_ frames: Data, in recording: Rig.Recording, of rig: Rig) throws {
      let first = (recording.playedAt + (try #require(try rig.status("latency", "measuredFrames")))) * 3 * Self.channels
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact)
    }

    /// What was convolved since the start.
    private func soundSeconds(_ rig: Rig) throws -> Double {
      let load = try #require(try rig.status()["load"] as? [String: Any])
      let blocks = try #require((load["histogram"] as? [String: Any])?["blocks"] as? [Int]).reduce(0, +)
      return Double(blocks * rig.block) / Double(rig.rate)
    }

    /// What a thread of the daemon's has run so far, and how often it has waited. proc_pid_schedstat(5), proc_pid_status(5)
    private func thread(_ rig: Rig, _ name: String) throws -> (seconds: Double, waits: Int) {
      let tasks = "/proc/\(try #require(rig.processIdentifier))/task"
      let named = try FileManager.default.contentsOfDirectory(atPath: tasks).filter { task in
        try String(contentsOfFile: "\(tasks)/\(task)/comm", encoding: .utf8) == name + "\n"
      }
      let task = try #require(named.first, "no thread is named \(name)")
      let run = try String(contentsOfFile: "\(tasks)/\(task)/schedstat", encoding: .utf8).split(separator: " ")[0]
      let status = try String(contentsOfFile: "\(tasks)/\(task)/status", encoding: .utf8)
      let waits = try #require(status.firstMatch(of: /\nvoluntary_ctxt_switches:\s+([0-9]+)/)?.1)
      return (try #require(Double(run)) / 1e9, try #require(Int(waits)))
    }
  }
}
