import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Worst case", .ownThread)
  struct WorstCase {
    private let convolved = Location.program("convolved")

    @Test("what can clip is told by --check, log and status, with the gain that avoids it")
    func warned() throws {
      let filters = [
        "name: a, from: 0, to: 0, kernel: \"taps:1,-1\", gain: -3", "name: b, from: 1, to: 1, kernel: \"taps:0.5\"",
        "name: c, from: 0, to: 1, kernel: \"taps:-0.5\"",
      ]
      let rig = try Rig(format: .s16, filters: filters)
      let checked = try run(convolved, ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: rig.environment)
      let warning =
        "output 0 amplifies by up to 3.1 dB, a sine by 3.0 dB, and can clip: `gain: -6.1` of a avoids it,"
        + " and as much less on all others keeps the balance"
      #expect(checked.status == 0 && checked.error.contains(warning), "\(checked)")
      #expect(!checked.error.contains("output 1"), "0 dB is no excess")
      try rig.start()
      let worst = try #require(try rig.status()["worstCase"] as? [Double])
      #expect(abs(worst[0] - (20 * log10(2.0) - 3)) < 1e-9 && abs(worst[1]) < 1e-9)
      #expect(rig.log.contains(warning), "\(rig.log)")
      #expect(rig.stop() == 0)
    }

    @Test("an automatic gain takes what the others leave of 0 dB, and follows the kernels")
    func automatic() throws {
      let filters = [
        "name: fixed, from: 0, to: 0, kernel: dirac, gain: -6", "name: a, from: 0, to: 0, kernel: \"taps:1,-2,3\", gain: auto",
        "name: b, from: 1, to: 0, kernel: \"taps:4\", gain: auto", "name: alone, from: 1, to: 1, kernel: \"taps:0.25\", gain: auto",
      ]
      let rig = try Rig(format: .s16, filters: filters)
      try rig.start()
      func gains() throws -> [Double] {
        try #require(try rig.status()["filters"] as? [[String: Any]]).map { try #require($0["gain"] as? Double) }
      }
      let shared = 20 * log10((1 - pow(10, -6.0 / 20)) / 10)
      #expect(zip(try gains(), [-6, shared, shared, 20 * log10(4.0)]).allSatisfy { abs($0 - $1) < 1e-9 })
      let path = rig.folder.file("k.txt")
      try "0.5\n-1.5\n".write(toFile: path, atomically: true, encoding: .utf8)
      #expect(try rig.control("load", "alone", path).status == 0)
      #expect(abs(try gains()[3] + 20 * log10(2.0)) < 1e-9)
      let worst = try #require(try rig.status()["worstCase"] as? [Double])
      #expect(worst.allSatisfy { abs($0) < 1e-9 } && !rig.log.contains("can clip"))
      #expect(rig.stop() == 0)
    }

    @Test("where nothing is left of 0 dB an automatic gain is a fault, with its line")
    func crowded() throws {
      let filters = ["name: full, from: 0, to: 0, kernel: dirac", "name: more, from: 1, to: 0, kernel: dirac, gain: auto"]
      let rig = try Rig(format: .s16, filters: filters)
      let checked = try run(convolved, ["--config", rig.folder.file("convolved.yaml"), "--check"], environment: rig.environment)
      #expect(checked.status == 65)
      #expect(checked.error.contains(":8: filters: more: `gain` is auto, but the other filters of output 0 leave nothing"), "\(checked)")
    }
  }
}
