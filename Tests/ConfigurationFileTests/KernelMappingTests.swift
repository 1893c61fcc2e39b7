import ConfigurationFile
import TestSupport
import Testing

/// Kernels that are words, in one text or as a mapping.
@Suite struct KernelMappingTests {
  private func configuration(_ kernel: String) throws -> Configuration {
    let yaml = minimal.replacing("to: 1, kernel: a.wav }", with: "to: 1, kernel: \(kernel) }")
    return try ConfigurationText(yaml: yaml, folder: "/k").configuration()
  }

  @Test(
    "A mapping says what words say, and the file is looked for beside the configuration",
    arguments: [
      ("{ eq: a.txt }", "eq:/k/a.txt"), ("{ eq: a b.txt, phase: linear }", "linear:eq:/k/a b.txt"),
      ("{ eq: a.txt, phase: minimum, taps: 4096 }", "minimum/4096:eq:/k/a.txt"),
      ("{ eq: /srv/a.txt, invert: true }", "invert:eq:/srv/a.txt"),
      ("{ eq: PK Fc 100 Hz Gain 3 dB Q 1; LP Fc 1 kHz }", "eq:PK Fc 100 Hz Gain 3 dB Q 1; LP Fc 1 kHz"),
      ("{ eq: [PK Fc 100 Hz Gain 3 dB Q 1, LP Fc 1 kHz] }", "eq:PK Fc 100 Hz Gain 3 dB Q 1; LP Fc 1 kHz"),
      ("{ graphic: g.txt }", "graphic:/k/g.txt"),
      ("{ response: \"target-{rate}.frd\", phase: minimum }", "minimum:response:/k/target-48000.frd"),
      ("{ lowpass: LR4, at: 2000 }", "lowpass:LR4@2000"), ("{ highpass: BW3, at: 80 Hz, phase: linear }", "linear:highpass:BW3@80 Hz"),
      ("{ bandpass: BW4, at: [300, 3000] }", "bandpass:BW4@300-3000"),
      ("{ lowpass: sinc, at: 2000, taps: 4095 }", "lowpass:sinc@2000/4095"),
      ("{ file: left.dbl, format: f64, skip: 0, rate: 48000 }", "f64@48000:/k/left.dbl"),
      ("{ file: left.raw, format: s24in32, skip: 44, take: 65536 }", "s24in32+44/65536:/k/left.raw"),
      ("{ file: room.wav, phase: minimum }", "minimum:/k/room.wav"), ("{ file: room.wav }", "/k/room.wav"),
      ("{ file: room.wav, phase: linear-above@300 }", "linear-above@300:/k/room.wav"),
      ("eq:a.txt", "eq:/k/a.txt"), ("\"minimum:room-{rate}.wav\"", "minimum:/k/room-48000.wav"),
      ("\"lowpass:LR4@2 kHz\"", "lowpass:LR4@2 kHz"),
      ("f32:left.raw", "f32:/k/left.raw"), ("minimum:box:3", "minimum:box:3"), ("./eq:a.txt", "/k/./eq:a.txt"),
    ])
  func words(kernel: String, text: String) throws {
    let filter = try configuration(kernel).filters[0]
    #expect(filter.kernels == [text] && filter.kernelLine == 5)
    #expect(filter.ratedKernels == (kernel.contains("{rate}") ? [text] : []))
  }

  @Test("Lines of filters stand in the configuration itself, with comments, and several kernels are a list")
  func block() throws {
    let yaml = """
      rate: auto
      capture: { device: hw:0 }
      playback: { device: hw:1 }
      filters:
        - name: left
          from: 0
          to: 1
          kernels:
            - eq: |
                # the room
                Preamp: -3 dB
                PK Fc 100 Hz Gain -3 dB Q 1  # a mode
            - room-{rate}.wav
            - { lowpass: LR4, at: 2 kHz }
      """
    let filter = try ConfigurationText(yaml: yaml, folder: "/k").configuration(sourceRate: 96_000).filters[0]
    let lines = try #require(filter.kernels.first)
    #expect(
      lines.split(separator: "; ").map { $0.trimmingPrefix("eq:") }.map { $0.split(separator: " ").joined(separator: " ") }
        == ["Preamp: -3 dB", "PK Fc 100 Hz Gain -3 dB Q 1"])
    #expect(filter.kernels.dropFirst() == ["/k/room-96000.wav", "lowpass:LR4@2 kHz"] && filter.kernelLine == 9)
  }

  @Test(
    "A fault names its key and what to do",
    arguments: [
      ("{ }", "none of file, eq,"), ("{ eq: a.txt, lowpass: LR4, at: 20 }", "only one of"), ("{ lowpass: LR4 }", "`at` is missing"),
      ("{ lowpass: LR9, at: 20 }", "BW1 to BW8"), ("{ eq: a.txt, phas: linear }", "did you mean `phase`?"),
      ("{ eq: a.txt, phase: lineal }", "did you mean linear?"), ("{ eq: a.txt, taps: 64 }", "`taps` is for phase: minimum or linear"),
      ("{ eq: a.txt, phase: linear, taps: 0 }", "a whole number from 1 to 1048576"), ("{ eq: PK Fc 20 Hz Gain 1 dB Q 0 }", "Q is above 0"),
      ("{ file: a.raw, skip: 44 }", "give `format` too"), ("{ file: a.raw, format: f65 }", "did you mean f6"),
      ("{ file: eq:a.txt }", "words stand alone"), ("{ eq: a.txt, at: 20 }", "`at` is for lowpass, highpass and bandpass"),
      ("{ eq: a.txt, format: f64 }", "`format` is for taps without a header"),
      ("{ file: a.raw, format: f64, skip: -1 }", "a whole number from 0"),
      ("{ bandpass: BW4, at: 300 }", "two frequencies"), ("\"eq:\"", "a file's name is missing"), ("lowpass:LR4", "LR4@2000"),
      ("f64@x:a.raw", "not a rate"), ("[eq:a.txt]", "`kernel` is a list"),
    ])
  func faults(kernel: String, part: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try configuration(kernel) }
    guard case .invalid(_, let faults)? = error else { return }
    #expect(faults.contains { $0.message.contains(part) && $0.line == 5 }, "\(faults.map(\.message))")
  }

  @Test("Words of a change by the API start from the configuration's folder too")
  func changes() {
    let text = ConfigurationText(yaml: minimal, folder: "/k")
    #expect(
      text.kernel("eq:a-{rate}.txt", rate: 96_000) == "eq:/k/a-96000.txt" && text.kernel("lowpass:LR4@20", rate: 1) == "lowpass:LR4@20")
    #expect(text.kernel("f64:a.dbl", rate: 1) == "f64:/k/a.dbl" && text.kernel("a.wav", rate: 1) == "/k/a.wav")
  }
}
