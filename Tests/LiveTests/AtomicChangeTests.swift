import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// A matrix of 8 x 8 routes whose kernels cancel each other in pairs: each output is the input, bit for bit, whatever kernels the
  /// pairs have, and anything else as soon as a single block is convolved with half of a pair.
  @Suite("Changes of many routes", .ownThread)
  struct AtomicChanges {
    private static let channels = 8
    private static let kernels = 12
    private static let taps = 400

    @Test("are atomic, exact and without an xrun: no block mixes two configurations")
    func changes() throws { try change(untilChanges: 10) }

    @Test("1,000 of them", .enabled(if: Soak.cases > 0))
    func thousand() throws { try change(untilChanges: 1000) }

    @Test("that are made one half after the other are heard: the test can fail")
    func halves() throws {
      let rig = try makeRig()
      try rig.start()
      let program = music(seconds: 15)
      let recording = try rig.playUndisturbed(program, channels: Self.channels, untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(0.5)
        for input in 0...1 {
          #expect(try rig.control("set", name(input, 0), "kernel=\(rig.folder.file(kernel(3, isPlus: input == 0)))").status == 0)
        }
        for input in 0...1 {
          #expect(try rig.control("set", name(input, 0), "kernel=\(rig.folder.file(kernel(input, isPlus: input == 0)))").status == 0)
        }
        try rig.pause(0.2)
      }
      #expect(try !isExact(rig, recording, program))
      #expect(rig.stop() == 0)
    }

    // MARK: Parts

    /// Stretches of sound with ten changes each, until there were enough.
    private func change(untilChanges count: Int) throws {
      let rig = try makeRig()
      try rig.start()
      let program = music(seconds: 15)
      var random = SeededGenerator(seed: 97)
      var (changes, slowest) = (0, 0.0)
      var pairs = [Int](repeating: 0, count: 32)
      while changes < count {
        let recording = try rig.playUndisturbed(program, channels: Self.channels, untilDone: true) {
          try rig.waitForRecorder()
          for _ in 0..<10 {
            let begin = Date()
            try changeSome(&pairs, of: rig, &random)
            slowest = max(slowest, Date().timeIntervalSince(begin))
            changes += 1
          }
          try rig.pause(0.2)
        }
        #expect(try isExact(rig, recording, program), "after \(changes) changes")
      }
      print("\(changes) changes of 4 to 64 routes, the slowest in \(fixed(slowest)) s")
      #expect(rig.stop() == 0)
    }

    /// Other kernels for 2 to 32 random pairs, in one step.
    private func changeSome(_ pairs: inout [Int], of rig: Rig, _ random: inout SeededGenerator) throws {
      let chosen = (0..<32).shuffled(using: &random).prefix(Int.random(in: 2...32, using: &random))
      var words = ["set"]
      for pair in chosen {
        pairs[pair] = (pairs[pair] + Int.random(in: 1..<Self.kernels, using: &random)) % Self.kernels
        let sign = Bool.random(using: &random)
        for half in 0...1 {
          words += [name(pair % 4 * 2 + half, pair / 4), "kernel=\(rig.folder.file(kernel(pairs[pair], isPlus: sign == (half == 0))))"]
        }
      }
      let answer = try run(Location.program("convolvectl"), words + ["--socket", rig.socket], environment: rig.environment)
      #expect(answer.status == 0, "\(answer.error)")
    }

    private func name(_ input: Int, _ output: Int) -> String { "r\(input)\(output)" }

    private func kernel(_ number: Int, isPlus: Bool) -> String { "k\(number)\(isPlus ? "p" : "m").txt" }

    /// Kernel `n` of one half of a pair is an eighth of an impulse and noise, that of the other half the same with the noise negated.
    private func makeRig() throws -> Rig {
      let filters = (0..<64).map { route in
        "name: \(name(route % 8, route / 8)), from: \(route % 8), to: \(route / 8), kernel: \(kernel(0, isPlus: route % 2 == 0))"
      }
      let channels = ", channels: \(Self.channels)"
      let rig = try Rig(format: .s32, filters: filters, capture: channels, playback: channels, top: "fade: 10")
      var random = SeededGenerator(seed: 98)
      for number in 0..<Self.kernels {
        let noise = random.noise(Self.taps).map { $0 * 0.1 }
        for sign in [1.0, -1] {
          let taps = noise.enumerated().map { ($0.offset == 0 ? 0.125 : 0) + sign * $0.element }
          try taps.map { "\($0)" }.joined(separator: "\n")
            .write(toFile: rig.folder.file(kernel(number, isPlus: sign > 0)), atomically: true, encoding: .utf8)
        }
      }
      return rig
    }

    /// Noise that falls by 6 dB an octave, as music does, the same in every channel.
    private func music(seconds: Int) -> Data {
      var random = SeededGenerator(seed: 99)
      var (level, frames) = (0.0, [Int32]())
      for _ in 0..<48000 * seconds {
        level = 0.98 * level + 0.02 * Double.random(in: -1...1, using: &random)
        frames += repeatElement(Int32(level * 0x1.8p31), count: Self.channels)
      }
      return frames.withUnsafeBytes { Data($0) }
    }

    /// Whether all that was recorded until the changes were done is the programme, which was longer.
    private func isExact(_ rig: Rig, _ recording: Rig.Recording, _ program: Data) throws -> Bool {
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let heard = recording.bytes.dropFirst((recording.playedAt + latency) * 4 * Self.channels)
      #expect(heard.count > 4 * Self.channels * 24_000 && heard.count < program.count, "\(heard.count) of \(program.count) bytes")
      return heard == program.prefix(heard.count)
    }

    private func fixed(_ seconds: Double) -> String { "\((seconds * 100).rounded() / 100)" }
  }
}
