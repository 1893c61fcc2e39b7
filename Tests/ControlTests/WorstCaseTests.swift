import ControlAPI
import Foundation
import TestSupport
import Testing

@Suite("convolvectl, of outputs that can clip")
struct WorstCaseTests {
  @Test("load and set warn where what changed can clip, and name the gain that avoids it")
  func worstCase() async throws {
    let balance = ", and as much less on all others keeps the balance"
    for (worst, others, warning) in [
      (
        [0, 6.02], 0,
        "warning: output 1 amplifies by up to 6.1 dB, and can clip: convolvectl set left gain=-9.1 --socket S avoids it\(balance)"
      ),
      ([0, 6.02], 1, "warning: output 1 amplifies by up to 6.1 dB, and can clip: 6.1 dB less on its filters' gain avoids it\(balance)"),
      ([12, 0.01], 0, nil), ([12, nil], 0, nil), ([], 0, nil),
    ] as [([Double?], Int, String?)] {
      let served = try await Served {
        var status = Status.sample
        status.worstCase = worst
        var other = status.filters[0]
        other.name = "right"
        status.filters += Array(repeating: other, count: others)
        return status
      }
      try Data("0.5\n".utf8).write(to: URL(fileURLWithPath: served.folder.file("k.txt")))
      for arguments in [
        ["load", "left", served.folder.file("k.txt")], ["load", "left", "taps:0.5,1"], ["set", "left", "gain=-3"],
      ] {
        let done = try await program(Location.program("convolvectl"), arguments + ["--socket", served.path])
        #expect(
          done.status == 0
            && done.error == (warning.map { "convolvectl: \($0.replacing("--socket S", with: "--socket \(served.path)"))\n" } ?? ""),
          "\(done)")
      }
      await served.server.stop()
    }
  }
}
