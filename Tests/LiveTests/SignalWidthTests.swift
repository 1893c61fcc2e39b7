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
    /// - Parameter whilePlaying: what status said of the first output.
    private func compare(_ command: String, _ trial: Case) throws -> (lines: [String], exact: [String: Any]) {
      let rig = try Rig(
        block: 256, format: trial.format, filters: [0, 1].map { "name: f\($0), from: \($0), to: \($0), kernel: kernel.npy" },
        top: trial.top, speed: 4)
      let (script, format) = (Location.package + "/Tests/Reference/live_width.py", trial.format.rawValue)
      let made = try run(Location.python, [script, command, rig.folder.path, format, "\(trial.tapBits)"])
      try #require(made.status == 0, "\(made.error)")
      let file = rig.folder.file("programme.wav")
      let written = try run(
        Location.program("convolve"), [file, rig.folder.file("kernel.npy"), "-o", rig.folder.file("expected.wav"), "--strict"])
      try #require(written.status == 0, "\(written.error)")
      try rig.start()
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
      return (compared.output.split(separator: "\n").map(String.init), exact)
    }

    @Test(
      "a programme of 16 bits is exact in a wider format", arguments: cases + [Case(format: .s24packed, tapBits: 17, top: "workers: 1")])
    func narrow(_ trial: Case) throws {
      #expect(try compare("make", trial).lines == ["narrow: 0 of 432000 differ, by 0", "wide: 0 of 0 differ, by 0"])
    }

    @Test("one that turns wider is exact but where the kernel hears that, and there within the bound", arguments: cases)
    func turn(_ trial: Case) throws {
      let (lines, exact) = try compare("turn", trial)
      let bits = try #require(exact["signalBits"] as? Int)
      #expect(16..<trial.format.bits! ~= bits, "\(exact)")
      // 501 samples and 65,535 more that hear the last of them, in two channels.
      #expect(lines.first == "narrow: 0 of 299928 differ, by 0", "\(lines), \(exact)")
      let wide = try #require(lines.last)
      #expect(wide.contains("of 132072 differ") && (wide.hasSuffix("by 0") || wide.hasSuffix("by 1")), "\(wide)")
    }
  }
}
