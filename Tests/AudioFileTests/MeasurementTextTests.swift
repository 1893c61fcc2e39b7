import AudioFile
import Testing

/// Room EQ Wizard's text of an impulse response.
@Suite struct MeasurementTextTests {
  private func text(_ change: (String) -> String = { $0 }) -> [UInt8] {
    let lines = """
      * Impulse Response data saved by REW V5.40
      * IR is not normalised
      * Measurement: left // right
      1.0 // Peak value before normalisation
      1 // Peak index
      3 // Response length
      2.2675736961451248E-5 // Sample interval (seconds)
      0.0 // Start time (seconds)
      * Data start
      0.25
      1.0E0
      -5.0e-1

      """
    return Array(change(lines).utf8)
  }

  @Test("has the rate and the length of its header, with any line ends")
  func read() throws {
    for bytes in [text(), text { $0.replacing("\n", with: "\r\n") }, text { "\u{FEFF}" + $0 }] {
      let kernel = try Kernel(bytes: bytes, name: "rew.txt")
      #expect(kernel.channels == [[0.25, 1, -0.5]] && kernel.sampleRate == 44_100 && kernel.cautions.isEmpty)
      #expect(kernel.layout == "REW's text, 3 taps, 44100 Hz")
    }
    let normalised = try Kernel(bytes: text { $0.replacing("is not normalised", with: "is normalised") }, name: "rew.txt")
    #expect(normalised.cautions.first?.contains("normalised") == true)
  }

  @Test(
    "is refused where it contradicts its header",
    arguments: [
      ("3 // Response", "4 // Response", "says 4 taps, and 3 follow"), ("3 // Response length", "", "does not say how many"),
      ("2.2675736961451248E-5 // Sample", "0 // Sample", "sample interval"), ("2.2675736961451248E-5", "2.3E-5x", "sample interval"),
      ("* Data start", "* Data", "does not end with"), ("-5.0e-1", "left", "line 12"), ("2.2675736961451248E-5", "1.5", "sample interval"),
    ])
  func refused(old: String, new: String, part: String) {
    let error = #expect(throws: AudioFileError.self) { try Kernel(bytes: text { $0.replacing(old, with: new) }, name: "rew.txt") }
    #expect(error?.message.contains(part) == true, "\(String(describing: error))")
  }
}
