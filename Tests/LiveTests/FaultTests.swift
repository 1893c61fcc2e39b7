import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// Devices fail at random moments while noise goes through filters that leave it as it is.
  ///
  /// Whatever happens, every frame is silence, or what was played `latency` frames before, or that in a fade: so the delay is the same
  /// after each fault, and nothing is louder than what was played.
  @Suite("Device faults", .serialized)
  struct Faults {
    static let block = 256
    static let latency = 3 * block
    /// The fade-in is to begin so long after the end of an xrun or stall.
    static let mostFrames = 3 * block
    static let times = 20

    enum Fault: String, CaseIterable, CustomTestStringConvertible {
      case captureXrun, playbackXrun, captureSuspended, playbackSuspended, captureStalled, playbackStalled

      var testDescription: String { rawValue }
      var end: (cable: Int, side: String, direction: String) {
        rawValue.hasPrefix("capture") ? (1, "capture", "capture") : (2, "play", "playback")
      }
      var cause: String { rawValue.hasSuffix("Xrun") ? "device" : rawValue.hasSuffix("Suspended") ? "suspended" : "stalled" }
    }

    /// A fault that has been made: when it ended.
    private struct Made {
      var endSlot: Int
      var cause: String
    }

    @Test("at random moments: the sound comes back within 3 periods, with the delay it had", arguments: Fault.allCases)
    func interrupted(fault: Fault) throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("\(fault), seed \(seed)")
      var random = SeededGenerator(seed: seed)
      try disturb(seed: seed, log: fault.cause == "device" ? "stopped by itself" : "\(fault.end.direction) \(fault.cause)") { rig in
        switch fault.cause {
        case "device": return try rig.cable(fault.end.cable, "xrun", fault.end.side)
        case "suspended": return try rig.cable(fault.end.cable, "suspend", fault.end.side)
        default:
          try rig.cable(fault.end.cable, "stall", fault.end.side)
          usleep(.random(in: 80_000...600_000, using: &random))
          return try rig.cable(fault.end.cable, "go", fault.end.side)
        }
      } check: { rig in
        let last = try #require((try rig.status()["xruns"] as? [String: Any])?["last"] as? [[String: String]])
        #expect(last.contains { $0["cause"] == fault.cause && $0["direction"] == fault.end.direction }, "\(last)")
      }
    }

    // MARK: Parts

    private func disturb(
      seed: UInt64, log: String, fault: (Rig) throws -> Int, check: (Rig) throws -> Void
    ) throws {
      let rig = try Rig(
        block: Self.block, format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
      try rig.start()
      var random = SeededGenerator(seed: seed &+ 1)
      let (left, bytes) = programme(frames: 48000 * 60, seed: seed)
      var ends: [Int] = []
      var before = try rig.process()
      let recording = try rig.play(bytes, untilDone: true) {
        try rig.waitForRecorder()
        usleep(300_000)
        for time in 0..<Self.times {
          // What it needs only once is there after some faults.
          if time == 4 { before = try rig.process() }
          usleep(.random(in: 100_000...200_000, using: &random))
          ends.append(try fault(rig))
          usleep(60_000)
          try check(rig)
          try rig.wait(for: "running")
        }
        usleep(200_000)
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
      #expect(gaps.allSatisfy { $0 <= Self.mostFrames })
      #expect(rig.log.contains(log), "\(rig.log)")
      #expect(rig.stop() == 0)
    }
  }
}
