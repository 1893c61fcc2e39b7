import Design
import TestSupport
import Testing

@Suite("A text of filters")
struct EqualiserTextTests {
  /// Each pair has the same meaning.
  @Test(
    "is read however its numbers and units are written",
    arguments: [
      ("Filter 1: ON PK Fc 1050 Hz Gain -3.5 dB Q 1.41", "PK Fc 1,050 Hz Gain -3,5 dB Q 1,41"),
      ("PK Fc 1050 Hz Gain -3.5 dB Q 1.41", "Filter: ON PK Fc 1.050 Hz Gain -3.5 dB Q 1.41"),
      ("PK Fc 105 Hz Gain 3 dB Q 1", "filter 12: on pk fc 105,0hz gain +3,0db q 1,0"),
      ("PK Fc 1050 Hz Gain 3 dB Q 1", "PK Fc 1.05 kHz Gain 3 dB Q 1"),
      ("PK Fc 1050 Hz Gain 3 dB Q 1", "PK Fc 1,050 kHz Gain 3 dB Q 1"),
      ("PK Fc 1050 Hz Gain 3 dB Q 1", "\u{FEFF}PK Fc 1\u{A0}050 Hz Gain 3 dB Q 1"),
      ("PK Fc 1234.5 Hz Gain 3 dB Q 1", "PK Fc 1,234.5 Hz Gain 3 dB Q 1"),
      ("PK Fc 1234.5 Hz Gain 3 dB Q 1", "PK Fc 1.234,5 Hz Gain 3 dB Q 1"),
      ("PK Fc 1234.567 Hz Gain 3 dB Q 1", "PK Fc 1234,567 Hz Gain 3 dB Q 1"),
      ("PK Fc 20000 Hz Gain -0.5 dB Q 1", "PK Q 1 Gain \u{2212}.5 Fc 20.000"),
      ("PK Fc 1000 Hz Gain 3 dB Q 1", "Filter 1 ON PEQ Fc 1e3 Hz, Gain 3 dB, Q 1"),
      ("PK Fc 45 Hz Gain -8 dB Q 9", "Filter  5: ON  Modal    Fc   45.00 Hz  Gain  -8.0 dB  Q  9.00  T60 target   300 ms"),
      ("LP Fc 80 Hz", "LPQ Fc 80 Hz Q 0.7071067811865476"),
      ("BP Fc 80 Hz", "BP Fc 80 Hz Q 0.7071067811865476"),
      ("NO Fc 50 Hz", "NO Fc 50 Hz Q 30"),
      ("PK Fc 100 Hz Gain 3 dB BW Oct 1.5", "PK Fc 100 Hz Gain 3 dB BW 1,5 oct"),
      ("IIR Order 1 Coefficients 1 0.5 1 -0.5", "IIR Order 2 Coefficients 2 1 0 2 -1 0"),
      ("LSC 12 dB Fc 100 Hz Gain 6 dB", "LSC Fc 100 Hz Gain 6 dB Q 0.7071067811865476"),
    ])
  func spelling(one: String, other: String) throws {
    let (first, second) = (try sections(one), try sections(other))
    #expect(first.count == 1 && second.count == 1)
    for (a, b) in zip(values(first[0]), values(second[0])) { #expect(abs(a - b) < 1e-14, "\(first[0]) and \(second[0])") }
  }

  @Test("is a file of Room EQ Wizard, AutoEq or Equalizer APO, with any ends of lines and in any encoding")
  func files() throws {
    let lines =
      ["Filter Settings file", "", "Room EQ V5.31", "Notes: Filter of the left one: 3 dB", "Equaliser: Generic"]
      + ["Filter  1: ON  PK       Fc   63.0 Hz  Gain  -5.0 dB  Q  4.00", "Filter  2: OFF PK what ever", "Filter  3: ON  None", "", "# end"]
    for end in ["\n", "\r\n", "\r"] {
      let text = lines.joined(separator: end) + end
      let utf16 = Array(text.utf16)
      let encodings: [[UInt8]] = [
        Array(text.utf8), [0xEF, 0xBB, 0xBF] + text.utf8, [0xFF, 0xFE] + utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
        [0xFE, 0xFF] + utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }, utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] },
        text.utf8 + [0x1A], [0xFE, 0xFF] + utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] } + [0, 0x1A],
      ]
      for bytes in encodings {
        let read = try EqualiserText(bytes)
        #expect(read.filterCount == 1 && read.leftOut == 2 && read.preamp == 0)
      }
    }
    let autoEq = try EqualiserText(Array("Preamp: -6.4 dB\nPreamp: -1,1 dB\nFilter 1: ON LSC Fc 105 Hz Gain 5.5 dB Q 0.70".utf8))
    #expect(autoEq.preamp == -7.5 && autoEq.filterCount == 1)
    let latin = try EqualiserText(
      Array("# \u{B0}\nPK Fc 1".unicodeScalars.map { UInt8($0.value) }) + [0xA0] + Array("050 Hz Gain 1 dB Q 1".utf8))
    #expect(latin.filterCount == 1)
    // The ellipsis of Windows ends no line.
    let windows = try EqualiserText(Array("# as it was".utf8) + [0x85, 0xE4] + Array(" before\nPK Fc 100 Hz Gain 1 dB Q 1".utf8))
    #expect(windows.filterCount == 1)
  }

  @Test("has shelves as Equalizer APO has them: LS and HS with a width have a corner, not the centre")
  func shelves() throws {
    func close(_ one: String, _ other: String) throws {
      let pair = (try sections(one)[0], try sections(other)[0])
      for (a, b) in zip(values(pair.0), values(pair.1)) { #expect(abs(a - b) < 1e-12, "\(one)") }
    }
    // 10^(6 / 80 / 0.5) = 1.41253754462.
    try close("LS 6 dB Fc 100 Hz Gain 6 dB", "LSC 6 dB Fc 141.2537544622754 Hz Gain 6 dB")
    try close("HS 6 dB Fc 141.2537544622754 Hz Gain -6 dB", "HSC 6 dB Fc 100 Hz Gain -6 dB")
    try close("LS Fc 100 Hz Gain 6 dB", "LSC 10.8 dB Fc 100 Hz Gain 6 dB")
    try close("LSC Fc 100 Hz Gain 6 dB", "LSC 10.8 dB Fc 100 Hz Gain 6 dB")
    // Q is √½ where S is 1.
    try close("HS Fc 5000 Hz Gain 8 dB Q 0.7071067811865476", "HS 12 dB Fc 5000 Hz Gain 8 dB")
  }

  /// What is wrong, and a part of what is said of it.
  @Test(
    "is refused with the line and what to do",
    arguments: [
      ("PK Fc 1000 Hz Gain 3 dB Q 0", "Q is above 0"), ("PK Fc 1000 Hz Gain 3 dB Q -1", "Q is above 0"),
      ("PK Fc 0 Hz Gain 3 dB Q 1", "a frequency is above 0 Hz"), ("PK Fc -5 Hz Gain 3 dB Q 1", "a frequency is above 0 Hz"),
      ("PK Fc 1000 Hz Gain 300 dB Q 1", "is it in dB"), ("PK Fc 1000 Hz Gain 3 dB", "PK needs Q"), ("AP Fc 1000 Hz", "AP needs Q"),
      ("PK Fc 1000 Hz Q 1", "PK needs Gain"), ("PK Gain 3 dB Q 1", "PK needs Fc"), ("LPQ Fc 1000 Hz", "LPQ needs Q"),
      ("PK Fc 100.000 Hz Gain 3 dB Q 1", "100000 or 100"), ("PK Fc 0.500 Hz Gain 3 dB Q 1", "500 or 0.5"),
      ("PK Fc 1,23,4 Hz Gain 3 dB Q 1", "no number"), ("PK Fc 1000 Hz Gain 1,000.5 dB Q 1", "no number"),
      ("PK Fc 1 050 Hz Gain 3 dB Q 1", "none of a filter's values"), ("PK Fc nan Hz Gain 3 dB Q 1", "a number must follow Fc"),
      ("PK Fc 1e999 Hz Gain 3 dB Q 1", "no number"), ("PK Fc 1000 Hz Gain 3 dB Q 1 Q 2", "twice"),
      ("PK Fc 1000 Hz Gain 3 dB Q 1 BW Oct 1", "one width"), ("PK Fc 1000 Hz Gain 3 dB BW 60 Hz", "in octaves"),
      ("PK 1000 Hz -3 dB", "a frequency follows Fc: write PK Fc 1000 Hz Gain 3 dB Q 0.7"), ("LP 80 Hz", "write LP Fc 1000 Hz Q 0.7"),
      ("PK 12 dB Fc 1000 Hz Gain 3 dB", "only a shelf has a slope"), ("LS 12 Fc 1000 Hz Gain 3 dB", "dB an octave"),
      ("LP Fc 1000 Hz Gain 3 dB", "LP has no gain"), ("LS Fc 100 Hz Gain 3 dB BW Oct 1", "LS has no bandwidth"),
      ("LSC 0 dB Fc 100 Hz Gain 3 dB", "a slope is above 0"), ("XY Fc 1000 Hz", "this is no filter"), ("hello", "this is no filter"),
      ("Channel: L", "command of Equalizer APO"), ("GraphicEQ: 20 1; 30 2", "graphic:FILE"),
      ("Preamp: x dB", "a number must follow Preamp"),
      ("Preamp: -6 dB dB", "nothing is expected here"), ("Preamp: 200 dB", "is it in dB"),
      ("IIR Order 3 Coefficients 1 0 0 0 1 0 0 0", "order 1 or 2"), ("IIR Order 2 Coefficients 1 0 0 1 0", "there are 6"),
      ("IIR Order 2 Coefficients 1 0 0 0 0 0", "a0 is not 0"), ("IIR Order 2 Coefficients 1 0 0 1 -2 1", "never comes to rest"),
    ])
  func refused(line: String, part: String) throws {
    do throws(TextFaults) {
      _ = try EqualiserText(Array("# first\n\(line)\n".utf8))
      Issue.record("\(line) was taken")
    } catch {
      #expect(error.first.map(\.line) == [2] && error.count == 1)
      #expect(error.description(quotes: false).contains(part), "\(error.description(quotes: false))")
      #expect(error.description(quotes: true).hasPrefix("line 2: \""))
    }
  }

  @Test("is refused with all its faults, the first twenty by name, and never reads on for ever")
  func many() throws {
    let faults = try #require(self.faults(Array(String(repeating: "PK Fc 1000 Hz Gain 3 dB Q 0\n", count: 50).utf8)))
    #expect(faults.count == 50 && faults.first.count == 20 && faults.description().hasSuffix("and 30 more"))
    let filters = Array(String(repeating: "PK Fc 1000 Hz Gain 3 dB Q 1\n", count: 10_000).utf8)
    #expect(self.faults(filters)?.description().contains("line 1001: there are more than 1000 filters") == true)
    #expect(self.faults([UInt8](repeating: 0x78, count: EqualiserText.longest + 1))?.description().contains("bytes") == true)
    #expect(self.faults([0x52, 0x49, 0x46, 0x46, 0, 1, 2, 3])?.description().contains("no text") == true)
    for empty in ["", "\n\n", "# nothing"] { #expect(self.faults(Array(empty.utf8))?.description().contains("there is no filter") == true) }
    var random = SeededGenerator(seed: 62)
    let alphabet = Array("PKLSHCFcGainQBWOctdBHz0123456789.,;:-+eE \t\n\u{A0}#ONoff".unicodeScalars)
    for _ in 0..<2_000 {
      // Whatever it says, it ends, and a cascade is made of what is taken.
      let text = String(String.UnicodeScalarView((0..<60).map { _ in alphabet.randomElement(using: &random)! }))
      if let read = try? EqualiserText(Array(("PK Fc 100 Hz Gain 3 dB Q 1\n" + text).utf8)) {
        _ = try? read.cascade(rate: 48_000).cascade.kernel()
      }
    }
  }

  @Test("is quoted by scalars, since a letter may carry any number of marks")
  func marks() throws {
    let line = "PK e" + String(repeating: "\u{301}", count: 100_000) + "\n"
    let faults = try #require(self.faults(Array(line.utf8)))
    #expect(faults.count == 1 && faults.description().utf8.count < 1_000)
  }

  @Test("has lines that do nothing at a rate, and lines that it cannot have")
  func beyond() throws {
    let text = try EqualiserText(items: "PK Fc 23000 Hz Gain 3 dB Q 1; LP Fc 30 kHz; HS Fc 24 kHz Gain 3 dB; PK Fc 30 kHz Gain 3 dB Q 1")
    let (cascade, notes) = try text.cascade(rate: 48_000)
    #expect(cascade.sections.count == 1 && notes.map(\.line) == [2, 3, 4])
    #expect(try text.cascade(rate: 96_000).notes.isEmpty)
    for line in ["HP Fc 24000 Hz", "LS Fc 30000 Hz Gain 3 dB", "BP Fc 30 kHz", "PK Fc 0.0001 Hz Gain 3 dB Q 1"] {
      let text = try EqualiserText(items: "PK Fc 100 Hz Gain 3 dB Q 1; \(line)")
      #expect(throws: TextFaults.self) { try text.cascade(rate: 48_000) }
    }
  }

  private func sections(_ line: String) throws -> [Section] { try EqualiserText(items: line).cascade(rate: 48_000).cascade.sections }

  private func values(_ section: Section) -> [Double] { [section.b0, section.b1, section.b2, section.a1, section.a2] }

  private func faults(_ bytes: [UInt8]) -> TextFaults? {
    do throws(TextFaults) {
      _ = try EqualiserText(bytes)
      return nil
    } catch {
      return error
    }
  }
}
