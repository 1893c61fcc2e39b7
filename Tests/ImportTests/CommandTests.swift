import AudioFile
import ConfigurationFile
import FilterKernels
import Filters
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

  private static let hall = limited.replacing(
    "Limiter, parameters: { clip_limit: -1", with: "Conv, parameters: { type: Wav, filename: hall.wav")

  @Test(
    "An output does not take the place of what is read, under whichever name",
    arguments: [
      ("a.yml -o a.yml", "a.yml is read"), ("a.yml -o ./a.yml", "./a.yml, which is a.yml, is read"), ("a.yml -o link.yaml", "is read"),
      ("a.yml -o hall.wav", "/hall.wav, is read"), ("a.yml -o hard.yaml", "/hall.wav, is read"),
      ("link.yaml -o a.yml", "a.yml, which is link.yaml, is read"), ("b.txt -o part.txt", "/part.txt, is read"),
      ("c.conf -o room.yaml", "room-kernels/hall-1-from1-2.wav, which is "), ("c.conf -o c.conf", "c.conf is read"),
    ])
  func overwriting(line: String, message: String) throws {
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1, 0.5, 0.25]], path: folder.file("hall.wav"))
    try write("a.yml", Self.hall)
    try write("b.txt", "Include: part.txt\nConvolution: hall.wav\n")
    try write("part.txt", "Preamp: -6 dB\n")
    try write("c.conf", "/convolver/new 1 1 256 1000\n/impulse/read 1 1 1 0 1 0 1 hall.wav\n")
    try write("room.yaml", "old")
    try FileManager.default.createSymbolicLink(atPath: folder.file("link.yaml"), withDestinationPath: "a.yml")
    try FileManager.default.linkItem(atPath: folder.file("hall.wav"), toPath: folder.file("hard.yaml"))
    try FileManager.default.createDirectory(atPath: folder.file("room-kernels"), withIntermediateDirectories: false)
    try FileManager.default.linkItem(atPath: folder.file("hall.wav"), toPath: folder.file("room-kernels/hall-1-from1-2.wav"))
    let (before, present) = (names, try names.filter { $0 != "room-kernels" }.map { try Data(contentsOf: url($0)) })
    let words = line.split(separator: " ").map(String.init)
    let refused = try convolvectl(words[0], words[1], words[2], "--force")
    #expect(refused.status == 64 && refused.error.contains(message), "\(refused)")
    #expect(refused.error.contains("would be replaced: nothing is written"), "\(refused)")
    #expect(names == before)
    #expect(try names.filter { $0 != "room-kernels" }.map { try Data(contentsOf: url($0)) } == present)
  }

  private func url(_ name: String) -> URL { URL(fileURLWithPath: folder.file(name)) }

  @Test("--force replaces kernels and configuration, or nothing of them")
  func whole() throws {
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1, 0.5, 0.25]], path: folder.file("a.wav"))
    let lines = (1...4).map { "/impulse/read 1 \($0) 1 0 \($0 % 2 + 1) 1 1 a.wav\n/impulse/read 1 \($0) 1 7 \($0 % 2) 1 1 a.wav\n" }
    try write("a.conf", "/convolver/new 1 4 256 1000\n" + lines.joined())
    #expect(try convolvectl("a.conf", "-o", "room.yaml").status == 0)
    let kernels = try FileManager.default.contentsOfDirectory(atPath: folder.file("room-kernels")).sorted()
    try #require(kernels.count > 2)
    let present = try kernels.map { try Data(contentsOf: url("room-kernels/" + $0)) }
    let text = try Data(contentsOf: url("room.yaml"))
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[0.1, 0.2, 0.3]], path: folder.file("a.wav"))
    for (index, blocked) in kernels.enumerated() {
      try FileManager.default.removeItem(at: url("room-kernels/" + blocked))
      try FileManager.default.createDirectory(at: url("room-kernels/" + blocked), withIntermediateDirectories: false)
      let refused = try convolvectl("a.conf", "-o", "room.yaml", "--force")
      #expect(refused.status == 73 && refused.error.contains("\(blocked) is no file, and would be replaced"), "\(refused)")
      try FileManager.default.removeItem(at: url("room-kernels/" + blocked))
      try present[index].write(to: url("room-kernels/" + blocked))
      #expect(try kernels.map { try Data(contentsOf: url("room-kernels/" + $0)) } == present)
      #expect(try Data(contentsOf: url("room.yaml")) == text && names == ["a.conf", "a.wav", "room-kernels", "room.yaml"])
    }
    // The configuration comes last.
    try FileManager.default.removeItem(at: url("room.yaml"))
    try FileManager.default.createDirectory(at: url("room.yaml"), withIntermediateDirectories: false)
    #expect(try convolvectl("a.conf", "-o", "room.yaml", "--force").status == 73)
    #expect(try kernels.map { try Data(contentsOf: url("room-kernels/" + $0)) } == present)
    try FileManager.default.removeItem(at: url("room.yaml"))
    #expect(try convolvectl("a.conf", "-o", "room.yaml", "--force").status == 0)
    #expect(try kernels.map { try Data(contentsOf: url("room-kernels/" + $0)) } != present)
    #expect(names == ["a.conf", "a.wav", "room-kernels", "room.yaml"])
  }

  @Test("A signal leaves nothing behind", .timeLimit(.minutes(1)), arguments: ["TERM", "INT", "HUP"])
  func ended(signal: String) throws {
    let taps = (0..<1 << 20).map { 1e-6 * Double($0 % 7) }
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([taps], path: folder.file("a.wav"))
    let lines = (1...12).map { "/impulse/read 1 \($0) 1 0 \($0) 0 1 a.wav\n" }
    try write("a.conf", "/convolver/new 1 12 256 1048576\n" + lines.joined())
    // A shell has its children in the background ignore SIGINT.
    let script = """
      import os, signal, subprocess, sys, time
      os.chdir(sys.argv[1])
      signal.signal(signal.SIGINT, signal.default_int_handler)
      child = subprocess.Popen([sys.argv[2], 'import', 'a.conf', '-o', 'room.yaml'])
      while child.poll() is None and not any(name.startswith('.convolved-import') for name in os.listdir()): time.sleep(0.001)
      child.send_signal(getattr(signal, 'SIG' + sys.argv[3]))
      print(child.wait() == -getattr(signal, 'SIG' + sys.argv[3]), sorted(os.listdir()))
      """
    let ended = try run(Location.python, ["-c", script, folder.path, Location.program("convolvectl"), signal])
    #expect(ended.output == "True ['a.conf', 'a.wav']\n", "\(ended)")
  }

  @Test(
    "A kernel of any name is read as the file that it is, or refused by its name",
    arguments: [
      "a{rate}.wav", "{rate}.wav", "-", "dirac", "box:8", "eq:a.wav", "f64:a.wav", "minimum:a.wav", "a # b: {c}.wav", " a.wav ", "~",
      "a\u{2028}b.wav", "a\u{FEFF}.wav", "a\u{2029}.wav", "'\"\\.wav", "PK Fc 100 Hz Gain 3 dB Q 1.wav",
    ])
  func kernelNames(name: String) throws {
    // Backslashes are Windows' slashes.
    let name = name.replacing("\\", with: "")
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1, 0.5, 0.25]], path: folder.file("kernel.wav"))
    try FileManager.default.moveItem(atPath: folder.file("kernel.wav"), toPath: folder.file(name))
    for decoy in ["a48000.wav", "48000.wav", "a.wav"] where decoy != name {
      try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1]], path: folder.file(decoy))
    }
    let escaped = name.unicodeScalars.map { scalar in
      scalar == "\"" ? "\\\"" : scalar.isASCII ? String(scalar) : String(format: "\\u%04x", scalar.value)
    }
    try write("a.yml", Self.hall.replacing("hall.wav", with: "\"\(escaped.joined())\""))
    try write("a.conf", "/convolver/new 1 1 256 1000\n/impulse/read 1 1 1 0 0 0 1 \"\(name)\"\n")
    try write("a.txt", "Convolution: \(name)\n")
    // Lines end at some, and blanks around them do not count.
    let fitsLine = name.first != " " && !name.contains(where: \.isNewline)
    for source in ["a.yml"] + (fitsLine ? ["a.conf", "a.txt"] : []) {
      let written = try convolvectl(source, "-o", "{rate}.yaml", "--force")
      if name.contains("{rate}") {
        #expect(written.status == 65 && written.error.contains("stands for the rate here: rename the file"), "\(written)")
        continue
      }
      #expect(written.status == 0, "\(source): \(written)")
      let text = try ConfigurationText(path: folder.file("{rate}.yaml"))
      #expect(try RatedFilters(text).filters(at: 48_000).filters[0].response.taps == [1, 0.5, 0.25], "\(source)")
    }
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

  @Test("What is no file is told as what it is", .timeLimit(.minutes(1)))
  func special() throws {
    try write("a.yml", Self.limited)
    mkfifo(folder.file("fifo"), 0o600)
    let program = Location.program("convolvectl")
    for (line, text) in [
      ("import fifo", "fifo: it is a pipe, and not a regular file: save what comes from it to a file"),
      ("import <(cat a.yml)", ": it is a pipe, and not a regular file: save what comes from it to a file"),
      ("import /dev/zero", "/dev/zero: it is a device, and not a regular file"), ("import .", ".: it is a folder: name a file"),
      ("import - < a.yml", "- is standard input, and a configuration names kernels beside its file: save it to one"),
    ] {
      let refused = try run("/bin/bash", ["-c", "cd '\(folder.path)' && '\(program)' \(line)"])
      #expect([64, 65].contains(refused.status) && refused.error.contains(text), "\(line): \(refused)")
      #expect(refused.error.split(separator: "\n").count == 1 && names == ["a.yml", "fifo"], "\(refused)")
    }
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
