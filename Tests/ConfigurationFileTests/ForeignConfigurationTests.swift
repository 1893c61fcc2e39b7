import ConfigurationFile
import TestSupport
import Testing

@Suite("A configuration of another program")
struct ForeignConfigurationTests {
  @Test(
    "is told by its words, and points at the counterparts",
    arguments: [
      (
        "CamillaDSP", "# a comment\n---\ndevices:\n  samplerate: 48000\n  chunksize: 1024\nfilters:\n  l: { type: Conv }\npipeline: []\n", 3
      ),
      ("CamillaDSP", "devices:\n  samplerate: 44100\n  capture: { type: Alsa }\nmixers: {}\n", 1),
      ("BruteFIR", "float_bits: 64;\nsampling_rate: 44100;\nfilter_length: 1024,8;\ncoeff \"l\" {\n  filename: \"l.txt\";\n};\n", 1),
      ("Equalizer APO", "Preamp: -6 dB\nFilter 1: ON PK Fc 100 Hz Gain 2 dB Q 1\n", 1),
      ("Equalizer APO", "# REW\nChannel: L\n\nConvolution: room.wav\n", 4), ("Equalizer APO", "GraphicEQ: 25 0; 40 1\n", 1),
      ("jconvolver", "# reverb\n/cd /srv\n/convolver/new 1 2 256 80000\n/impulse/read 1 1 0.5 0 0 0 1 x.wav\n", 3),
      ("convolver", "48000 2 2 0\n0 0\n0 0\nleft.wav\n0\n0.0\n0.0\n", 1),
      ("PipeWire", "context.modules = [\n  { name = libpipewire-module-filter-chain }\n]\n", 1),
      ("EasyEffects", "{\n  \"output\": {\n    \"convolver#0\": { \"kernel-path\": \"x.irs\" }\n  }\n}\n", 3),
      ("ALSA", "pcm.!default {\n  type hw\n}\n", 1),
    ])
  func told(name: String, text: String, line: Int) throws {
    let error = try #require(throws: ConfigurationError.self) {
      _ = try ConfigurationText(yaml: text, folder: "", file: "x").configuration()
    }
    guard case .invalid(_, let faults) = error else { return #expect(Bool(false), "\(error)") }
    #expect(faults.count == 1 && faults[0].line == line, "\(faults)")
    #expect(faults[0].message.hasPrefix("this is a configuration of \(name), "), "\(faults)")
    let isImported = !["PipeWire", "EasyEffects", "ALSA"].contains(name)
    #expect(faults[0].message.contains(isImported ? "`convolvectl import x`" : "convolved.yaml(5)"), "\(faults)")
    #expect(faults[0].message.contains("docs/migration.md"))
  }

  @Test("Faults of convolved's own are its own")
  func own() throws {
    for (index, line) in ["rat: 48000", "devices: {}", "samplerate: 48000", "filter: []", "eq: |\n  Preamp: -3 dB\n  Filter 1: ON PK"]
      .enumerated()
    {
      let error = #expect(throws: ConfigurationError.self) {
        _ = try ConfigurationText(yaml: minimal + "\n" + line + "\n", folder: "").configuration()
      }
      #expect(error.map { !"\($0)".contains("this is a configuration of") } ?? false, "\(index): \(String(describing: error))")
    }
  }
}
