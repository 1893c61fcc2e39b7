import AudioFile
import Design
import TestSupport
import Testing
import WordKernels

@Suite struct KernelNameTests {
  @Test("Files, taps without a header, specifications and words are told apart")
  func told() throws {
    #expect(try KernelName("room.wav") == .file("room.wav") && KernelName("./eq:a.txt") == .file("./eq:a.txt"))
    #expect(try KernelName("f64+8:left.dbl") == .raw(RawKernelFile(path: "left.dbl", format: .f64, skip: 8)))
    #expect(try KernelName("box:3") == .specification("box:3"))
    for words in ["eq:a.txt", "lowpass:LR4@2000", "minimum:box:3", "linear/63:f64:left.dbl"] {
      guard case .words = try KernelName(words) else {
        Issue.record("\(words)")
        continue
      }
      #expect(!KernelName.isFile(words))
    }
    #expect(["room.wav", "-", "a/eq:b"].allSatisfy(KernelName.isFile) && !["dirac", "s16:a", "eq:a"].contains(where: KernelName.isFile))
  }

  @Test("A text of any type of filter, where taps are wanted, is told which word it needs", arguments: EqualiserText.lineTypes.sorted())
  func advised(type: String) throws {
    for line in ["\(type.uppercased()) Fc 1000 Hz Gain 3 dB Q 1", "Filter 1: ON \(type) Fc 1000 Hz", "on \(type) fc 1000 hz q 1"] {
      let error = #expect(throws: AudioFileError.self) { try Kernel(bytes: Array("# notes\n\(line)\n".utf8), name: "a.txt") }
      #expect(error?.message.contains("eq:FILE") == true, "\(line): \(error?.message ?? "")")
    }
  }

  @Test("The file gets another name, and nothing else does")
  func renamed() throws {
    let expected = [
      "a.wav": "/k/a.wav", "eq:a.txt": "eq:/k/a.txt", "minimum/64:response:a.frd": "minimum/64:response:/k/a.frd",
      "invert:f32@44100+4/9:a.raw": "invert:f32@44100+4/9:/k/a.raw", "f64:a:b": "f64:/k/a:b",
      "linear-above@300:a.wav": "linear-above@300:/k/a.wav",
    ]
    for (text, other) in expected { #expect(KernelName.renamed(text) { "/k/" + $0 } == other) }
    for text in [
      "dirac", "taps:1,2", "minimum:box:3", "lowpass:LR4@2000", "eq:PK Fc 1000 Hz Gain 3 dB Q 1", "graphic:GraphicEQ: 20 -1",
      "eq:Preamp: -3 dB",
    ] {
      #expect(KernelName.renamed(text) { "/k/" + $0 } == text)
    }
    let deep = String(repeating: "invert:", count: 100_000) + "a.wav"
    #expect(KernelName.renamed(deep) { "/k/" + $0 } == deep)
    #expect(throws: AudioFileError.self) { try KernelName(deep) }
    #expect(try KernelName("minimum:f64:a.dbl").files == ["a.dbl"] && KernelName("eq:a.txt").files == ["a.txt"])
    #expect(try KernelName("minimum:dirac").files.isEmpty && KernelName("lowpass:BW1@20").files.isEmpty)
    #expect(KernelName.isPlain("room.txt") && !KernelName.isPlain("PK Fc") && !KernelName.isPlain("eq:a"))
  }

  @Test("Any text is told or refused")
  func random() {
    let parts = [
      "eq:", "graphic:", "response:", "lowpass:", "bandpass:", "minimum:", "linear/9:", "linear-above@", "invert:", "f64", "s24in32", "@",
      "+", "/",
      ":", ";", "-", ".", ",", " ", "LR4", "sinc", "2000", "1e9", "PK", "Fc", "Hz", "Gain", "Q", "GraphicEQ:", "taps:", "box:", "\u{0}",
      "\u{301}", "a",
    ]
    var random = SeededGenerator(seed: 71)
    for _ in 0..<4_000 {
      let text = (0..<Int.random(in: 0...9, using: &random)).map { _ in parts.randomElement(using: &random)! }.joined()
      let files = (try? KernelName(text))?.files ?? []
      #expect(files.allSatisfy { text.hasSuffix($0) }, "\(text): \(files)")
      #expect(KernelName.renamed(text) { $0 } == text)
    }
  }

  @Test("What depends on the rate, and what may have one of its own")
  func rates() throws {
    for text in ["eq:a.txt", "lowpass:sinc@2000", "invert:response:a", "linear-below@200:a.wav"] {
      #expect(try KernelName(text).dependsOnRate)
    }
    for text in ["a.wav", "dirac", "minimum:a.wav", "linear/99:taps:1,2"] { #expect(try !KernelName(text).dependsOnRate) }
    for text in ["a.wav", "f64:a", "minimum:a.wav"] { #expect(try KernelName(text).mayHaveRate) }
    for text in ["dirac", "eq:a.txt", "minimum:dirac"] { #expect(try !KernelName(text).mayHaveRate) }
  }

  @Test(
    "Words without a meaning are faults of whoever wrote them",
    arguments: [
      ("eq:", "a file's name is missing"), ("lowpass:LR3@20", "BW1 to BW8"), ("minimum:box:0", "box:8"), ("linear:f64@x:a", "not a rate"),
      ("eq:PK Fc 1000 Hz Gain 3 dB", "Q"), ("eq:PK Fc 1000 Hz Gain 3 dB Q 0", "Q is above 0"), ("highpass:BW2@", "no frequency"),
      ("eq:PK Fc 1000 Hz Gain 1,000 dB Q 1; PK Fc 100.000 Hz Gain 1 dB Q 1", "100.000"),
    ])
  func refused(text: String, part: String) {
    let error = #expect(throws: AudioFileError.self) { try KernelName(text) }
    #expect(error?.cause == .specification && error?.message.contains(part) == true, "\(String(describing: error))")
  }
}
