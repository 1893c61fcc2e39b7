import ControlAPI
import Foundation
import TestSupport
import Testing

@Suite("convolvectl that fails")
struct CommandFailureTests {
  @Test("ends with one line and the exit code for what went wrong")
  func failures() async throws {
    let served = try await Served()
    let folder = served.folder
    try Data([1]).write(to: URL(fileURLWithPath: folder.file("k")))
    let large = FileManager.default.createFile(atPath: folder.file("large"), contents: nil)
    try #require(large && truncate(folder.file("large"), maximumKernelBytes + 1) == 0)
    let at = ["--socket", served.path]
    let none = ["--socket", folder.file("none")]
    let cases: [([String], Int32, String)] = [
      (
        ["status"] + none, 69,
        "\(folder.file("none")): there is no such socket: start the daemon (convolved --config FILE), or say with --socket"
      ),
      (["load", "left", folder.file("k")] + none, 69, "\(folder.file("none")): there is no such socket"),
      (["status", "--socket", folder.file("k")], 69, "\(folder.file("k")): nobody listens at this socket"),
      (["status", "--socket", String(repeating: "s", count: 108)], 64, "has 108 bytes"),
      (["load", "left", folder.file("none")] + at, 66, "\(folder.file("none")): there is no such file: give a kernel file"),
      (["load", "left", "highpas:LR4@2000"] + at, 66, "there is no such file: kernels that are no files are taps:0.5,1,0.5, box:8"),
      (["load", "left", "0.5,1"] + at, 66, "0.5,1: there is no such file: taps are written taps:0.5,1"),
      (
        ["load", "left", folder.file("none")] + at, 66,
        "give a kernel file, or words: lowpass:LR4@2000, eq:FILE, taps:0.5,1, box:8, diff or dirac"
      ),
      (["load", "left", "eq:none.txt"] + at, 66, "none.txt: there is no such file: give a file for these words"),
      (
        ["load", "left", "eq:PK", "Fc", "9", "Hz"] + at, 64,
        "Fc: words with blanks are one, in quotes: convolvectl load left 'eq:PK Fc 9 Hz'"
      ),
      (["load", "left", folder.path] + at, 66, "\(folder.path): it is a folder: give a kernel file"),
      (["load", "left", folder.file("large")] + at, 65, "\(folder.file("large")): it is larger than 64 MiB, the most that can be sent"),
      (["load", "missing", folder.file("k")] + at, 65, "there is no filter missing"),
      (["load", "left", "/dev/null"] + at, 65, "the body is empty: it must be a kernel file"),
      (["load", "left", folder.file("k"), "--channel", "1024"] + at, 65, "`channel` is given once, as a whole number from 0 to 1023"),
      (["load", "left", folder.file("k"), "--channel=-1"] + at, 64, "--channel counts from 0"),
      (["load", "left"] + at, 64, "Missing expected argument"),
      (["load", "left", "-hall.wav"] + at, 66, "-hall.wav: there is no such file"),
      (["load", "left", "dirac", "--channel", "1"] + at, 64, "--channel is for files, and dirac is not one"),
      (["load", "left", "dirac", "--resample"] + at, 64, "--resample is for files of a rate"),
      (["set", "left", "kernel=none.wav"] + at, 66, "kernel=none.wav: there is no such file here"),
      (["set", "left", "kernel=/dev/null"] + at, 66, "kernel=/dev/null: it is not a regular file"),
      (["set", "left", "kernel=-"] + at, 64, "convolvectl load NAME - sends it"),
      (["setup", "--list", "--rate", "48000"], 64, "--list and --rate exclude each other"),
      (["volume", "loud"] + at, 64, "'loud' is invalid for '<dB>': write a number of dB, -120 to 0: see convolvectl volume --help"),
      (["volume", "-inf"] + at, 64, "-inf"), (["volume"] + at, 64, "Missing expected argument '<dB>': see convolvectl volume --help"),
      (["volume", "3"] + at, 65, "`volume` is 3.0, and must be from -120 to 0 dB: amplify by a filter's gain"),
      (["ceiling", "loud"] + at, 64, "write a number of dB, -120 to 0, or none: see convolvectl ceiling --help"),
      (["ceiling", "3"] + at, 65, "`ceiling` must be a number from -120 to 0 dB, or \"none\""),
      (["dither", "maybe"] + at, 64, "one of 'on', 'off', 'tpdf' or 'none': see convolvectl dither --help"),
      (["set", "left"] + at, 64, "left: nothing is to be changed"), (["set", "gain=3"] + at, 64, "gain=3: a filter's name comes first"),
      (["set", "a", "b", "gain=3"] + at, 64, "a: nothing is to be changed"), (["set", "a", "gain=x"] + at, 64, "gain=x: it must be"),
      (["set", "a", "delay=0.5"] + at, 64, "delay=0.5: it must be a whole number"), (["set", "a", "gian=3"] + at, 64, "the keys are"),
      (["set", "missing", "gain=3"] + at, 65, "there is no filter missing"), (["set", "a", "gain=61"] + at, 65, "a: `gain` must be"),
      (["check", folder.file("none")] + at, 66, "\(folder.file("none")): there is no such file: give a configuration"),
      (["reload"] + none, 69, "there is no such socket"),
      (["bypass", "maybe"] + at, 64, "one of 'on' and 'off': see convolvectl bypass --help"),
      (["bypass"] + at, 64, "Missing expected argument '<on | off>': see convolvectl bypass --help"),
      (["load", "left", "k", "--channel", "x"] + at, 64, "'--channel <number>': write a whole number: see convolvectl load --help"),
      (["verify", "--seconds", "x"] + at, 64, "write a number in decimal digits: see convolvectl verify --help"),
      (["compare", "a", "b", "--seed", "-1"] + at, 64, "write a whole number, 0 or more: see convolvectl compare --help"),
      (["preset", "a", "--trim", "x"] + at, 64, "write a number of dB, -120 to 0: see convolvectl preset --help"),
      (["status", "more"] + at, 64, "Unexpected argument 'more': see convolvectl status --help"),
      (["setup", "my room.yaml"], 64, "name a file with --config 'my room.yaml': see convolvectl setup --help"),
      (["web-token", "t"], 64, "name a file with --file t: see convolvectl web-token --help"),
      (["nonsense"] + at, 64, "nonsense: there is no such command: the commands are status, watch, load,"),
      (["--nonsense", "status"], 64, "nonsense"), (["status", "--nonsense"], 64, "nonsense"),
      (["status", "--instance", "a"] + at, 64, "--socket and --instance exclude each other"),
      (["--instance", "a", "status"] + at, 64, "--socket and --instance exclude each other"),
      (["status", "--instance", "../a"], 64, "--instance takes a name, not a path"),
    ]
    for (arguments, status, message) in cases {
      let result = try await program(Location.program("convolvectl"), arguments)
      #expect(result.status == status && result.output == "", "\(arguments): \(result)")
      #expect(result.error.hasPrefix("convolvectl: ") && result.error.contains(message), "\(arguments): \(result.error)")
      #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
    }
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }
}
