import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// Devices with clocks of their own fail at random moments. Each played frame tells its number: the right sample by the left one.
  @Suite("Faults between two clocks", .serialized)
  struct ClockFaults {
    private static let ppm = 300.0
    private static let block = 256
    private static let seconds = Soak.cases > 0 ? 240 : 60
    /// Of each fault.
    private static let times = Soak.cases > 0 ? 20 : 3
    private static let level = 0x1p29

    private enum Fault: String, CaseIterable {
      case captureXrun, playbackXrun, captureSuspended, playbackSuspended, captureStalled, playbackStalled
      case captureReplugged, playbackReplugged

      var end: (cable: Int, side: String) { rawValue.hasPrefix("capture") ? (1, "capture") : (2, "play") }
      /// Frames from its end to the first one that is heard again.
      var most: Int { rawValue.hasSuffix("Replugged") ? 48000 : 3 * ClockFaults.block }
    }

    /// When a fault ended: a frame of the programme.
    private struct End {
      var fault: Fault
      var frame: Int
      var date: Date
    }

    @Test("the sound is back within 3 periods, or a second of a replug, at the ratio and with the delay it had")
    func disturbed() throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("seed \(seed)")
      var random = SeededGenerator(seed: seed)
      let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }
      let rig = try Rig(block: Self.block, format: .s32, filters: filters, capture: ", clock: resampled", clock: .monotonic)
      try rig.cable(1, "ppm", "\(Self.ppm)")
      let standstills = try Standstills()
      try rig.start()
      let before = try rig.process()
      let faults = Fault.allCases.flatMap { Array(repeating: $0, count: Self.times) }.shuffled(using: &random)
      var slots: [(Fault, Int, Date)] = []
      let recording = try rig.play(numbered(), untilDone: true) {
        try rig.waitForRecorder()
        // The ratio is known when the loop has slowed down once: after some seconds without a fault. Else each fault would begin the
        // search anew, which takes a second of silence.
        var xruns: Int
        repeat {
          try rig.wait { try isAsBefore(rig) }
          xruns = try rig.xruns()
          sleep(5)
        } while try rig.xruns() != xruns
        for fault in faults {
          slots.append((fault, try make(fault, rig, &random), .now))
          try rig.wait(for: "running")
          try rig.wait { try isAsBefore(rig) }
          usleep(.random(in: 100_000...300_000, using: &random))
        }
      }
      let after = try rig.process()
      #expect(after.number == before.number && after.descriptors == before.descriptors, "\(before), \(after)")
      let ends = slots.map { End(fault: $0, frame: $1 - recording.playedAt - recording.firstSlot, date: $2) }
      check(ends, heard: samples(recording.bytes), standstills)
      #expect(rig.stop() == 0)
    }

    // MARK: Parts

    /// A constant, and beside it a line that rises with every frame. Both fade in, so that no filter overshoots.
    private func numbered() -> Data {
      let count = Self.seconds * 48000
      let frames = (0..<count).flatMap { n in
        let gain = Self.level * Double(min(n, 4800)) / 4800
        return [Int32(gain), Int32(gain * Double(n) / Double(count))]
      }
      return frames.withUnsafeBytes { Data($0) }
    }

    private func samples(_ bytes: Data) -> [(left: Int32, right: Int32)] {
      bytes.withUnsafeBytes { bytes in
        let words = bytes.bindMemory(to: Int32.self)
        return stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
      }
    }

    /// - Returns: the slot of the first cable in which the fault ended.
    private func make(_ fault: Fault, _ rig: Rig, _ random: inout SeededGenerator) throws -> Int {
      let (cable, side) = fault.end
      let end: String
      switch fault {
      case .captureXrun, .playbackXrun: end = "xrun"
      case .captureSuspended, .playbackSuspended: end = "suspend"
      case .captureStalled, .playbackStalled:
        try rig.cable(cable, "stall", side)
        usleep(.random(in: 80_000...600_000, using: &random))
        end = "go"
      case .captureReplugged, .playbackReplugged:
        try rig.cable(cable, "unplug", side)
        try rig.wait(for: "waiting")
        end = "plug"
      }
      let moment = try rig.moment(cable, [end, side])
      let reference = try rig.moment(1, ["status"])
      let seconds = Double(moment.nanoseconds - reference.nanoseconds) * 1e-9
      return reference.slot + Int(seconds * 48000 * (1 + Self.ppm * 1e-6))
    }

    private func isAsBefore(_ rig: Rig) throws -> Bool {
      let status = try rig.status()
      let resampler = status["resampler"] as? [String: Any]
      let latency = status["latency"] as? [String: Any]
      guard let measured = latency?["measuredFrames"] as? Int, let ppm = resampler?["ppm"] as? Double else { return false }
      let promised = ["blockFrames", "queueFrames", "resamplerFrames"].compactMap { latency?[$0] as? Int }.reduce(0, +)
      return abs(measured - promised) <= 8 && abs(ppm - Self.ppm) < 30
    }

    /// The number of a frame that was heard, where the fade lets it be told.
    private func number(_ frame: (left: Int32, right: Int32)) -> Int {
      Int((Double(frame.right) / Double(frame.left) * Double(Self.seconds * 48000)).rounded())
    }

    private func check(_ ends: [End], heard: [(left: Int32, right: Int32)], _ standstills: Standstills) {
      let loudest = heard.map { abs(Double($0.left)) }.max() ?? 0
      #expect(loudest < Self.level * 1.0001)
      let begins = beginnings(heard)
      // Once at the start and once after each fault, unless the machine stood still for half of the queue.
      #expect(begins.count <= 1 + ends.count + standstills.count(of: 5e6), "\(begins)")
      var gaps: [Fault: [Int]] = [:]
      for end in ends {
        let first = begins.first { $0 >= end.frame } ?? .max
        let gap = first - end.frame
        gaps[end.fault, default: []].append(gap)
        // Where the machine stood still for as long as that is too late, nobody could have been sooner.
        let stood = standstills.longest(from: end.date.addingTimeInterval(-0.1), to: end.date.addingTimeInterval(1)) * 48e-6
        if gap > end.fault.most, Double(gap - end.fault.most) <= stood {
          print("\(end): back after \(gap) frames, \(Int(stood)) of which the machine stood still")
          continue
        }
        #expect(gap <= end.fault.most, "\(end): back with \(first) of \(begins)")
      }
      for (fault, gaps) in gaps.sorted(by: { $0.key.rawValue < $1.key.rawValue }) { print("\(fault): back after \(gaps.sorted()) frames") }
    }

    /// The frames with which sound comes after silence.
    private func beginnings(_ heard: [(left: Int32, right: Int32)]) -> [Int] {
      var silent = 0
      return heard.indices.compactMap { n in
        defer { silent = heard[n].left == 0 ? silent + 1 : 0 }
        guard heard[n].left != 0, silent >= 16, n + 200 < heard.count, heard[n + 200].left > 1 << 20 else { return nil }
        return number(heard[n + 200]) - 200
      }
    }
  }
}
