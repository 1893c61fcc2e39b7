import AudioFile
import Foundation
import TestSupport
import Testing

/// `convolvectl import`.
@Suite struct CommandTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name))) }

  private func convolvectl(_ arguments: String...) throws -> Completed {
    let program = Location.program("convolvectl")
    return try run("/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", folder.path, program, "import"] + arguments)
  }

  private func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder.file(name)) }

  private var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted() }

  private static let limited = """
    devices:
      samplerate: 48000
      capture: { type: Alsa, channels: 1, device: hw:A }
      playback: { type: Alsa, channels: 1, device: hw:B }
    filters:
      limit: { type: Limiter, parameters: { clip_limit: -1 } }
    pipeline:
      - { type: Filter, channels: [0], names: [limit] }
    """

  @Test("What has no equal ends with 65, named with its line, and nothing is written; --partial writes the rest")
  func partial() throws {
    try write("a.yml", Self.limited)
    let refused = try convolvectl("a.yml")
    #expect(refused.status == 65 && refused.error.hasPrefix("convolvectl: a.yml:6: filter \"limit\": a limiter"), "\(refused)")
    #expect(refused.error.contains("--partial") && names == ["a.yml"])
    let written = try convolvectl("a.yml", "--partial", "-o", "b.yaml")
    #expect(written.status == 0 && written.output.contains("left out: a.yml:6: "), "\(written)")
    let text = try String(contentsOfFile: folder.file("b.yaml"), encoding: .utf8)
    #expect(text.contains("#   a.yml:6: filter") && text.contains("output: { ceiling: -1 }") && names == ["a.yml", "b.yaml"])
    let again = try convolvectl("a.yml", "--partial", "-o", "b.yaml")
    #expect(again.status == 73 && again.error.contains("--force"))
    #expect(try convolvectl("a.yml", "--partial", "-o", "b.yaml", "--force").status == 0)
    let printed = try convolvectl("a.yml", "--partial", "-o", "-")
    #expect(printed.status == 0 && printed.output.contains("rate: 48000\n") && printed.output.hasPrefix("# Made by"))
    let checked = try run(Location.program("convolved"), ["--check", "--config", folder.file("b.yaml")])
    #expect(checked.status == 0, "\(checked.error)")
  }

  @Test("Where nothing that filters remains, --partial writes nothing either")
  func nothingLeft() throws {
    try write("a.txt", "Device: Speakers\nPreamp: -6 dB\nFilter 1: ON PK Fc 100 Hz Gain 6 dB Q 1\n")
    for options in [[], ["--partial"], ["--partial", "-o", "-"]] {
      let program = Location.program("convolvectl")
      let refused = try run("/bin/sh", ["-c", "cd \"$0\" && exec \"$@\"", folder.path, program, "import", "a.txt"] + options)
      #expect(refused.status == 65 && refused.output.isEmpty && refused.error.contains("a.txt:1: Device:"), "\(refused)")
      #expect(refused.error.contains("nothing of it remains") && !refused.error.contains("--partial") && names == ["a.txt"], "\(refused)")
    }
    try write("a.txt", "Preamp: -6 dB\nDevice: Speakers\nFilter 1: ON PK Fc 100 Hz Gain 6 dB Q 1\n")
    #expect(try convolvectl("a.txt", "--partial").status == 0)
  }

  @Test("Kernels that have to be written lie in a folder beside the configuration")
  func kernels() throws {
    try AudioWriter(encoding: .double, sampleRate: 44_100).write([[1, 0.5, 0.25]], path: folder.file("a.wav"))
    try write("a.conf", "/convolver/new 1 1 256 1000\n/impulse/read 1 1 1 0 1 0 1 a.wav\n")
    #expect(try convolvectl("a.conf", "-o", "-").status == 64)
    let written = try convolvectl("a.conf", "-o", "room.yaml", "--capture", "hw:X", "--playback", "hw:Y")
    #expect(written.status == 0 && written.output.contains("with kernels in room-kernels"), "\(written)")
    #expect(names == ["a.conf", "a.wav", "room-kernels", "room.yaml"])
    let kernel = try Kernel(path: folder.file("room-kernels/a-1-from1-2.wav"))
    #expect(kernel.channels == [[0.5, 0.25]] && kernel.sampleRate == 44_100)
    let text = try String(contentsOfFile: folder.file("room.yaml"), encoding: .utf8)
    #expect(
      text.contains("device: \"hw:X\"") && text.contains("device: \"hw:Y\"") && text.contains("kernel: \"room-kernels/a-1-from1-2.wav\""))
    #expect(try convolvectl("a.conf", "-o", "room.yaml").status == 73)
    #expect(try convolvectl("a.conf", "-o", "none/room.yaml").status == 73)
  }

  @Test("A result that would not pass is not written, and its fault has the line of the source")
  func unsound() throws {
    // Never at rest: which only shows when its kernel is made.
    try write(
      "a.yml",
      Self.limited.replacing(
        "{ type: Limiter, parameters: { clip_limit: -1 } }",
        with: "{ type: Biquad, parameters: { type: Free, b0: 1, b1: 0, b2: 0, a1: 0, a2: 1 } }"))
    let refused = try convolvectl("a.yml")
    #expect(refused.status == 65 && refused.error.contains("a.yml:") && refused.error.contains("unit circle"), "\(refused)")
    try write(
      "b.yml",
      Self.limited.replacing("-1 } }", with: "-1 } }\n  hall: { type: Conv, parameters: { type: Wav, filename: hall.wav } }")
        .replacing("[limit]", with: "[hall]"))
    try AudioWriter(encoding: .double, sampleRate: 44_100).write([[1]], path: folder.file("hall.wav"))
    let other = try convolvectl("b.yml")
    #expect(other.status == 65 && other.error.contains("b.yml:7: ") && other.error.contains("44100"), "\(other)")
    #expect(other.error.contains("resample the file, or change the rate of b.yml") && !other.error.contains("resample: true"), "\(other)")
    #expect(names == ["a.yml", "b.yml", "hall.wav"])
  }

  @Test(
    "What is no configuration of another program",
    arguments: [
      ("rate: 48000\ncapture: { device: a }\nplayback: { device: b }\n", 65, "no configuration of"),
      ("context.modules = [\n", 65, "PipeWire"),
      ("", 65, "no configuration of"), ("hello\n", 65, "no configuration of"),
    ])
  func others(text: String, status: Int32, part: String) throws {
    try write("a.txt", text)
    let refused = try convolvectl("a.txt")
    #expect(refused.status == status && refused.error.contains(part), "\(refused)")
    #expect(try convolvectl("none.txt").status == 66)
    #expect(try convolvectl("a.txt", "--rate", "5").status == 64)
  }

  @Test("Mutated configurations are read or refused, and never end the program")
  func mutations() throws {
    try Reference.run("imported.py", [folder.path])
    var random = SeededGenerator(seed: 91)
    for name in ["camilla.yml", "brute.conf", "jconvolver.conf", "apo/config.txt", "room.cfg"] {
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
      for _ in 0..<60 {
        let mutated = Mutation.mutated(bytes, using: &random)
        try Data(mutated).write(to: URL(fileURLWithPath: folder.file("mutated")))
        Mutation.read(folder.file("mutated"))
      }
    }
  }
}
