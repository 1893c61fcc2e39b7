import Foundation
import PCM
import TestSupport
import Testing

extension LiveTests {
  @Suite("Signal width", .ownThread)
  struct SignalWidth {
    struct Case: Sendable, CustomTestStringConvertible {
      var format: SampleFormat
      var tapBits: Int
      var top = ""
      var testDescription: String { "\(format.rawValue), taps of \(tapBits) bits\(top.isEmpty ? "" : ", ")\(top)" }
    }

    static let cases = [SampleFormat.s24packed, .s32].flatMap { format in [16, 17].map { Case(format: format, tapBits: $0) } }

    /// Plays a programme of `live_width.py` through 65,536 taps, and compares it with the file that convolve writes.
    ///
    /// - Returns: what the script prints, and of status: the first output's exactness, and the late blocks of workers.
    private func compare(_ command: String, _ trial: Case) throws -> (lines: [String], exact: [String: Any], late: Int) {
      let hasWorkers = trial.top.contains("workers")
      let rig = try Rig(
        block: 256, format: trial.format, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: kernel.npy" },
        top: trial.top, speed: hasWorkers ? 1 : 4)
      let (script, format) = (Location.package + "/Tests/Reference/live_width.py", trial.format.rawValue)
      let made = try run(Location.python, [script, command, rig.folder.path, format, "\(trial.tapBits)"])
      try #require(made.status == 0, "\(made.error)")
      let file = rig.folder.file("programme.wav")
      let written = try run(
        Location.program("convolve"), [file, rig.folder.file("kernel.npy"), "-o", rig.folder.file("expected.wav"), "--strict"])
      try #require(written.status == 0, "\(written.error)")
      try rig.start()
      // The clock waits for the audio thread, not for its workers: it is to stand while the machine does.
      let standstills = hasWorkers ? try Standstills(clock: rig.clockFile) : nil
      defer { withExtendedLifetime(standstills) {} }
      let frames = try Data(contentsOf: URL(fileURLWithPath: rig.folder.file("programme.raw")))
      let recording = try rig.playUndisturbed(frames)
      let status = try rig.status()
      let latency = try #require((status["latency"] as? [String: Any])?["measuredFrames"] as? Int)
      let exact = (status["exact"] as? [[String: Any]])?.first ?? [:]
      #expect(rig.stop() == 0)
      let compared = try run(
        Location.python,
        [script, "compare", rig.folder.path, format, "\(recording.playedAt + latency)", "\(exact["signalBits"] as? Int ?? 16)"])
      try #require(compared.status == 0, "\(compared.error)")
      let late = try #require((status["load"] as? [String: Any])?["late"] as? Int)
      return (compared.output.split(separator: "\n").map(String.init), exact, late)
    }

    @Test(
      "a programme of 16 bits is exact in a wider format", arguments: cases + [Case(format: .s24packed, tapBits: 17, top: "workers: 1")])
    func narrow(_ trial: Case) throws {
      var compared = try compare("make", trial)
      // A worker that did not get a processor in time leaves taps out, and status counts it.
      for _ in 0..<2 where compared.late > 0 { compared = try compare("make", trial) }
      #expect(compared.lines == ["narrow: 0 of 432000 differ, by 0", "wide: 0 of 0 differ, by 0"], "\(compared)")
    }

    @Test("one that turns wider is exact but where the kernel hears that, and there within the bound", arguments: cases)
    func turn(_ trial: Case) throws {
      let (lines, exact, _) = try compare("turn", trial)
      let bits = try #require(exact["signalBits"] as? Int)
      #expect(16..<trial.format.bits! ~= bits, "\(exact)")
      // 501 samples and 65,535 more that hear the last of them, in two channels.
      #expect(lines.first == "narrow: 0 of 299928 differ, by 0", "\(lines), \(exact)")
      let wide = try #require(lines.last)
      #expect(wide.contains("of 132072 differ") && (wide.hasSuffix("by 0") || wide.hasSuffix("by 1")), "\(wide)")
    }
  }
}
