import AudioFile
import Import
import TestSupport
import Testing

@Suite struct EqualizerAPOTests {
  @Test(
    "What has no equal is named with its line",
    arguments: [
      ("LoudnessCorrection: State 1 ReferenceLevel 75", "volume"), ("VSTPlugin: Library x.dll", "another program's code"),
      ("Eval: x = 1", "eval"), ("Preamp: `x` dB", "expression"), ("If: x == 1\nPreamp: -60 dB\nEndIf:", "If:"),
      ("Device: Speakers\nPreamp: -60 dB\nDevice: all", "Device:"), ("Stage: capture\nPreamp: -60 dB", "capture"),
      ("Filter: ON PK Fc 100 Hz Gain 3 dB", "PK needs Q"), ("Filter: ON IIR Order 3 Coefficients 1 0 0 0 1 0 0 0", "order 1 or 2"),
      ("Filter: ON PK Fc 100.000 Hz Gain 3 dB Q 1", "separators"), ("Filter: ON Peak 100", "\"peak\""), ("GraphicEQ: 20", "a point is"),
      ("Convolution: none.wav", "no such file"), ("Delay: 10", "no delay"), ("Delay: -1 ms", "no delay"), ("Copy: L=L*R", "times"),
      ("Copy: L=L+0.5", "constant"), ("Copy: L=X", "\"X\""), ("Copy: L", "no assignment"), ("Channel: X\nPreamp: -3 dB", "\"X\""),
      ("Include: none.txt", "no such file"), ("Include: a.txt", "includes itself"), ("Preamp: loud", "number"),
      ("Filter: ON PK Fc 100 Hz Gain 3 dB Q 1; Preamp: 3 dB", "semicolon"),
    ])
  func losses(lines: String, part: String) throws {
    let folder = try folder(["a.txt": "Preamp: -6 dB\n\n\(lines)\n"])
    let rendering = try Rendering(folder.file("a.txt"), in: folder)
    let losses = rendering.configuration.losses
    #expect(losses.count == 1 && losses[0].line >= 3 && losses[0].message.contains(part), "\(losses)")
    #expect(rendering.responses[[1, 1]].map { abs($0[0] - 0.5011872336272722) < 1e-9 } == true, "\(rendering.yaml)")
  }

  @Test("Copy swaps, sums what is alike, silences, and counts channels")
  func copy() throws {
    func responses(_ text: String) throws -> [[Int]: [Double]] {
      let folder = try folder(["a.txt": text])
      let rendering = try Rendering(folder.file("a.txt"), in: folder)
      #expect(rendering.configuration.losses.isEmpty, "\(rendering.configuration.losses)")
      return rendering.responses
    }
    #expect(try responses("Copy: L=R R=L\n") == [[1, 0]: [1], [0, 1]: [1]])
    #expect(try responses("Copy: L = 0.5*L + L*0.5  R=0.0\nPreamp: 0 dB\n") == [[0, 0]: [1]])
    #expect(try responses("Copy: A=L B=L\nCopy: L=A+-1*B+R\n") == [[1, 0]: [1], [1, 1]: [1]])
    #expect(try responses("Copy: SL=L\n").count == 7)
    #expect(try responses("Channel: 2\nDelay: 2 samples\n") == [[0, 0]: [1], [1, 1]: [0, 0, 1]])
    #expect(try responses("Channel: L\nDelay: 1 samples\n") == [[0, 0]: [0, 1], [1, 1]: [1]])
  }

  @Test("Room EQ Wizard's notes before its filters are no commands")
  func notes() throws {
    let text = "Filter Settings file\n\nRoom EQ V5.31\nDated: 01.02.2026\n\nNotes:\nEqualiser: Generic\n"
    let folder = try folder(["a.txt": text + "Filter  1: ON  PK       Fc   63.00 Hz   Gain  -4.50 dB  Q  4.00\nFilter  2: ON  None\n"])
    let rendering = try Rendering(folder.file("a.txt"), in: folder)
    #expect(
      rendering.configuration.losses.isEmpty && rendering.yaml.contains("{ eq: \"PK Fc 63.00 Hz Gain -4.50 dB Q 4.00\" }"),
      "\(rendering.yaml)")
  }

  @Test("Includes are bounded, and texts of Windows are read")
  func includes() throws {
    var files = ["a.txt": "Preamp: -1 dB\nInclude: 0.txt\n"]
    for index in 0..<40 { files["\(index).txt"] = "Include: \(index + 1).txt\n" }
    let folder = try folder(files)
    let losses = try ImportedConfiguration(path: folder.file("a.txt")).losses
    #expect(losses.count == 1 && losses[0].message.contains("include each other") && losses[0].file == "14.txt", "\(losses)")
  }

  @Test("All that is included is counted each time, and ends with one sentence", .timeLimit(.minutes(1)))
  func bombs() throws {
    func fault(_ files: [String: String]) throws -> String {
      let folder = try folder(files)
      do { _ = try ImportedConfiguration(path: folder.file("a.txt")) } catch { return "\(error)" }
      return ""
    }
    // 8^11 readings of 1 KB.
    var files = ["a.txt": "Preamp: -6 dB\nInclude: 0.txt\n", "11.txt": "# nothing\n"]
    for index in 0..<11 { files["\(index).txt"] = String(repeating: "Include: \(index + 1).txt\n", count: 8) }
    #expect(try fault(files).contains("more than 1000 Includes"))
    let missing = "Preamp: -6 dB\n" + String(repeating: "Include: none.txt\n", count: 1_001)
    #expect(try fault(["a.txt": missing]).contains("more than 1000 Includes"))
    let twice = ["a.txt": "Preamp: -6 dB\nInclude: b.txt\nInclude: b.txt\n", "b.txt": String(repeating: "# a line\n", count: 10_001)]
    #expect(try fault(twice).contains("more than 20000 lines"))
    let long = "# " + String(repeating: "x", count: 60_000) + "\n"
    let large = ["a.txt": "Preamp: -6 dB\nInclude: b.txt\nInclude: b.txt\n", "b.txt": String(repeating: long, count: 40)]
    #expect(try fault(large).contains("more than 4 MiB"))
    // A thousand are read.
    let many = "Preamp: -6 dB\nDelay: 1 samples\n" + String(repeating: "Include: b.txt\n", count: 1_000)
    #expect(try fault(["a.txt": many, "b.txt": "Preamp: -0.001 dB\n"]) == "")
  }
}
