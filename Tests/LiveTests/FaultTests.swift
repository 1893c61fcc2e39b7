import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// Devices fail at random moments while noise goes through filters that leave it as it is.
  ///
  /// Whatever happens, every frame is silence, or what was played `latency` frames before, or that in a fade: so the delay is the same
  /// after each fault, and nothing is louder than what was played.
  @Suite("Device faults", .ownThread)
  struct Faults {
    static let block = 256
    static let latency = 3 * block
    /// The fade-in is to begin so long after the end of an xrun or stall.
    static let mostFrames = 3 * block
    static let times = Soak.cases > 0 ? 60 : 20

    enum Fault: String, CaseIterable, CustomTestStringConvertible {
      case captureXrun, playbackXrun, captureSuspended, playbackSuspended, captureStalled, playbackStalled

      var testDescription: String { rawValue }
      var end: (cable: Int, side: String, direction: String) {
        rawValue.hasPrefix("capture") ? (1, "capture", "capture") : (2, "play", "playback")
      }
      var cause: String { rawValue.hasSuffix("Xrun") ? "device" : rawValue.hasSuffix("Suspended") ? "suspended" : "stalled" }
    }

    @Test("at random moments: the sound comes back within 3 periods, with the delay it had", arguments: Fault.allCases)
    func interrupted(fault: Fault) throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("\(fault), seed \(seed)")
      var random = SeededGenerator(seed: seed)
      let log = fault.cause == "device" ? "stopped by itself" : "\(fault.end.direction) \(fault.cause)"
      try disturb(seed: seed, within: Self.mostFrames, log: log) { rig in
        switch fault.cause {
        case "device": return try rig.cable(fault.end.cable, "xrun", fault.end.side)
        case "suspended": return try rig.cable(fault.end.cable, "suspend", fault.end.side)
        default:
          try rig.cable(fault.end.cable, "stall", fault.end.side)
          try rig.pause(.random(in: 0.08...0.6, using: &random))
          return try rig.cable(fault.end.cable, "go", fault.end.side)
        }
      } check: { rig in
        let last = try rig.lastXruns()
        #expect(last.contains { $0["cause"] == fault.cause && $0["direction"] == fault.end.direction }, "\(last)")
      }
    }

    @Test("a device that is unplugged, or taken by another program meanwhile, is heard within 1 s of being there again")
    func replugged() throws {
      for (end, isTaken) in [((2, "play", "playback"), false), ((1, "capture", "capture"), true)] {
        let seed = UInt64.random(in: 0..<10_000)
        print("\(end.2) unplugged\(isTaken ? " and taken" : ""), seed \(seed)")
        try disturb(seed: seed, within: 48000 - Self.latency, log: "\(end.2) device \(end.2) is gone: plug it in") { rig in
          try rig.cable(end.0, "unplug", end.1)
          try rig.wait(for: "waiting")
          let cause = try rig.status()["cause"] as? String
          #expect(cause?.hasPrefix("\(end.2) device \(end.2) is ") == true, "\(cause ?? "no cause")")
          guard isTaken else { return try rig.cable(end.0, "plug", end.1) }
          let other = try Holder(rig.cableFile(end.0), end.1)
          try rig.cable(end.0, "plug", end.1)
          try rig.wait(forCause: "is in use by another program")
          defer { other.letGo() }
          return try rig.cable(end.0, "plug", end.1)
        } check: { rig in
          let last = try rig.lastXruns()
          #expect(last.contains { $0["cause"] == "lost" && $0["direction"] == end.2 })
        }
      }
    }

    @Test("a program at the other end that runs at another rate or format is said, and waited for")
    func otherEnd() throws {
      let rig = try rig()
      try rig.start()
      let before = try rig.process()
      try Data(count: 8 * 48000).write(to: URL(fileURLWithPath: rig.folder.file("silence.raw")))
      for time in 0..<Self.times {
        try rig.cable(1, "unplug", "capture")
        try rig.wait(for: "waiting")
        let (rate, format) = time % 2 == 0 ? ("44100", "S32_LE") : ("48000", "S16_LE")
        let other = try Player(rig, ["--rate", rate, "--format", format])
        defer { other.stop() }
        try rig.wait { try rig.cableEnd(1, "play")["running"] as? Bool == true }
        try rig.cable(1, "plug", "capture")
        try rig.wait(forCause: time % 2 == 0 ? "offers 44100 Hz: set `rate: 44100`" : "offers S16_LE: set `format: auto`")
        other.stop()
        try rig.wait(for: "running")
      }
      let (left, bytes) = programme(frames: 24000, seed: 5)
      let heard = Listening(try rig.playUndisturbed(bytes), played: left, latency: Self.latency)
      let wrong = heard.firstWrong.map(heard.around)
      #expect(wrong == nil)
      let after = try rig.process()
      #expect(after.number == before.number && after.descriptors == before.descriptors, "\(before), \(after)")
      #expect(rig.stop() == 0)
    }

    @Test("devices that are missing when the daemon starts are waited for")
    func missing() throws {
      let rig = try rig()
      for time in 0..<Self.times {
        let (cable, side, direction) = time % 2 == 0 ? (1, "capture", "capture") : (2, "play", "playback")
        try rig.cable(cable, "unplug", side)
        try rig.start(waitingFor: "waiting")
        #expect((try rig.status()["cause"] as? String)?.hasPrefix("\(direction) device \(direction) is not there") == true)
        try rig.cable(cable, "plug", side)
        let plugged = Date()
        // The cable is there once the daemon has opened its end.
        try rig.wait { (try? rig.cableEnd(2, "play"))?["running"] as? Bool == true }
        #expect(Date().timeIntervalSince(plugged) < 1)
        try rig.wait(for: "running")
        #expect(rig.stop() == 0)
      }
    }

    @Test("while a device stands still the state says so, changes are taken, and the daemon can be ended", arguments: [1, 2])
    func standing(cable: Int) throws {
      let rig = try rig()
      try rig.start()
      try rig.cable(cable, "stall", cable == 1 ? "capture" : "play")
      try rig.wait(forCause: "\(cable == 1 ? "capture" : "playback") stalled: ")
      #expect(try rig.status()["state"] as? String == "waiting")
      #expect(try rig.control("set", "f0", "gain=-3").status == 0)
      // Ten times as long as it takes to be told: it is told once.
      let xruns = try rig.xruns()
      sleep(3)
      #expect(try rig.xruns() == xruns)
      let stopped = Date()
      #expect(rig.stop() == 0)
      #expect(Date().timeIntervalSince(stopped) < 2)
    }

    @Test("short, empty and interrupted transfers are made up for, unheard")
    func shortTransfers() throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("short transfers, seed \(seed)")
      let faults = ["readi", "writei"].flatMap { call in ["short", "none", "EAGAIN", "EINTR"].map { "\(call)=\($0)" } }
      let (rig, heard) = try fail(seed: seed, faults + ["wait=EINTR"])
      #expect(try rig.xruns() == 0)
      let isWhole = heard.isWhole(atSlot: heard.dueSlot + 4800, frames: 48000 * 5)
      #expect(isWhole, "seed \(seed): \(rig.log)")
    }

    @Test("calls that fail start the devices again, or open them anew, with the delay they had")
    func failingCalls() throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("failing calls, seed \(seed)")
      let errors = ["EPIPE", "ESTRPIPE", "EIO", "EBADFD", "ENODEV"]
      let (rig, heard) = try fail(seed: seed, ["readi", "writei", "wait"].flatMap { call in errors.map { "\(call)=\($0)" } })
      #expect(try rig.xruns() > 5)
      let isWhole = heard.isWhole(atSlot: heard.dueSlot + 48000 * 9, frames: 4800)
      #expect(isWhole, "seed \(seed): \(rig.log)")
    }

    @Test("a playback device that starts late changes no delay, and the measured one is right at once")
    func lateStart() throws {
      let rig = try rig()
      rig.environment.merge(["LD_PRELOAD": Location.cable + "/libfaults.so", "PCM_FAULTS": "start@2=late"]) { $1 }
      try rig.start()
      #expect(try rig.status("latency", "measuredFrames") == Self.latency)
      for name in ["LD_PRELOAD", "PCM_FAULTS"] { rig.environment[name] = nil }
      let (left, bytes) = programme(frames: 24000, seed: 6)
      let heard = Listening(try rig.playUndisturbed(bytes), played: left, latency: Self.latency)
      let wrong = heard.firstWrong.map(heard.around)
      #expect(wrong == nil)
    }

    // MARK: Parts

    private func rig() throws -> Rig {
      try Rig(block: Self.block, format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
    }

    /// Has 20 of ALSA's calls fail within six seconds of sound, and listens.
    private func fail(seed: UInt64, _ faults: [String]) throws -> (Rig, Listening) {
      let rig = try rig()
      var random = SeededGenerator(seed: seed)
      let list = (0..<Self.times).map { n -> String in
        let parts = faults[n % faults.count].split(separator: "=")
        return "\(parts[0])@\(Int.random(in: 300...1300, using: &random))=\(parts[1])"
      }
      let report = rig.folder.file("faults.json")
      rig.environment.merge(
        ["LD_PRELOAD": Location.cable + "/libfaults.so", "PCM_FAULTS": list.joined(separator: ","), "PCM_FAULTS_FILE": report]) { $1 }
      try rig.start()
      for name in ["LD_PRELOAD", "PCM_FAULTS", "PCM_FAULTS_FILE"] { rig.environment[name] = nil }
      let before = try rig.process().number
      let (left, bytes) = programme(frames: 48000 * 10, seed: seed)
      let heard = Listening(try rig.play(bytes), played: left, latency: Self.latency)
      let wrong = heard.firstWrong.map(heard.around)
      #expect(wrong == nil, "seed \(seed): \(rig.log)")
      let made = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n").count
      #expect(made > Self.times / 2, "\(list)")
      #expect(try rig.process().number == before)
      try rig.wait(for: "running")
      #expect(try rig.status("latency", "measuredFrames") == Self.latency)
      return (rig, heard)
    }

    private func disturb(
      seed: UInt64, within most: Int, log: String, fault: (Rig) throws -> Int, check: (Rig) throws -> Void
    ) throws {
      let rig = try rig()
      let standstills = try Standstills(clock: rig.clockFile)
      defer { withExtendedLifetime(standstills) {} }
      try rig.start()
      var random = SeededGenerator(seed: seed &+ 1)
      // Long enough on a busy machine: it ends with the last fault.
      let (left, bytes) = programme(frames: 48000 * 5 * Self.times, seed: seed)
      var ends: [Int] = []
      var before = try rig.process()
      let recording = try rig.play(bytes, untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.3)
        for time in 0..<Self.times {
          // What it needs only once is there after some faults.
          if time == 4 { before = try rig.process() }
          try rig.pause(.random(in: 0.05...0.15, using: &random))
          let known = try rig.xruns()
          ends.append(try fault(rig))
          // It is met when the daemon looks next.
          try rig.wait { try rig.xruns() > known }
          try rig.wait(for: "running")
          try check(rig)
        }
        try rig.pause(0.2)
      }
      let after = try rig.process()
      #expect(recording.xruns == 0)
      #expect(after.number == before.number && after.descriptors == before.descriptors, "\(before), \(after)")
      #expect(after.residentKiB - before.residentKiB < 1024, "\(before), \(after)")
      #expect(try rig.status("latency", "measuredFrames") == Self.latency)
      let heard = Listening(recording, played: left, latency: Self.latency)
      // Named, since a failure would describe all frames.
      let wrong = heard.firstWrong.map(heard.around)
      #expect(wrong == nil, "faults ended at \(ends)")
      let gaps = try ends.map { end in
        let found = heard.silence(from: end)
        let silence = try #require(found, "no silence after slot \(end)")
        let isWhole = heard.isWhole(atSlot: silence.upperBound + 1000, frames: 100)
        #expect(isWhole, "after the fault that ended in slot \(end)")
        return silence.upperBound - Self.latency - end
      }
      print("captured again after \(gaps.sorted()) frames, \(after.residentKiB - before.residentKiB) KiB more")
      #expect(gaps.allSatisfy { $0 <= most })
      #expect(rig.log.contains(log), "\(rig.log)")
      #expect(rig.stop() == 0)
    }
  }
}
