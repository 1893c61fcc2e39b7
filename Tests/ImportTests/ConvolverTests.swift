import AudioFile
import Import
import TestSupport
import Testing

/// Convolver's configurations, zips of them, and HeSuVi's WAV.
@Suite struct ConvolverTests {
  @Test("Zips become configurations whose rate follows the source, or of one rate")
  func archives() throws {
    let folder = try ScratchFolder()
    try Reference.run("archives.py", [folder.path])
    for (rate, factor) in [(44_100, 1.0), (96_000, 2.0)] {
      let rendering = try Rendering(folder.file("two.zip"), in: folder, rate: rate)
      #expect(rendering.yaml.contains("rate: auto") && rendering.configuration.losses.isEmpty)
      let responses = rendering.responses
      #expect(responses[[0, 0]] == [0.5 * factor, 0.25] && responses.count == 2)
      #expect(distance(responses[[1, 1]] ?? [], [0.0625 * factor, 0.25]) < 1e-9)
      let single = try Rendering(folder.file("two.zip"), in: ScratchFolder(), .init(rate: rate))
      #expect(single.yaml.contains("rate: \(rate)") && single.responses[[0, 0]] == [0.5 * factor, 0.25])
      #expect(
        try Rendering(folder.file("delays.zip"), in: ScratchFolder(), .init(rate: rate)).responses[[0, 0]]?.firstIndex { $0 != 0 } == rate
          / 1000)
    }
    let waves = try Rendering(folder.file("waves.zip"), in: ScratchFolder(), rate: 48_000)
    #expect(waves.responses == [[0, 0]: [1], [1, 1]: [0.75]])
    let one = try Rendering(folder.file("one.zip"), in: ScratchFolder())
    #expect(one.responses[[0, 0]] == Array(repeating: 0, count: 48) + [1])
    for (name, part) in [("delays", "other frames at each rate"), ("missing", "\"L.wav\""), ("wrong", "44100 Hz")] {
      let losses = try ImportedConfiguration(path: folder.file("\(name).zip")).losses
      #expect(losses.first?.message.contains(part) == true, "\(name): \(losses)")
    }
    for (name, part) in [
      ("differ", "its paths are others"), ("twice", "44100 Hz"), ("several", "several files of 44100 Hz"), ("none", "neither"),
      ("leaves", "leaves its folder"), ("windows", "leaves its folder"), ("drive", "leaves its folder"), ("bomb", "times its size"),
      ("many", "entries"), ("cut", "no zip that can be read"), ("damaged", "no zip that can be read"),
      ("locked", "no zip that can be read"),
    ] {
      let error = #expect(throws: AudioFileError.self, "\(name)") { try ImportedConfiguration(path: folder.file("\(name).zip")) }
      #expect(error?.message.contains(part) == true && error?.cause == .badData, "\(name): \(String(describing: error))")
    }
  }

  @Test(
    "Weights, and what is none",
    arguments: [
      ("48000 1 1 0\na.wav\n0\n0.0\n0\n", nil), ("48000 1 1 3\n0\n1\na.wav\n0\n-0.5\n-0.0\n", nil),
      ("48000 1 1 0\n0\n0\na.wav\n1\n0.0\n0.0\n", "it has 1, from 0"), ("48000 1 1 0\n0\na.wav\n0\n0\n0\n", "1 output follow"),
      ("48000 1 1 0\n0\n0\na.wav\n0\n1.0\n0.0\n", "inputs are 0 to 0"), ("48000 1 1 0\n0\n0\na.wav\n0\n0.x\n0.0\n", "inputs are 0 to 0"),
      ("48000 1 1 0\n0\n0\na.wav\n0\n0.0\n", "the outputs of"), ("48000 1 1 0\n0\n0\na.wav\nb\n0.0\n0.0\n", "its channel follows"),
      ("48000 1 1 0\n0\n0\n", "there is no path"), ("44100 1 1 0\n0\n0\na.wav\n0\n0.0\n0.0\n", "44100 Hz"),
      ("48000 70 1 0\n0\n", "70 inputs"),
    ] as [(String, String?)])
  func text(_ text: String, part: String?) throws {
    let folder = try folder(["a.cfg": text])
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1, 0.5]], path: folder.file("a.wav"))
    guard let part else {
      let delay = text.contains("-0.5") ? 48 : 0
      let response = try Rendering(folder.file("a.cfg"), in: folder).responses[[0, 0]] ?? []
      let factor = text.contains("-0.5") ? 0.5 : 1
      #expect(distance(response, Array(repeating: 0, count: delay) + [factor, 0.5 * factor]) < 1e-9)
      return
    }
    let error = #expect(throws: AudioFileError.self) { try ImportedConfiguration(path: folder.file("a.cfg")) }
    #expect(error?.message.contains(part) == true && error?.message.contains("a.cfg:") == true, "\(String(describing: error))")
  }

  @Test("HeSuVi's channels go from their loudspeakers to their ears")
  func hesuvi() throws {
    let folder = try ScratchFolder()
    try AudioWriter(encoding: .double, sampleRate: 48_000).write((0..<14).map { [Double($0 + 1)] }, path: folder.file("h.wav"))
    let responses = try Rendering(folder.file("h.wav"), in: folder).responses
    // FL-L FL-R SL-L SL-R RL-L RL-R FC-L FR-R FR-L SR-R SR-L RR-R RR-L FC-R, from 1; inputs FL FR RL RR FC LFE SL SR.
    let left = [1.0, 9, 5, 13, 7, 7, 3, 11]
    let right = [2.0, 8, 6, 12, 14, 14, 4, 10]
    for input in 0..<8 { #expect(responses[[input, 0]] == [left[input]] && responses[[input, 1]] == [right[input]]) }
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1], [2]], path: folder.file("two.wav"))
    let error = #expect(throws: AudioFileError.self) { try ImportedConfiguration(path: folder.file("two.wav")) }
    #expect(error?.message.contains("14 channels, and it has 2") == true)
  }
}
