import Foundation
import TestSupport
import Testing

extension LiveTests {
  /// ALSA's `null` never makes its thread wait.
  @Suite("Unpaced devices", .serialized)
  struct Unpaced {
    private let filters = ["name: left, from: 0, to: 0, kernel: dirac"]

    @Test(
      "run in real time: by the clock, or beside the other device, and the processor is free",
      arguments: [
        ("null", "null", "shared"), ("null", "null", "resampled"), ("null", "playback", "shared"), ("null", "playback", "resampled"),
        ("capture", "null", "shared"), ("capture", "null", "resampled"),
      ])
    func paced(capture: String, playback: String, clock: String) throws {
      let rig = try Rig(format: .s32, filters: filters, capture: ", clock: \(clock), channels: 2", clock: .monotonic)
      try rig.edit("capture: { device: capture", "capture: { device: \(capture == "null" ? "\"null\"" : capture)")
      try rig.edit("playback: { device: playback", "playback: { device: \(playback == "null" ? "\"null\"" : playback)")
      try limitingRealTime {
        try rig.start()
        let (begun, seconds, blocks) = (Date(), try rig.processorSeconds(), try Self.blocks(rig))
        sleep(3)
        let (used, moved) = (try rig.processorSeconds() - seconds, try Self.blocks(rig) - blocks)
        let lasted = Date().timeIntervalSince(begun)
        #expect(used < 0.3 * lasted, "\(used) s of \(lasted) s")
        // A second clock begins after a second; xruns of a busy machine lose blocks.
        #expect(0.5...1.1 ~= Double(moved * rig.block) / lasted / Double(rig.rate), "\(moved) blocks in \(lasted) s: \(rig.log)")
        #expect(try rig.status()["state"] as? String == "running")
        let xruns = try #require(try rig.status()["xruns"] as? [String: Any])
        #expect((xruns["causes"] as? [String: Int])?["apart"] ?? 0 == 0, "\(rig.log)")
        if try rig.xruns() == 0 {
          let latency = try #require(try rig.status()["latency"] as? [String: Any])
          let promised = ["blockFrames", "queueFrames", "resamplerFrames"].compactMap { latency[$0] as? Int }.reduce(0, +)
          #expect(abs(try #require(latency["measuredFrames"] as? Int) - promised) <= 2, "\(latency)")
        }
      }
      #expect(rig.stop() == 0)
    }

    @Test("with blocks that leave no time to wait: refused where they are sent, and lived through where the file has them")
    func tooShort() throws {
      let rig = try Rig(rate: 384_000, block: 16, format: .s32, filters: filters, capture: ", channels: 2", clock: .monotonic)
      try rig.edit("capture: { device: capture", "capture: { device: \"null\"")
      try rig.edit("playback: { device: playback", "playback: { device: \"null\"")
      try limitingRealTime {
        try rig.start()
        try rig.edit("block: 16", "block: 1")
        for command in [["check", rig.folder.file("convolved.yaml")], ["reload"]] {
          let answer = try run(Location.program("convolvectl"), command + ["--socket", rig.socket], environment: rig.environment)
          #expect(answer.status == 65 && answer.error.contains("a block would take "), "\(answer)")
        }
        #expect(rig.stop() == 0)
        // What becomes of it depends on the machine; that it lives and answers does not.
        try? rig.start()
        sleep(3)
        _ = try rig.status()
      }
      #expect(rig.stop() == 0, "\(rig.log)")
    }

    /// Blocks that were convolved, since the daemon started.
    private static func blocks(_ rig: Rig) throws -> Int {
      let load = try #require(try rig.status()["load"] as? [String: Any])
      return try #require((load["histogram"] as? [String: Any])?["blocks"] as? [Int]).reduce(0, +)
    }
  }
}

/// Runs `body`, whose daemons have RLIMIT_RTTIME as the service has it: the kernel ends a real-time thread that computes for a second
/// without a pause.
func limitingRealTime(_ body: () throws -> Void) throws {
  let resource = __rlimit_resource_t(__RLIMIT_RTTIME.rawValue)
  var limit = rlimit()
  try #require(getrlimit(resource, &limit) == 0)
  var second = rlimit(rlim_cur: 1_000_000, rlim_max: limit.rlim_max)
  try #require(setrlimit(resource, &second) == 0)
  defer { setrlimit(resource, &limit) }
  try body()
}
