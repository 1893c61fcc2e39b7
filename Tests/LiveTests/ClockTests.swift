import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Two clocks", .serialized)
  struct Clocks {
    private let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }

    @Test("20 s without an xrun, the clock found to a ppm, the tone whole")
    func difference() async throws { try await listen(block: 256, seconds: 20, to: [(500, nil), (-500, nil)], decibels: 100) }

    @Test("so in short blocks, where the machine is quiet enough for them", .enabled(if: Soak.cases > 0))
    func shortBlocks() async throws { try await listen(block: 64, seconds: 20, to: [(500, nil), (-500, nil)], decibels: 100) }

    @Test("a minute of each difference, all at once", .enabled(if: Soak.cases > 0), .timeLimit(.minutes(10)), arguments: [64, 256])
    func minutes(block: Int) async throws {
      try await listen(block: block, seconds: 60, to: [-1000, -500, -50, 50, 500, 1000].map { ($0, nil) })
    }

    @Test(
      "a step between two differences is followed, and it settles again", .enabled(if: Soak.cases > 0), .timeLimit(.minutes(10)),
      arguments: [64, 256])
    func step(block: Int) async throws {
      try await listen(block: block, seconds: 80, to: [(-50, 50), (50, -500), (500, -500), (-500, 1000), (1000, -1000), (-1000, 50)])
    }

    /// The devices' clocks run as much faster.
    private static let hourFactor = 20

    @Test("an hour, in three minutes", .enabled(if: Soak.cases > 0), .timeLimit(.minutes(30)), arguments: [300])
    func hour(ppm: Int) throws {
      for attempt in 1...3 {
        let rig = try Rig(
          block: 1024, format: .s16, filters: [filters[0]], capture: ", channels: 1, clock: resampled",
          playback: ", channels: 1, periods: 32", clock: .monotonic)
        rig.playerPeriods = 96
        rig.environment.merge(
          ["LD_PRELOAD": Location.cable + "/libfastclock.so", "CLOCK_FACTOR": "\(Self.hourFactor)"]) { $1 }
        try differ(rig, by: ppm)
        try rig.start()
        let second = (0..<48000).map { n in Int16((0x1p14 * sin(2 * .pi * 997 * Double(n) / 48000)).rounded()) }
        let frames = second.withUnsafeBytes { Data($0) }
        var tone = Data(capacity: 3600 * frames.count)
        for _ in 0..<3600 { tone.append(frames) }
        var result: Heard?
        let recording = try rig.play(tone, channels: 1) {
          sleep(3)
          let before = try rig.xruns()
          // Until shortly before the end: to write and read such a recording takes all of the machine.
          sleep(UInt32(3600 / Self.hourFactor - 5))
          result = try heard(rig, ppm: ppm, xruns: rig.xruns() - before, end: Data())
        }
        var end = try #require(result)
        end.xruns += recording.xruns
        end.sound = Data(recording.bytes.suffix(800_000).prefix(384_000))
        if end.xruns > 0 && attempt < 3 {
          print("attempt \(attempt): \(end.xruns) xruns, \(recording.xruns) of them of others: again")
          continue
        }
        // What is rounded to 16 bits twice keeps 89.1 dB.
        check(end, Int16.self, channels: 1, decibels: 88.5)
        #expect(rig.stop() == 0)
        return
      }
    }

    @Test(
      "an xrun is counted, and the sound comes back at the ratio that had been found", .timeLimit(.minutes(5)),
      arguments: Soak.cases > 0 ? [64, 256] : [256])
    func xrun(block: Int) throws {
      let standstills = try Standstills()
      for attempt in 1...3 {
        let rig = try twoClocks(block: block, ppm: 300, periods: periods(block))
        let begin = Date()
        guard try starts(rig, standstills) else { continue }
        sleep(8)
        let before = try rig.xruns()
        #expect(try run(Location.cable + "/cablectl", [rig.cableFile(1), "xrun", "capture"]).status == 0)
        sleep(2)
        #expect(try rig.xruns() > before)
        let found = try resampler(rig)["ppm"] as? Double ?? .infinity
        let distance = (try rig.status("latency", "measuredFrames") ?? .max / 2) - (try promised(rig))
        #expect(rig.stop() == 0)
        // Where the machine stood still for longer than blocks last, there were more xruns.
        if abs(found - 300) >= 20 || abs(distance) > block / 8, standstills.longest(from: begin, to: .now) > 2e6 {
          print("attempt \(attempt): the machine stood still, \(found) ppm, \(distance) frames off: again")
          continue
        }
        #expect(abs(found - 300) < 20, "\(found) ppm")
        #expect(abs(distance) <= block / 8, "\(distance) frames off")
        return
      }
      try standstills.skip("three runs were disturbed")
    }

    @Test(
      "without a card, and where it is said, both ends share a clock: the resampler is off, every bit passes",
      arguments: ["", ", clock: shared"])
    func shared(clock: String) throws {
      let rig = try Rig(format: .s32, filters: filters, capture: clock, speed: 4)
      try rig.start()
      #expect(try resampler(rig)["state"] as? String == "off")
      #expect(try rig.status("latency", "resamplerFrames") == nil)
      let frames = randomFrames(.s32, count: 4800, channels: 2, seed: 21)
      #expect(try rig.playUndisturbed(frames).bytes.range(of: frames) != nil)
      #expect(rig.stop() == 0)
    }

    @Test("two clocks that are said to be one are found apart, and the cause says what helps")
    func apart() throws {
      let rig = try Rig(format: .s32, filters: filters, capture: ", clock: shared")
      try differ(rig, by: 1000)
      try rig.start()
      try rig.wait { try rig.lastXruns().contains { $0["cause"] == "apart" && $0["text"]?.contains("`clock: resampled` helps") == true } }
      // Begun anew, they drift apart again, by 48 frames a second.
      try rig.wait { try abs(rig.status("latency", "measuredFrames")! - 192) < 96 }
      #expect(rig.stop() == 0)
    }

    @Test("the audio thread allocates, frees, retains and locks nothing while it resamples, an xrun included")
    func allocations() throws {
      let rig = try twoClocks(block: 256, ppm: 300, periods: periods(256))
      let report = rig.folder.file("count.json")
      rig.environment.merge(
        ["LD_PRELOAD": Location.cable + "/libcounter.so", "COUNTED_THREAD": "convolved-audio", "COUNTER_FILE": report]) { $1 }
      try rig.start()
      rig.environment["LD_PRELOAD"] = nil
      #expect(try run(Location.cable + "/cablectl", [rig.cableFile(2), "xrun", "play"]).status == 0)
      sleep(3)
      #expect(try rig.xruns() > 0)
      #expect(rig.stop() == 0)
      // Other programs that ran meanwhile have no such thread.
      let lines = try String(contentsOfFile: report, encoding: .utf8).split(separator: "\n")
      let counted = String(try #require(lines.last { $0.contains("\"threads\":1,") }))
      let fields = try #require(try JSONSerialization.jsonObject(with: Data(counted.utf8)) as? [String: Any], "\(counted)")
      let calls = fields.filter { !["pid", "threads", "swift"].contains($0.key) }
      #expect(calls.count > 5 && calls.values.allSatisfy { $0 as? Int == 0 }, "\(counted)")
    }

    // MARK: Parts

    private func twoClocks(block: Int, ppm: Int, periods: Int) throws -> Rig {
      let rig = try Rig(
        block: block, format: .s32, filters: filters, capture: ", clock: resampled", playback: ", periods: \(periods)", clock: .monotonic)
      try differ(rig, by: ppm)
      return rig
    }

    /// Of playback: a virtual machine stands still for longer than three short ones, a few times in a minute.
    private func periods(_ block: Int) -> Int { max(3, 1024 / block) }

    /// Starts the daemon. Returns false where it does not come to run, and the machine stood still meanwhile.
    private func starts(_ rig: Rig, _ standstills: Standstills) throws -> Bool {
      let begin = Date()
      do {
        try rig.start()
        return true
      } catch let timeout as Rig.Timeout {
        guard standstills.longest(from: begin, to: .now) > 2e6 else { throw timeout }
        print("the machine stood still, and did not let it start: \(timeout.description.prefix(300))")
        return false
      }
    }

    /// From now on the capture clock is off by so much.
    private func differ(_ rig: Rig, by ppm: Int) throws {
      let answer = try run(Location.cable + "/cablectl", [rig.cableFile(1), "ppm", "\(ppm)"], environment: rig.environment)
      guard answer.status == 0 else { throw Rig.Timeout(description: "\(answer)") }
    }

    private func resampler(_ rig: Rig) throws -> [String: Any] { try rig.status()["resampler"] as? [String: Any] ?? [:] }

    private func promised(_ rig: Rig) throws -> Int {
      try ["blockFrames", "queueFrames", "resamplerFrames"].map { try #require(try rig.status("latency", $0)) }.reduce(0, +)
    }

    /// What was heard of two clocks.
    private struct Heard: Sendable {
      var block: Int
      /// The difference at the end.
      var ppm: Int
      /// Of all devices, but for the first seconds.
      var xruns: Int
      /// Those of them at which the machine did not stand still.
      var unexplained: [[String: String]] = []
      /// For how long the machine stood still in the last seconds, in nanoseconds: what was looked at late is heard beside the tone.
      var stood = 0.0
      /// The difference that was found.
      var found: Double
      var latency: Int
      var promised: Int
      /// The last seconds: any gap or click would leave far more beside the tone than the loop does.
      var sound: Data

      /// dB of the tone above what lies beside it.
      func decibelsBeside<Sample: FixedWidthInteger>(_ type: Sample.Type, channels: Int) -> Double {
        let samples = sound.withUnsafeBytes { bytes in
          let values = bytes.bindMemory(to: type)
          return stride(from: 0, to: values.count, by: channels).map { Float(values[$0]) / Float(Sample.max) }
        }
        return decibelsAround(997 * (1 + Double(ppm) * 1e-6), in: samples[...], rate: 48000)
      }
    }

    /// Plays a tone while the loops settle, for several differences at once, and for a second one that each steps to. Again where the
    /// machine was late meanwhile.
    private func listen(block: Int, seconds: Int, to differences: [(Int, Int?)], decibels: Double = 120) async throws {
      let (tone, standstills) = (tone(seconds: seconds), try Standstills())
      var left = differences
      for attempt in 1...5 where !left.isEmpty {
        let heard = try await withThrowingTaskGroup { tasks in
          for (index, (ppm, next)) in left.enumerated() {
            tasks.addTask {
              (index, try await Self.aside { try hear(tone, standstills, block: block, seconds: seconds, ppm: ppm, then: next) })
            }
          }
          return try await tasks.reduce(into: [Int: Heard]()) { $0[$1.0] = $1.1 }
        }
        // Only now, when none plays any more: this takes all of the machine.
        left = left.enumerated().filter { index, _ in
          guard let heard = heard[index] else { return true }
          #expect(heard.unexplained.isEmpty)
          let isDisturbed =
            heard.xruns > 0 || heard.stood > 2e6 && heard.decibelsBeside(Int32.self, channels: 2) <= decibels
          if isDisturbed {
            print("attempt \(attempt): the machine was late, \(heard.xruns) xruns with \(heard.ppm) ppm: again")
          } else {
            check(heard, Int32.self, channels: 2, decibels: decibels)
          }
          return isDisturbed
        }.map(\.element)
      }
      if !left.isEmpty { try standstills.skip("five runs had xruns with \(left)") }
    }

    /// On a thread of its own.
    private static func aside<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
      try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
      }
    }

    /// A tone of 997 Hz, S32_LE stereo.
    private func tone(seconds: Int) -> Data {
      let second = (0..<48000).flatMap { n in
        let value = Int32((0x1p30 * sin(2 * .pi * 997 * Double(n) / 48000)).rounded())
        return [value, value]
      }
      let bytes = second.withUnsafeBytes { Data($0) }
      return (0..<seconds).reduce(into: Data(capacity: seconds * bytes.count)) { tone, _ in tone += bytes }
    }

    /// Plays a tone of the capture clock.
    ///
    /// - Parameter next: the difference from 15 s on.
    /// - Returns: nil where the machine stood still, and did not let it start.
    private func hear(
      _ tone: Data, _ standstills: Standstills, block: Int, seconds: Int, ppm: Int, then next: Int?
    ) throws -> Heard? {
      let rig = try twoClocks(block: block, ppm: ppm, periods: periods(block))
      guard try starts(rig, standstills) else { return nil }
      var before = 0
      let recording = try rig.play(tone) {
        sleep(3)
        before = try rig.xruns()
        guard let next else { return }
        sleep(12)
        try differ(rig, by: next)
      }
      let xruns = try rig.xruns() - before + recording.xruns
      let unexplained = try rig.lastXruns().filter { !standstills.explain($0) }
      let last = min(8 * (recording.playedAt + 48000 * (seconds - 1)), recording.bytes.count)
      defer { _ = rig.stop() }
      var result = try heard(rig, ppm: next ?? ppm, xruns: xruns, unexplained, end: recording.bytes[max(0, last - 8 * 4 * 48000)..<last])
      result.stood = standstills.longest(from: Date().addingTimeInterval(-10), to: .now)
      return result
    }

    private func heard(_ rig: Rig, ppm: Int, xruns: Int, _ unexplained: [[String: String]] = [], end: Data) throws -> Heard {
      Heard(
        block: rig.block, ppm: ppm, xruns: xruns, unexplained: unexplained, found: try resampler(rig)["ppm"] as? Double ?? .nan,
        latency: try rig.status("latency", "measuredFrames") ?? 0, promised: try promised(rig), sound: Data(end))
    }

    private func check<Sample: FixedWidthInteger>(_ heard: Heard, _ type: Sample.Type, channels: Int, decibels: Double) {
      #expect(heard.xruns == 0)
      #expect(abs(heard.found - Double(heard.ppm)) < 5)
      // Within half a period, and here half of that.
      #expect(abs(heard.latency - heard.promised) <= heard.block / 4)
      let beside = heard.decibelsBeside(type, channels: channels)
      #expect(beside > decibels)
      print(
        "block \(heard.block), \(heard.ppm) ppm: \(heard.found) ppm found, latency \(heard.latency) of \(heard.promised), "
          + "\(beside) dB beside the tone")
    }
  }
}
