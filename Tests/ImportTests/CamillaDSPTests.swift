import AudioFile
import Import
import TestSupport
import Testing

@Suite struct CamillaDSPTests {
  private static func text(filters: String = "", pipeline: String, extra: String = "") -> String {
    """
    devices:
      samplerate: 48000
      capture: { type: Alsa, channels: 2, device: hw:A, format: S16_LE }
      playback: { type: Alsa, channels: 2, device: hw:B, format: S24LE3 }
    filters:
      one: { type: Gain, parameters: { gain: -1 } }
    \(filters)
    pipeline:
      - { type: Filter, channels: [0, 1], names: [one] }
    \(pipeline)
    \(extra)
    """
  }

  @Test(
    "What has no equal is named with its line, and the rest goes on",
    arguments: [
      ("  x: { type: Limiter, parameters: { clip_limit: -2 } }", "limiter", -2.0), ("  x: { type: Clipper, parameters: {} }", "limiter", 0),
      ("  x: { type: Loudness, parameters: { reference_level: -20 } }", "loudness", nil), ("  x: { type: Reverb }", "\"Reverb\"", nil),
      ("  x: { type: Volume, parameters: { fader: Aux1 } }", "Aux1", nil),
      ("  x: { type: Biquad, parameters: { type: Odd } }", "\"Odd\"", nil),
      ("  x: { type: Biquad, parameters: { type: Peaking, freq: 24000, q: 1, gain: 1 } }", "below half", nil),
      ("  x: { type: Biquad, parameters: { type: Peaking, freq: 1000, gain: 1 } }", "`q` is missing", nil),
      ("  x: { type: Biquad, parameters: { type: Peaking, freq: 1k, gain: 1, q: 1 } }", "\"1k\"", nil),
      ("  x: { type: Conv, parameters: { type: Wav, filename: none.wav } }", "no such file", nil),
      ("  x: { type: Conv, parameters: { type: Raw, filename: $channels$.raw, format: S32LE } }", "$channels$", nil),
      ("  x: { type: Conv, parameters: { type: Raw, filename: a.raw, format: S64BE } }", "no such file", nil),
      ("  x: { type: DiffEq, parameters: { a: [1, 2, 3, 4], b: [1] } }", "order 3", nil),
      ("  x: { type: Delay, parameters: { delay: -1 } }", "positive", nil),
      ("  x: { type: Gain, parameters: { gain: loud } }", "\"loud\"", nil),
      ("  x: { type: Delay, parameters: { delay: 1, unit: weeks } }", "weeks", nil),
      ("  x: { type: BiquadCombo, parameters: { type: LinkwitzRileyLowpass, freq: 100, order: 3 } }", "even", nil),
      ("  x: { type: BiquadCombo, parameters: { type: GraphicEqualizer } }", "gains", nil),
    ] as [(String, String, Double?)])
  func losses(filter: String, part: String, ceiling: Double?) throws {
    let folder = try folder(["a.yml": Self.text(filters: filter, pipeline: "  - { type: Filter, channels: [1], names: [x] }")])
    let rendering = try Rendering(folder.file("a.yml"), in: folder)
    let losses = rendering.configuration.losses
    #expect(losses.count == 1 && losses[0].line == 7 && losses[0].message.contains(part), "\(losses)")
    #expect(rendering.yaml.contains("# Missing, since it has no equal here:\n#   \(folder.file("a.yml")):7: "))
    #expect(rendering.yaml.contains("ceiling: ") == (ceiling != nil), "\(rendering.yaml)")
    #expect(rendering.filters.configuration.output.ceiling == ceiling)
    // Nothing goes through a filter that cannot be had: it may have kept the bass from a tweeter.
    let isShaping = ["Conv", "Biquad", "DiffEq"].contains { filter.contains("type: \($0)") }
    #expect(rendering.responses[[0, 0]] != nil && (rendering.responses[[1, 1]] == nil) == isShaping, "\(rendering.yaml)")
    #expect(rendering.filters.configuration.capture.format == .s16 && rendering.filters.configuration.playback.format == .s24packed)
  }

