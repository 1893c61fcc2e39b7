import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Devices", .ownThread)
  struct Devices {
    private let filters = [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: dirac" }

    @Test("the delay is the same in every run, and what status says")
    func delay() throws {
      var delays: [Int] = []
      for run in 0..<5 {
        let rig = try Rig(format: .s32, filters: filters, speed: 4)
        try rig.start()
        let frames = randomFrames(.s32, count: 4800, channels: 2, seed: UInt64(run))
        let recording = try rig.playUndisturbed(frames)
        let found = try #require(recording.bytes.range(of: frames))
        let delay = found.lowerBound / 8 - recording.playedAt
        #expect(try rig.status("latency", "measuredFrames") == delay)
        delays.append(delay)
        #expect(rig.stop() == 0)
      }
      // One block, and two periods of queue.
      #expect(delays == [Int](repeating: 192, count: 5))
    }

    @Test("blocks and periods are independent", arguments: [(64, 441, 441), (256, 441, 1024), (441, 64, 100), (1024, 128, 441)])
    func periods(block: Int, capturePeriod: Int, playbackPeriod: Int) throws {
      let rig = try Rig(block: block, format: .s24in32, filters: filters, speed: 4)
      let path = rig.folder.file("asound.conf")
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let limited = text.split(separator: "\n").map { line in
        let period = line.hasPrefix("pcm.capture") ? capturePeriod : playbackPeriod
        guard line.hasPrefix("pcm.capture") || line.hasPrefix("pcm.playback") else { return String(line) }
        // With one format and two channels the plug-in's limits in bytes are limits in frames.
        let limits = "formats S24_LE channels_min 2 channels_max 2 period_min \(period) period_max \(period)"
        return line.replacingOccurrences(of: " }", with: " \(limits) }")
      }
      try limited.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
      try rig.start()
      let devices = try #require(try rig.status()["devices"] as? [String: [String: Any]])
      #expect(devices["capture"]?["periodFrames"] as? Int == capturePeriod)
      #expect(devices["playback"]?["periodFrames"] as? Int == playbackPeriod)
      let frames = randomFrames(.s24in32, count: 48000, channels: 2, seed: 9)
      let recording = try rig.playUndisturbed(frames, tail: 16384)
      let latency = try #require(try rig.status("latency", "measuredFrames"))
      let first = (recording.playedAt + latency) * 8
      let isExact = recording.bytes[first..<first + frames.count] == frames
      #expect(isExact, "latency \(latency)")
    }

    @Test("an xrun is counted, and the latency afterwards is the one before", arguments: ["capture", "playback"])
    func xrun(end: String) throws {
      let rig = try Rig(format: .s16, filters: filters, speed: 4)
      try rig.start()
      let before = try #require(try rig.status("latency", "measuredFrames"))
      let cable = end == "capture" ? (1, "capture") : (2, "play")
      for seed in UInt64(1)...5 {
        let count = try #require(try rig.status("xruns", end))
        let fault = try run(Location.cable + "/cablectl", [rig.cableFile(cable.0), "xrun", cable.1])
        #expect(fault.status == 0, "\(fault.error)")
        try rig.wait { try rig.status("xruns", end)! > count }
        try rig.wait(for: "running")
        #expect(try rig.status("latency", "measuredFrames") == before)
        let frames = randomFrames(.s16, count: 4800, channels: 2, seed: seed)
        let recording = try rig.playUndisturbed(frames)
        let found = try #require(recording.bytes.range(of: frames), "bit for bit after the xrun")
        #expect(found.lowerBound / 4 - recording.playedAt == before)
      }
      #expect(rig.log.contains("\(end) xrun"))
      #expect(rig.stop() == 0)
    }

    @Test("auto takes the best format that a device offers")
    func automaticFormat() throws {
      for (offered, chosen) in [
        ("S16_LE", "S16_LE"), ("S16_LE,S24_3LE", "S24_3LE"), ("S24_LE,S16_LE", "S24_LE"), ("S16_LE,S32_LE,S24_3LE", "S32_LE"),
      ] {
        let rig = try Rig(format: .s16, filters: filters, cable: "formats \\\"\(offered)\\\"".replacingOccurrences(of: "\\", with: ""))
        let path = rig.folder.file("convolved.yaml")
        let text = try String(contentsOfFile: path, encoding: .utf8).replacingOccurrences(of: "format: S16_LE", with: "format: auto")
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try rig.start()
        let devices = try #require(try rig.status()["devices"] as? [String: [String: Any]])
        #expect(devices["capture"]?["format"] as? String == chosen)
      }
    }

    @Test("a missing, a busy and an unplugged device are states with a cause, and end when the device is there")
    func waiting() throws {
      let rig = try Rig(format: .s32, filters: filters)
      try rig.start()
      let control = Location.cable + "/cablectl"
      // Another daemon finds the devices taken.
      let other = try Rig(format: .s32, filters: filters)
      try FileManager.default.removeItem(atPath: other.folder.file("asound.conf"))
      try FileManager.default.copyItem(atPath: rig.folder.file("asound.conf"), toPath: other.folder.file("asound.conf"))
      try other.start(waitingFor: "waiting")
      #expect((try other.status()["cause"] as? String)?.contains("is in use by another program") == true)
      #expect(rig.stop() == 0)
      try other.wait(for: "running")
      #expect(other.stop() == 0)
      // Unplugged while it runs, and plugged in again.
      try rig.start()
      #expect(try run(control, [rig.cableFile(2), "unplug"]).status == 0)
      try rig.wait(for: "waiting")
      #expect((try rig.status()["cause"] as? String)?.contains("playback device") == true)
      #expect(try run(control, [rig.cableFile(2), "plug"]).status == 0)
      try rig.wait(for: "running")
      let frames = randomFrames(.s32, count: 4800, channels: 2, seed: 3)
      #expect(try rig.playUndisturbed(frames).bytes.range(of: frames) != nil)
      #expect(rig.stop() == 0)
    }

    @Test("what a device does not offer is said, with what it does")
    func unsupported() throws {
      let rig = try Rig(format: .s32, filters: filters, cable: "formats \"S16_LE\"")
      try rig.start(waitingFor: "waiting")
      let cause = try rig.status()["cause"] as? String
      #expect(cause == "capture device capture does not offer the format S32_LE: it offers S16_LE: set `format: auto`")
      #expect(rig.stop() == 0)
    }
  }
}
