import AudioFile
import Foundation
import NPY
import TestSupport
import Testing

@Suite("convolve design, and words wherever a kernel is named")
struct DesignTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func design(_ words: String, _ options: String) throws -> Completed {
    let options = options.split(separator: " ").map { $0.contains(".") ? folder.file(String($0)) : String($0) }
    return try convolve(["design", words] + options)
  }

  private func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  @Test("Kernels are SciPy's")
  func scipy() throws {
    for (words, options) in [
      ("lowpass:BW4@2000", "-o butterworth.npy"), ("highpass:LR4@80 Hz", "-o crossover.npy"), ("lowpass:BE3@1 kHz", "-o bessel.npy"),
      ("lowpass:sinc@2000/101", "-o sinc.npy"), ("lowpass:BW4@2000", "--phase linear -o linear.npy"),
    ] {
      let made = try design(words, options + " --rate 48000")
      #expect(made.status == 0 && made.error.isEmpty, "\(made)")
    }
    let completed = try run(Location.python, [Location.package + "/Tests/Reference/designed.py", folder.path])
    let differences = completed.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(differences.count == 5, "\(completed)")
    for difference in differences {
      #expect(try #require(Double(difference[1])) < (difference[0] == "linear" ? 1e-5 : 1e-9), "\(difference)")
    }
  }

  @Test("Several faults of a text have a line each, wherever it is named")
  func faults() throws {
    try "PK Fc 100 Hz Gain 1 dB Q 1\nPK Fc 100 Hz\nnonsense\n".write(toFile: folder.file("bad.txt"), atomically: true, encoding: .utf8)
    let name = folder.file("bad.txt")
    for arguments in [["inspect", "eq:\(name)"], ["design", "minimum:eq:\(name)", "-o", folder.file("y.wav"), "--rate", "48000"]] {
      let refused = try convolve(arguments)
      let lines = refused.error.split(separator: "\n")
      #expect(refused.status == 65 && lines.count == 2, "\(refused)")
      for (line, number) in zip(lines, [2, 3]) { #expect(line.hasPrefix("convolve: \(name): line \(number): "), "\(refused)") }
    }
  }

  @Test("A file for each rate, with what it is: length, gain and delay")
  func rates() throws {
    let made = try design("eq:Preamp: -3 dB; PK Fc 1000 Hz Gain 6 dB Q 1", "--rate 44100 96000 -o k-{rate}.wav --plot k.svg")
    #expect(made.status == 0 && made.error.isEmpty, "\(made)")
    for rate in [44_100, 96_000] {
      let kernel = try Kernel(path: folder.file("k-\(rate).wav"))
      #expect(kernel.sampleRate == rate && kernel.layout.hasPrefix("WAV, 64-bit float, 1 channel, "))
      #expect(
        made.output.contains("k-\(rate).wav: made at \(rate) Hz: \(kernel.channels[0].count) taps\n"), "\(made)")
      #expect(made.output.contains("\n  end     where less than -180 dB of the largest gain are left; cut off: at most -180"), "\(made)")
    }
    #expect(
      made.output.contains("  gain    +") && made.output.contains("  delay   time 0 at tap 0 (0.000 ms), "),
      "\(made)")
    #expect(contents(folder.file("k.svg")).starts(with: Array("<svg".utf8)))
    // The same taps by words and by the file.
    let sound = folder.file("in.wav")
    try AudioWriter(encoding: .s16, sampleRate: 44_100).write([[0.5, -0.25, 0.125, 0]], path: sound)
    for (kernel, output) in [("eq:Preamp: -3 dB; PK Fc 1000 Hz Gain 6 dB Q 1", "a.wav"), (folder.file("k-44100.wav"), "b.wav")] {
      let completed = try convolve([sound, kernel, "-o", folder.file(output), "--format", "double"])
      #expect(completed.status == 0, "\(completed)")
    }
    #expect(contents(folder.file("a.wav")) == contents(folder.file("b.wav")))
  }

  @Test("Phase and taps are options, of files too; a format that clips writes nothing")
  func options() throws {
    #expect(try design("lowpass:LR4@200", "--rate 48000 --taps 100 -o a.npy").output.contains("with the most taps that it may have"))
    #expect(try design("lowpass:LR4@200", "--rate 48000 --phase linear --taps 101 -o b.npy").output.contains("101 taps, time 0 at tap 50"))
    let minimum = try design(folder.file("b.npy"), "--phase minimum -o c.wav --rate 48000 --format s24")
    #expect(minimum.status == 0, "\(minimum)")
    let kernel = try Kernel(path: folder.file("c.wav"))
    #expect(kernel.sampleRate == 48_000 && kernel.layout.contains("24-bit PCM"))
    let clipped = try design("eq:Preamp: 6 dB", "--rate 48000 --format s16 -o d.wav")
    #expect(
      clipped.status == 65 && clipped.error.contains("1 tap is beyond what s16 holds") && clipped.error.contains("6.1 dB"), "\(clipped)")
    #expect(clipped.error.contains("give --format float; of an equaliser, a Preamp that is lower by 6.1 dB"), "\(clipped)")
    #expect(try design("eq:Preamp: 6 dB", "--rate 48000 -o d.flac").error.contains("write a .wav in place of .flac"))
    #expect(!FileManager.default.fileExists(atPath: folder.file("d.wav")))
    let piped = try run(
      "/bin/sh", ["-c", "'\(Location.program("convolve"))' design lowpass:BW1@12000 --rate 48000 -o - > '\(folder.file("e.wav"))'"])
    #expect(try piped.output.isEmpty && Kernel(path: folder.file("e.wav")).channels[0].count >= 2, "\(piped)")
  }

  @Test(
    "Faults of words end with one line and the right code",
    arguments: [
      ("lowpass:LR4@2000 -o o.wav", 64, "give --rate 48000"), ("lowpass:LR9@20 -o o.wav --rate 48000", 64, "BW1 to BW8"),
      ("lowpass:LR4@20 -o o.wav --rate 1 2", 64, "let it hold {rate}"), ("lowpass:LR4@20 -o o-{rate}.wav", 64, "give the rate"),
      ("lowpass:LR4@20 -o o-{rate}.wav --rate 44100,48000", 64, "separate rates by a space, as in --rate 44100 48000"),
      ("lowpass:LR4@20 -o o.wav --rate 0", 64, "give a rate in Hz"), ("lowpass:LR4@20 dirac -o o.wav --rate 48000", 64, "two kernels"),
      ("lowpass:LR4@20 -o o.wav --rate 48000 --taps 0", 64, "1 to 1048576"),
      ("lowpass:sinc@200 -o o.wav --rate 48000 --taps 9", 64, "has its own"),
      ("lowpass:LR4@20 -o o.xyz --rate 48000", 64, "does not say what to write"), ("taps:1,2 -o o.wav", 64, "nobody says a rate"),
      ("eq:none.txt -o o.wav --rate 48000", 66, "there is no such file"), ("highpass:BW2@30000 -o o.wav --rate 48000", 65, "24000 Hz"),
      ("eq:bad.txt -o o.wav --rate 48000", 65, "bad.txt: line 2: "), ("eq:bad.txt -o bad.txt --rate 48000", 64, "would be overwritten"),
      ("--rate 48000 -o o.wav", 64, "no kernel is named"),
      ("eq:eq.svg -o o.wav --rate 48000 --plot eq.svg", 64, "eq.svg is read, and would be overwritten: choose another --plot"),
      ("lowpass:LR4@20 -o o.wav --rate 48000 --plot o-{rate}.svg", 64, "leave {rate} out"),
      ("lowpass:LR4@20 -o missing/o.wav --rate 48000", 73, "its folder does not exist"),
    ])
  func faults(line: String, status: Int32, message: String) throws {
    _ = try write("Preamp: -3 dB\nPK Fc 100 Hz Gain 1 dB Q 0\n", to: "bad.txt")
    _ = try write("Preamp: -3 dB\n", to: "eq.svg")
    let command = "cd '\(folder.path)' && exec '\(Location.program("convolve"))' design \(line)"
    let completed = try run("/bin/sh", ["-c", command])
    #expect(completed.status == status && completed.error.contains(message), "\(line): \(completed)")
    #expect(completed.error.split(separator: "\n").count == 1 && completed.output.isEmpty, "\(completed)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("o.wav")))
  }

  @Test("inspect makes words at a rate, and find looks for them at the recording's")
  func others() throws {
    let path = try write("Filter 1: ON PK Fc 1000 Hz Gain 6 dB Q 1\n", to: "eq.txt")
    let inspected = try convolve(["inspect", "eq:\(path)", "--no-charts", "--rate", "96000"])
    #expect(inspected.output.contains("made at 96000 Hz: ") && inspected.output.contains(" dB of a sine, at "), "\(inspected)")
    #expect(try convolve(["inspect", "lowpass:LR4@2000", "--no-charts"]).output.contains("made at 48000 Hz: "))
    #expect(try convolve(["inspect", "dirac", "--rate", "96000"]).status == 64)
    let drawing = try write("Preamp: -3 dB\n", to: "eq.svg")
    #expect(try convolve(["inspect", "dirac", "eq:\(drawing)", "--plot", folder.path + "/./eq.svg"]).status == 64)
    #expect(try String(contentsOfFile: drawing, encoding: .utf8) == "Preamp: -3 dB\n")
    let sound = folder.file("in.wav")
    try AudioWriter(encoding: .double, sampleRate: 44_100).write([[0, 0, 0.5, 0.5, 0, 0, 0, 0]], path: sound)
    let found = try convolve(["find", sound, "lowpass:BW1@11025"])
    #expect(found.status == 0 && found.output.contains("2"), "\(found)")
    let array = try write("", to: "x.npy")
    try Data(NumPyArray([1.0, 2]).npy()).write(to: URL(fileURLWithPath: array))
    let refused = try convolve([array, "lowpass:BW1@2000", "-o", folder.file("y.npy")])
    #expect(refused.status == 65 && refused.error.contains("nobody says one here"), "\(refused)")
    #expect(try convolve([array, "minimum:taps:0,1", "-o", folder.file("y.npy")]).status == 0)
    for (arguments, message) in [
      ([sound, "lowpass:LR4@2000", "-o", "o.wav", "--kernel-format", "f64"], "--kernel-format is for files"),
      ([sound, "lowpass:LR4@2000", "-o", "o.wav", "--resample"], "--resample is for files of a rate"),
      (["-", "eq:-", "-o", "o.wav"], "standard input can be only one"),
    ] {
      let completed = try convolve(arguments)
      #expect(completed.status == 64 && completed.error.contains(message), "\(completed)")
    }
  }
}
