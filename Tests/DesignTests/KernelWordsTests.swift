import Design
import TestSupport
import Testing

@Suite struct KernelWordsTests {
  @Test("Words are told from files")
  func told() throws {
    for words in [
      "eq:a.txt", "eq:PK Fc 1 Hz", "graphic:a", "response:a", "lowpass:LR4@2000", "minimum:taps:1", "linear/63:a.wav",
      "linear-above@300:a.wav",
    ] {
      #expect(KernelWords.areWords(words))
    }
    for file in ["room.wav", "./eq:a", "taps:1,2", "box:3", "dirac", "C:\\eq:a.txt", "eq/a:b.wav", "linear", "lowpass", "Eq:a", "eq@3:x"] {
      #expect(!KernelWords.areWords(file), "\(file)")
      #expect(try KernelWords(file) == .taps(file))
    }
    for file in ["PK.txt", "Filter Settings.txt", "./PK Fc"] {
      #expect(try KernelWords("eq:\(file)") == .equaliserFile(file))
    }
    #expect(try KernelWords("minimum/64:invert:a.wav") == .phased(.minimum, taps: 64, .inverted(.taps("a.wav"))))
    #expect(try KernelWords("linear-below@1.5k:a.wav") == .phased(.linearBelow(1_500), taps: nil, .taps("a.wav")))
    #expect(try KernelWords("lowpass:LR4@2 kHz") == KernelWords("lowpass:lr4@2000Hz"))
    let files = try KernelWords("invert:minimum:response:a.frd").files
    #expect(files.taps.isEmpty && files.texts == ["a.frd"])
  }

  @Test(
    "Words without a meaning are refused with what to write",
    arguments: [
      ("eq:", "FILE"), ("response:", "FILE"), ("minimum:", "name a file"), ("lowpass:", "LR4@2000"), ("lowpass:LR4", "LR4@2000"),
      ("lowpass:XX@20", "BW1 to BW8"), ("lowpass:LR4@x", "no frequency"), ("lowpass:LR4@-5", "one frequency"), ("lowpass:LR4@0", "above 0"),
      ("lowpass:LR4@2000/64", "only a sinc"), ("lowpass:sinc@2000/x", "whole number"), ("bandpass:BW4@300", "two frequencies"),
      ("bandpass:BW4@3000-300", "lower frequency first"), ("lowpass:LR4@2000 m", "nothing is expected"), ("linear/0:a.wav", "1 to 1048576"),
      ("linear-above:a.wav", "the frequency is missing"), ("eq/64:a.txt", "only minimum and linear"),
      ("eq:PK Fc 1000 Hz Q 0 Gain 1 dB", "Q is above 0"),
      ("eq:PK Fc 1 Hz; PK Fc 2 Hz", "line 2"), (String(repeating: "invert:", count: 20) + "a.wav", "nested"),
    ])
  func refused(words: String, part: String) {
    #expect(message { try KernelWords(words) }?.contains(part) == true, "\(message { try KernelWords(words) } ?? "it was taken")")
  }

  @Test("Kernels are made for each rate, every channel alike")
  func kernels() throws {
    let files = ["a.txt": "PK Fc 100 Hz Gain 6 dB Q 1\nLP Fc 30 kHz", "b.txt": "PK Fc 100 Hz Gain 6 dB Q 0", "c.frd": "20 0\n20000 -6"]
    let source = WordSource(
      quotes: false,
      text: { name throws(DesignError) in
        guard let text = files[name] else { throw DesignError("\(name): there is no such file") }
        return Array(text.utf8)
      }, taps: { _ in [[1, 0.5, 0.25], [0, 0, 1]] })
    func made(_ words: String, rate: Double = 48_000) throws -> [DesignedKernel] {
      try KernelWords(words).kernels(rate: rate, from: source)
    }

    let kernel = try made("eq:a.txt")[0]
    #expect(kernel.notes.count == 1 && kernel.notes[0].hasPrefix("a.txt: line 2: the filter does nothing"), "\(kernel.notes)")
    #expect(try made("eq:a.txt", rate: 96_000)[0].notes.isEmpty)
    #expect(try made("eq:PK Fc 100 Hz Gain 6 dB Q 1")[0].taps == kernel.taps && made("invert:eq:a.txt")[0].taps == kernel.taps.map { -$0 })
    #expect(try made("minimum:eq:a.txt")[0].taps.count == kernel.taps.count)
    #expect(try made("response:c.frd") == made("minimum:response:c.frd"))
    #expect(try made("lowpass:sinc@2000/101")[0].delayFrames == 50 && made("lowpass:LR4@30 kHz")[0].taps == [1])

    var asked: [[Int]] = []
    var narrow = source
    narrow.checkRoom = { channels, taps, made throws(DesignError) in
      asked.append([channels, taps, made])
      if made > 0 { throw DesignError("no room") }
    }
    #expect(message { try KernelWords("minimum:room.wav").kernels(rate: 48_000, from: narrow) } == "no room")
    #expect(asked == [[2, 0, 0], [2, 3, 1]])

    let linear = try made("linear/9:room.wav")
    #expect(linear.count == 2 && linear[0].taps.count == linear[1].taps.count && linear[0].delayFrames == linear[1].delayFrames)
    // The second channel is a delayed impulse: |H| is 1.
    #expect(abs(linear[1].taps[linear[1].delayFrames] - 1) < 1e-9)

    #expect(message { try made("eq:b.txt") } == "b.txt: line 1: Q is above 0 and at most 1000000: write Q 0.7 for a broad filter")
    #expect(message { try made("eq:none.txt") } == "none.txt: there is no such file")
    #expect(message { try made("highpass:BW2@30k") }?.contains("24000 Hz") == true)
    for rate in [0, -1, .nan, .infinity, 1e12] { #expect(throws: DesignError.self) { try made("lowpass:LR4@20", rate: rate) } }
  }
}
