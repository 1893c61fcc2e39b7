import ConfigurationFile
import Foundation
import TestSupport
import Testing

@Suite("A faulty configuration")
struct FaultTests {
  /// Replaces one line of `minimal`, from 1, and names what must be reported there.
  struct Change: Sendable, CustomTestStringConvertible {
    var line: Int
    var text: String
    var message: String

    init(_ line: Int, _ text: String, _ message: String) { (self.line, self.text, self.message) = (line, text, message) }

    var testDescription: String { text }
  }

  @Test(
    "names the line, the value and what to do",
    arguments: [
      Change(1, "rate: fast", "`rate` is \"fast\": it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: \"48000\"", "`rate` is the text \"48000\": it must be a whole number from 1000 to 768000 Hz, without quotes"),
      Change(1, "rate: 12", "`rate` is 12: it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: 48000.5", "`rate` is \"48000.5\": it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: 99999999999999999999", "`rate` is 99999999999999999999: it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: 0x1000", "`rate` is \"0x1000\": it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: 048000", "`rate` is \"048000\": write it without the leading zero"),
      Change(1, "rate: [48000]", "`rate` is a list: it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate:", "`rate` has no value: it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rate: automatic", "`rate` is \"automatic\": it must be a whole number from 1000 to 768000 Hz"),
      Change(1, "rat: 48000", "`rat` is unknown: did you mean `rate`?"),
      Change(1, "# no rate", "`rate` is missing"),
      Change(1, "{", "not YAML"),
      Change(2, "capture: hw:0", "capture: this is \"hw:0\", where `key: value` is needed"),
      Change(2, "capture: {}", "capture: `device` is missing"),
      Change(2, "capture: { device: '' }", "capture: `device` is empty"),
      Change(2, "capture: { device: \"a\\0b\" }", "capture: `device` is \"a\\0b\": it must not hold control characters"),
      Change(2, "capture: { device: ~ }", "capture: `device` has no value"),
      Change(2, "capture: { device: [] }", "capture: `device` is a list: it must be text"),
      Change(2, "capture: { device: hw, channels: 65 }", "capture: `channels` is 65: it must be a whole number from 1 to 64"),
      Change(2, "capture: { device: hw, format: S24LE }", "capture: `format` is \"S24LE\": did you mean S24_LE?"),
      Change(
        2, "capture: { device: hw, format: mp3 }",
        "capture: `format` is \"mp3\": it must be one of auto, S16_LE, S24_LE, S24_3LE, S32_LE, FLOAT_LE, FLOAT64_LE"),
      Change(2, "capture: { device: hw, periods: 3 }", "capture: `periods` belongs to playback: remove it here"),
      Change(
        2, "capture: { device: hw, clock: own }", "capture: `clock` is \"own\": it must be one of auto, shared, resampled"),
      Change(3, "playback: { device: hw, clock: auto }", "playback: `clock` belongs to capture: remove it here"),
      Change(
        2, "capture: { device: hw, resample: true }",
        "capture: `resample` is about kernels, and belongs to a filter or to the top: for two clocks there is `clock`"),
      Change(5, "  - { name: left, from: 0, to: 1, kernel: a, resample: yes }", "filters: `resample` is \"yes\": it must be true or false"),
      Change(2, "capture: &a { device: hw }", "anchors are not supported: remove \"&a\""),
      Change(2, "capture: { device: *a }", "aliases are not supported: write the value in place of \"*a\""),
      Change(2, "capture: { device: !!str hw }", "tags are not supported: remove \"tag:yaml.org,2002:str\""),
      Change(2, "capture: { [a]: b, device: hw }", "a list or mapping stands where a key is needed"),
      Change(2, "\tcapture: { device: hw }", "a tab: YAML is indented by spaces"),
      Change(3, "playback: { device: hw, periods: 1 }", "playback: `periods` is 1: it must be a whole number from 2 to 32"),
      Change(3, "playback: { device: hw, device: hv }", "`device` is given twice, here and in line 3: remove one"),
      Change(5, "  - left", "filters: this is \"left\", where `key: value` is needed"),
      Change(5, "  - { name: left, from: 0, to: 1 }", "filters: `kernel` is missing"),
      Change(
        5, "  - { name: left, from: 3, to: 1, kernel: a.wav }",
        "filters: `from` is 3, but capture has 2 channels (0 and 1): choose one of them, or set `channels` of capture"),
      Change(
        5, "  - { name: left, from: 0, to: 2, kernel: a.wav }",
        "filters: `to` is 2, but playback has 2 channels (0 and 1): choose one of them, or set `channels` of playback"),
      Change(
        5, "  - { name: left, from: -1, to: 1, kernel: a.wav }",
        "filters: `from` is -1, but capture has 2 channels (0 and 1): choose one of them, or set `channels` of capture"),
      Change(
        5, "  - { name: left, from: one, to: 1, kernel: a.wav }", "filters: `from` is \"one\": it must be a whole number from 0 to 1"),
      Change(
        5, "  - { name: le ft, from: 0, to: 1, kernel: a.wav }",
        "filters: `name` is \"le ft\": it must be 1 to 64 letters (a to z), digits, full stops, underscores or hyphens"),
      Change(
        5, "  - { name: .., from: 0, to: 1, kernel: a.wav }",
        "filters: `name` is \"..\": it must be 1 to 64 letters (a to z), digits, full stops, underscores or hyphens"),
      Change(5, "  - { name: left, form: 0, to: 1, kernel: a.wav }", "filters: `form` is unknown: did you mean `from`?"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernels: [] }",
        "filters: `kernels` is an empty list: it must be a list of kernels, at least one"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernels: a.wav }",
        "filters: `kernels` is \"a.wav\": it must be a list of kernels, at least one"),
      Change(5, "  - { name: left, from: 0, to: 1, kernels: [a.wav, [b]] }", "filters: `kernels` holds what is a list: it must be text"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, kernels: [b.wav] }",
        "filters: `kernel` and `kernels` are both given: put all of them into `kernels`"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: taps:0.5,1 }", "filters: `1` is unknown: put a value that holds a comma in quotes"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, colour: red }",
        "filters: `colour` is unknown: the keys here are name, from, to, kernels, kernel, channel, gain, delay, bypass, resample"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, bypass: true }",
        "filters: `bypass` is \"true\": it must be one of impulse, mute"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, gain: loud }",
        "filters: `gain` is \"loud\": it must be a number from -200 to 60 dB, or auto"
      ),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, gain: .nan }",
        "filters: `gain` is \".nan\": it must be a number from -200 to 60 dB"
      ),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, gain: 1e999 }",
        "filters: `gain` is 1e999: it must be a number from -200 to 60 dB"),
      Change(
        5, "  - { name: left, from: 0, to: 1, kernel: a.wav, delay: -1 }",
        "filters: `delay` is -1: it must be a whole number from 0 to 1048576 frames"),
      Change(
        6, "  - { name: left, from: 0, to: 1, kernel: a.wav }",
        "filters: `name` is left, as in line 5: each filter needs a name of its own"),
      Change(7, "block: 0", "`block` is 0: it must be a whole number from 1 to 16384 frames"),
      Change(7, "precision: float16", "`precision` is \"float16\": did you mean float32?"),
      Change(7, "version: 2", "`version` is \"2\": this version of convolved reads version 1"),
      Change(7, "fade: 1000.5", "`fade` is 1000.5: it must be a number from 0 to 1000 ms"),
      Change(7, "fade: -0.5", "`fade` is -0.5: it must be a number from 0 to 1000 ms"),
      Change(7, "output: { dither: rpdf }", "output: `dither` is \"rpdf\": did you mean tpdf?"),
      Change(7, "output: { dither: true }", "output: `dither` is \"true\": it must be one of none, tpdf"),
      Change(7, "output: { ceiling: 1 }", "output: `ceiling` is 1: it must be a number from -120 to 0 dB, or none"),
      Change(7, "output: { ceiling: off }", "output: `ceiling` is \"off\": it must be a number from -120 to 0 dB, or none"),
      Change(7, "output: none", "output: this is \"none\", where `key: value` is needed"),
      Change(7, "output: { volume: 3 }", "output: `volume` is above 0 dB, where a full-scale sound would clip"),
      Change(7, "output: { volume: -121 }", "output: `volume` is -121: it must be a number from -120 to 0 dB"),
      Change(7, "output: { volume: low }", "output: `volume` is \"low\": it must be a number from -120 to 0 dB"),
      Change(7, "output: { volum: -3 }", "output: `volum` is unknown: did you mean `volume`?"),
      Change(7, "control: { mode: 0999 }", "control: `mode` is \"0999\": it must be permission bits in octal, as in \"0660\""),
      Change(7, "control: { mode: 4777 }", "control: `mode` is \"4777\": it must be permission bits in octal, as in \"0660\""),
      Change(7, "rate: 44100", "`rate` is given twice, here and in line 1: remove one"),
      Change(7, "---", "another document begins here: a configuration is a single one"),
      Change(7, "fade: \"20", "not YAML"),
      Change(7, "\"a\\nb\": 1", "`a\\nb` is unknown"),
    ])
  func oneFault(change: Change) throws {
    var lines = minimal.components(separatedBy: "\n")
    while lines.count < change.line { lines.append("") }
    lines[change.line - 1] = change.text
    let faults = faults(in: Array(lines.joined(separator: "\n").utf8))
    #expect(faults.count == 1, "\(faults)")
    let fault = try #require(faults.first)
    #expect(fault.message.hasPrefix(change.message), "\(fault.message)")
    // Text that is not YAML is noticed where it cannot go on.
    let isMissingKey = change.message == "`rate` is missing"
    #expect(change.message == "not YAML" ? fault.line >= change.line : fault.line == change.line || isMissingKey)
  }

  @Test("is reported whole, by line, under the file's name")
  func allAtOnce() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try ConfigurationText(
        yaml: """
          rate: 12
          blok: 64
          capture: { channels: none }
          filters:
            - { name: a, from: 9, to: 9, kernel: [] }
            - { name: a, from: 0, to: 0, kernel: a.wav, kernel: b.wav }
          fade: slow
          """, folder: "", file: "convolved.yaml"
      ).configuration()
    }
    let expected = """
      convolved.yaml:1: `rate` is 12: it must be a whole number from 1000 to 768000 Hz
      convolved.yaml:1: `playback` is missing
      convolved.yaml:2: `blok` is unknown: did you mean `block`?
      convolved.yaml:3: capture: `channels` is "none": it must be a whole number from 1 to 64
      convolved.yaml:3: capture: `device` is missing
      convolved.yaml:5: filters: `kernel` is a list: it must be text
      convolved.yaml:6: `kernel` is given twice, here and in line 6: remove one
      convolved.yaml:6: filters: `name` is a, as in line 5: each filter needs a name of its own
      convolved.yaml:7: `fade` is "slow": it must be a number from 0 to 1000 ms
      """
    #expect(error?.description == expected)
    #expect(error?.isUnreadable == false)
  }

  @Test("without anything in it says what is needed", arguments: ["", "\n\n", "# only a comment\n"])
  func empty(yaml: String) {
    let expected = ConfigurationFault(
      line: 1, message: "the configuration is empty: `rate`, `capture`, `playback` and `filters` are needed")
    #expect(faults(in: Array(yaml.utf8)) == [expected])
  }

  @Test("may be no mapping at all", arguments: ["text", "[]", "~", "---\n", "- rate: 48000"])
  func noMapping(yaml: String) {
    let faults = faults(in: Array(yaml.utf8))
    #expect(faults.count == 1)
    #expect(faults.first?.message.hasPrefix("this is ") == true)
  }

  @Test(
    "has at least one filter", arguments: [("filters: []", "is empty"), ("filters: all", "is \"all\""), ("filters: {}", "is a mapping")])
  func noFilters(text: String, message: String) {
    let faults = faults(in: Array((minimal.components(separatedBy: "filters:")[0] + text).utf8))
    #expect(faults.map(\.line) == [4])
    #expect(faults.first?.message.hasPrefix("`filters` " + message) == true)
  }

  @Test("holds no path that a socket cannot have")
  func longSocketPath() {
    let path = String(repeating: "s", count: 108)
    let faults = faults(in: Array((minimal + "control: { socket: /\(path) }").utf8))
    #expect(faults.map(\.line) == [7])
    #expect(faults.first?.message.hasSuffix("109 bytes: a socket's path has 107 at the most") == true)
  }

  @Test("that is not UTF-8 is refused with the line of the first such byte")
  func notUTF8() {
    for byte: [UInt8] in [[0xFF], [0xC3, 0x28], [0x00], [0xED, 0xA0, 0x80], [0x07], [0xC3]] {
      let faults = faults(in: Array("rate: 48000\ncapture: { device: ".utf8) + byte)
      #expect(faults.map(\.line) == [2], "\(byte)")
      #expect(faults.first?.message.hasSuffix("the file must be UTF-8 text") == true)
    }
  }

  @Test("of hostile shape is refused at once", .timeLimit(.minutes(1)))
  func hostile() {
    let most = 1_000_000
    for yaml in [
      String(repeating: "[", count: most), String(repeating: "- ", count: most / 2), String(repeating: "{a: ", count: most / 4),
      String(repeating: "? ", count: most / 2), String(repeating: "a: {}\n", count: most / 6), String(repeating: "a", count: most),
      "a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", String(repeating: "\"", count: most), String(repeating: "#", count: most),
      (0..<most / 12).map { "key\($0): 1\n" }.joined(), "filters: [" + String(repeating: "{},", count: most / 4) + "]",
      minimal + (0..<most / 12).map { "key\($0): 1\n" }.joined(),
      minimal + "  - { name: x, \((0..<most / 12).map { "fron\($0): 1, " }.joined()) }\n",
      String(repeating: "!", count: most), String(repeating: "*a ", count: most / 3), "%YAML 9.9\n---\n" + minimal,
    ] {
      let faults = faults(in: Array(yaml.utf8))
      #expect(!faults.isEmpty, "\(yaml.prefix(20))")
      #expect(faults.allSatisfy { $0.line >= 1 })
      #expect(ConfigurationError.invalid(file: nil, faults: faults).description.utf8.count < 50_000)
    }
  }

  @Test("cannot be too large")
  func tooLarge() {
    let faults = faults(in: Array((minimal + String(repeating: "#", count: 1 << 20)).utf8))
    #expect(faults == [ConfigurationFault(line: 1, message: "is larger than 1024 KiB: that is no configuration")])
  }

  @Test(
    "that cannot be read is another error",
    arguments: [("/nonexistent/c.yaml", "No such file"), ("/", "Is a directory"), ("", "No such file")])
  func unreadable(path: String, reason: String) throws {
    let error = try #require(throws: ConfigurationError.self) { try ConfigurationText(path: path).configuration() }
    #expect(error.isUnreadable)
    #expect(error.description.contains(reason))
    #expect(error.description.hasPrefix("cannot read the configuration \"\(path)\""))
  }

  @Test("is either accepted or refused with a line, whatever is done to it", arguments: 0..<20)
  func mutations(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]:,-&*!#|>'\"%@`\t\n 0.~é\u{0}".utf8) + [0xFF, 0xC3]
    for number in 0..<100 {
      var bytes = Array((number.isMultiple(of: 2) ? everything : minimal).utf8)
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[place] = alphabet.randomElement(using: &generator)!
        case 1: bytes.insert(alphabet.randomElement(using: &generator)!, at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...30, using: &generator)))
        default:
          bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 40)], at: Int.random(in: 0...bytes.count, using: &generator))
        }
        if bytes.isEmpty { bytes = [0x20] }
      }
      switch read(bytes) {
      case .success(let configuration): #expect(!configuration.filters.isEmpty && configuration.rate >= 1000)
      case .failure(let error):
        guard case .invalid(_, let faults) = error else { Issue.record("seed \(seed), number \(number): \(error)"); continue }
        #expect(!faults.isEmpty && faults.allSatisfy { $0.line >= 1 && !$0.message.isEmpty }, "seed \(seed), number \(number)")
        #expect(faults.allSatisfy { $0.message.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } })
      }
    }
  }

  private func faults(in bytes: [UInt8]) -> [ConfigurationFault] {
    guard case .failure(.invalid(_, let faults)) = read(bytes) else { return [] }
    return faults
  }

  /// By way of a file, since text that is not UTF-8 is no string.
  private func read(_ bytes: [UInt8]) -> Result<Configuration, ConfigurationError> {
    guard let folder = try? ScratchFolder(), FileManager.default.createFile(atPath: folder.file("c.yaml"), contents: Data(bytes)) else {
      return .failure(.unreadable(path: "scratch", reason: "no scratch folder"))
    }
    return Result { () throws(ConfigurationError) in try ConfigurationText(path: folder.file("c.yaml")).configuration() }
  }
}
