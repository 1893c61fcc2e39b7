import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  /// The daemon comes and goes while noise runs into its capture device, and what its playback device gets is recorded all the time.
  @Suite("Restarts", .ownThread)
  struct Restarts {
    private static let block = 64
    private static let latency = 3 * block

    @Test("ended, killed and reloaded: 10 ms of silence, no peak, the delay, volume and mute as they were")
    func restarts() throws {
      for round in 0..<(Soak.cases > 0 ? 10 : 1) { try restart(times: 10, round: round) }
    }

    @Test("the end is faded out, whole, where a block lasts longer than a wait for it")
    func longBlocks() throws {
      let rig = try Rig(block: 8192, format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
      try rig.start()
      let level = Int32(1) << 28
      let frames = [Int32](repeating: level, count: 2 * 48_000 * 30).withUnsafeBytes { Data($0) }
      let recording = try rig.play(frames, untilDone: true) {
        try rig.waitForRecorder()
        try rig.pause(1.5)
        #expect(rig.stop() == 0)
        try rig.pause(0.5)
      }
      let heard = recording.bytes.withUnsafeBytes { bytes in Array(bytes.bindMemory(to: Int32.self)) }
      let last = try #require(heard.lastIndex { $0 != 0 })
      let fade = heard[..<last].suffix(2 * 1500)
      #expect(fade.first == level && heard[last] < level / 50 && zip(fade, fade.dropFirst(2)).allSatisfy { $0 >= $1 }, "\(heard[last])")
    }

    private func restart(times: Int, round: Int) throws {
      let seed = UInt64.random(in: 0..<10_000)
      print("restarts, round \(round), seed \(seed)")
      var random = SeededGenerator(seed: seed)
      let rig = try Rig(
        block: Self.block, format: .s32, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" })
      try rig.start()
      let volume = Int.random(in: -12 ... -3, using: &random)
      #expect(try rig.control("volume", "\(volume)").status == 0)
      try rig.pause(0.05)
      let (left, bytes) = programme(frames: 48000 * 60, seed: seed)
      var starts: [Int] = []
      let recording = try rig.play(bytes, untilDone: true) {
        try rig.waitForRecorder()
        for time in 0..<times {
          try rig.pause(.random(in: 0.05...0.15, using: &random))
          // Muted over some of the restarts: the sound comes back when it is not any more.
          let isMuted = Int.random(in: 0..<3, using: &random) == 0
          if isMuted { #expect(try rig.control("mute").status == 0) }
          let startsBefore = try #require(try rig.cableEnd(2, "play")["starts"] as? Int)
          let isKilled = time % 2 == 1
          #expect(rig.stop(with: isKilled ? SIGKILL : SIGTERM) == (isKilled ? SIGKILL : 0))
          try rig.start(waitingFor: isMuted ? "muted" : "running")
          let output = try #require(try rig.status()["output"] as? [String: Any])
          #expect(output["volume"] as? Int == volume && output["mute"] as? Bool == isMuted, "\(output)")
          let end = try rig.cableEnd(2, "play")
          #expect(end["starts"] as? Int == startsBefore + 1, "restart \(time)")
          starts.append(try #require(end["startSlot"] as? Int))
          if isMuted { #expect(try rig.control("unmute").status == 0) }
          try rig.pause(.random(in: 0.05...0.15, using: &random))
          #expect(try rig.control("reload").status == 0)
        }
        try rig.pause(0.3)
      }
      #expect(recording.xruns == 0)
      let heard = Listening(recording, played: left, latency: Self.latency, factor: pow(10, Double(volume) / 20))
      let wrong = heard.firstWrong.map(heard.around)
      #expect(wrong == nil, "seed \(seed), started in \(starts)")
      for start in starts {
        let isSilent = heard.isSilent(fromSlot: start, frames: 480)
        #expect(isSilent, "seed \(seed), started in slot \(start)")
      }
      // The reload has been heard: what follows is the sound itself again.
      let isWhole = heard.isWhole(atSlot: heard.endSlot - 9600, frames: 9600)
      #expect(isWhole)
      #expect(rig.stop() == 0)
    }
  }
}