  @Test(
    "Steps of the pipeline that cannot be",
    arguments: [
      ("  - { type: Filter, channels: [2], names: [one] }", 10, "there are 2"), ("  - { type: Filter, names: [none] }", 10, "nowhere"),
      ("  - { type: Processor, name: c }", 11, "Compressor"), ("  - { type: Magic }", 10, "\"Magic\""),
    ])
  func steps(step: String, line: Int, part: String) throws {
    let extra = "processors: { c: { type: Compressor, parameters: { threshold: -20 } } }"
    let folder = try folder(["a.yml": Self.text(pipeline: step, extra: extra)])
    let losses = try ImportedConfiguration(path: folder.file("a.yml")).losses
    #expect(losses.count == 1 && losses[0].line == line && losses[0].message.contains(part), "\(losses)")
  }

  @Test(
    "Faults after which nothing can be read",
    arguments: [
      (text(pipeline: "  - { type: Mixer, name: m }"), "nowhere"),
      (text(pipeline: "  - { type: Mixer, name: m }", extra: "mixers: { m: { channels: { in: 2, out: 3 } } }"), "playback has 2"),
      (text(pipeline: "  - { type: Mixer, name: m }", extra: "mixers: { m: { channels: { in: 3, out: 2 } } }"), "3 inputs"),
      (text(pipeline: "  - { type: Mixer, name: m }", extra: "mixers: { m: { channels: { out: 2 }, mapping: [{ dest: 2 }] } }"), "`dest`"),
      ("devices:\n  - samplerate: 48000\npipelines: []\nmixers: {}\nprocessors: {}\n", "groups of devices"),
      ("devices:\n  samplerate: x\npipeline: []\n", "samplerate"), ("devices:\n  a: &x 1\n  b: *x\npipeline: []\n", "not supported"),
      ("devices:\n\tsamplerate: 1\npipeline: []\n", "tab"),
    ])
  func faults(text: String, part: String) throws {
    let folder = try folder(["a.yml": text])
    let error = #expect(throws: AudioFileError.self) { try ImportedConfiguration(path: folder.file("a.yml")) }
    #expect(error?.message.contains(part) == true && error?.message.contains("a.yml:") == true, "\(String(describing: error))")
  }

  @Test("Names may hold the rate, and a filter without parameters does nothing")
  func names() throws {
    let filters = "  half48000: { type: Gain, parameters: { gain: 0.5, scale: linear } }\n  none: { type: Conv }"
    let folder = try folder(["a.yml": Self.text(filters: filters, pipeline: "  - { type: Filter, names: [half$samplerate$, none] }")])
    let rendering = try Rendering(folder.file("a.yml"), in: folder)
    #expect(rendering.configuration.losses.isEmpty && distance(rendering.responses[[0, 0]] ?? [], [0.44562546907]) < 1e-9)
  }

  @Test("Two channels of files one after the other get files of their own, and many taps too")
  func channels() throws {
    let values = (0..<80).map { "\($0 % 7 - 3)" }.joined(separator: ", ")
    let filters = """
        a: { type: Conv, parameters: { type: Wav, filename: two.wav, channel: 0 } }
        b: { type: Conv, parameters: { type: Wav, filename: two.wav, channel: 1 } }
        c: { type: Conv, parameters: { type: Values, values: [\(values)] } }
      """
    let folder = try folder(["a.yml": Self.text(filters: filters, pipeline: "  - { type: Filter, channels: [1], names: [a, b, c] }")])
    try AudioWriter(encoding: .double, sampleRate: 48_000).write([[1, 2], [3, 4]], path: folder.file("two.wav"))
    let rendering = try Rendering(folder.file("a.yml"), in: folder)
    #expect(rendering.configuration.losses.isEmpty && rendering.configuration.made.map(\.name).sorted() == ["c.wav", "two-channel1.wav"])
    let gain = 0.8912509381337456
    let response = rendering.responses[[1, 1]] ?? []
    // (1, 2) * (3, 4) is 3, 10, 8; the first of the taps are -3, -2.
    #expect(response.count == 82 && abs(response[0] + 9 * gain) < 1e-9 && abs(response[1] + 36 * gain) < 1e-9, "\(response.prefix(3))")
    #expect(rendering.responses[[0, 0]].map { abs($0[0] - gain) < 1e-9 } == true)
  }
}
