import AudioFile
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import TestSupport
import Testing

@Suite("Files of presets")
struct PresetFileTests {
  /// Filters of random taps, gains and delays; some share a kernel, and some gains are auto.
  static func preset(_ random: inout SeededGenerator, name: String = "room") throws -> HeldPreset {
    let kernels = (0..<3).map { _ in random.noise(Int.random(in: 1...400, using: &random)) }
    let filters = try (0..<Int.random(in: 1...6, using: &random)).map { index in
      let gain = Bool.random(using: &random) ? Double.random(in: -20...6, using: &random) : nil
      let filter = Configuration.Filter(
        name: "f\(index)", from: Int.random(in: 0...3, using: &random), to: Int.random(in: 0...3, using: &random), kernels: ["k"],
        gain: gain, delay: Int.random(in: 0...2000, using: &random))
      let number = Int.random(in: 0..<3, using: &random)
      var kernel = try Kernel(channels: [kernels[number]], name: "k\(number) ü.wav", layout: "text, \(number)")
      kernel.leadFrames = number * 7
      kernel.cautions = number == 0 ? [] : ["k\(number) has no rate", "k\(number) is short"]
      var live = try FilterSet.live(filter, kernel, channel: 0)
      live.equaliser = number == 2 ? "Preamp: -6 dB\r\nFilter 1: ON PK Fc 100 Hz Gain 3 dB Q 1\n\t# \"ü\"\n" : nil
      return live
    }
    return HeldPreset(name: name, saved: "2026-11-30T12:00:00.125Z", rate: 48_000, filters: filters)
  }

  private static func bytes(_ preset: HeldPreset) throws -> [UInt8] {
    let (head, kernels) = try PresetFile.parts(of: preset)
    return head + kernels.flatMap { $0.taps.withUnsafeBytes { Array($0) } }
  }

  /// The same, with a digest that is right: as whoever wants to be believed would write it.
  private static func signed(_ body: [UInt8]) -> [UInt8] {
    let digest = body.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    let digits = String(digest, radix: 16)
    return Array("convolved preset 1 \(String(repeating: "0", count: 16 - digits.count))\(digits)\n".utf8) + body
  }

  @Test("have as many filters as a configuration at the most")
  func many() throws {
    func file(_ count: Int) -> [UInt8] {
      let filters = (0..<count).map { #"{"name":"f\#($0)","from":0,"to":0,"gain":0,"delay":0,"kernel":0}"# }.joined(separator: ",")
      let head = #"{"name":"p","saved":"x","rate":48000,"kernels":[{"name":"k","layout":"l","taps":1,"lead":0}],"filters":[\#(filters)]}"#
      return Self.signed(Array((head + "\n").utf8) + [UInt8](repeating: 0, count: 8))
    }
    #expect(try PresetFile.preset(file(4_096), name: "p").filters.count == 4_096)
    let fault = #expect(throws: PresetFile.Fault.self) { try PresetFile.preset(file(4_097), name: "p") }
    #expect(fault?.reason.contains("more than 4096") == true)
  }

  @Test("are read as they were written, and equal kernels are kept once", arguments: [UInt64.random(in: 0...(.max))])
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<50 {
      let preset = try Self.preset(&random)
      let bytes = try Self.bytes(preset)
      let read = try PresetFile.preset(bytes, name: "room")
      #expect((read.name, read.saved, read.rate) == ("room", preset.saved, 48_000), "seed \(seed)")
      #expect(read.filters.count == preset.filters.count)
      for (one, other) in zip(read.filters, preset.filters) {
        #expect((one.name, one.from, one.to, one.delay) == (other.name, other.from, other.to, other.delay), "seed \(seed)")
        #expect(one.response == other.response && one.leadFrames == other.leadFrames && one.isGainAuto == other.isGainAuto)
        #expect((one.kernelName, one.layout) == (other.kernelName, other.layout) && (one.isGainAuto || one.gain == other.gain))
        #expect(one.equaliser == other.equaliser && one.cautions == other.cautions, "seed \(seed)")
      }
      #expect(Set(read.filters.map { ObjectIdentifier($0.response) }).count == Set(preset.filters.map(\.kernelName)).count)
      #expect(try read.bytes <= 3 * 4096 * 8 && Self.bytes(read) == bytes)
    }
  }

  /// A filter of one tap whose kernel has such a name.
  private static func filter(_ number: Int = 0, kernel name: String, layout: String = "text") throws -> LiveFilter {
    let filter = Configuration.Filter(name: "f\(number)", from: 0, to: 0, kernels: ["k"], gain: 0, delay: 0)
    return try FilterSet.live(filter, Kernel(channels: [[Double(number + 1)]], name: name, layout: layout), channel: 0)
  }

  private static func preset(_ filters: [LiveFilter]) -> HeldPreset { HeldPreset(name: "p", saved: "now", rate: 48_000, filters: filters) }

  @Test("are read again whatever kernels are called: long names are cut, at a scalar", arguments: [UInt64.random(in: 0...(.max))])
  func longNames(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let alphabet = ["a", "/", "é", "€", "🎵", "\"", "\\", "\u{1B}", "\u{202E}", "\n"]
    for _ in 0..<50 {
      func text() -> String {
        (0..<Int.random(in: 1...8_192, using: &random)).map { _ in alphabet.randomElement(using: &random)! }.joined()
      }
      let filter = try Self.filter(kernel: text(), layout: text())
      let read = try PresetFile.preset(Self.bytes(Self.preset([filter])), name: "p").filters[0]
      for (kept, whole) in [(read.kernelName, filter.kernelName), (read.layout, filter.layout)] {
        #expect(kept.utf8.count <= 8_192 && !kept.contains("\n") && !kept.contains("\u{1B}"), "seed \(seed)")
        if whole.utf8.count <= 1_000, !whole.contains("\n"), !whole.contains("\u{1B}") { #expect(kept == whole, "seed \(seed)") }
      }
    }
    // As `kernels:` of 64 paths is called.
    let stacked = try Self.filter(kernel: (0..<64).map { "\(String(repeating: "/folder", count: 40))/\($0).wav" }.joined(separator: " * "))
    let read = try PresetFile.preset(Self.bytes(Self.preset([stacked])), name: "p").filters[0].kernelName
    #expect(read.utf8.count > 8_000 && read.hasSuffix("…") && stacked.kernelName.hasPrefix(read.dropLast()))
  }

  @Test("that no start could read are not written, and say why")
  func unreadable() throws {
    let long = String(repeating: "x", count: 8_000)
    let many = try (0..<600).map { try Self.filter($0, kernel: long) }
    let marks = "k" + String(repeating: "\u{301}", count: 31)
    var (early, twice) = (try Self.filter(kernel: "k"), try (0..<2).map { try Self.filter($0, kernel: "k") })
    early.delay = -1
    twice[1].name = "f0"
    let cases: [([LiveFilter], String)] = [
      (many, "more than 4194304: shorten the kernels' paths"), ([try Self.filter(kernel: marks)], "more than 30 marks"),
      ([early], "its filter f0 has"), (twice, "two of one name"), ([], "it has no filters"),
    ]
    for (filters, reason) in cases {
      let fault = #expect(throws: PresetFile.Fault.self) { try Self.bytes(Self.preset(filters)) }
      #expect(fault?.reason.contains(reason) == true, "\(fault?.reason.prefix(300) ?? "none")")
    }
    // What is beside the sound is left out.
    for text in [marks, "a\u{0}", String(repeating: "x", count: 4_097)] {
      var filter = try Self.filter(kernel: "k")
      filter.equaliser = text
      #expect(try PresetFile.preset(Self.bytes(Self.preset([filter])), name: "p").filters[0].equaliser == nil)
    }
  }

  @Test("that are damaged or cut are refused: at each byte", arguments: [UInt64.random(in: 0...(.max))])
  func damaged(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bytes = try Self.bytes(Self.preset(&random))
    for index in bytes.indices {
      var damaged = bytes
      damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      #expect(throws: PresetFile.Fault.self, "seed \(seed), byte \(index)") { try PresetFile.preset(damaged, name: "room") }
    }
    for count in Set([0, 1, 18, 19, 35, 36, bytes.count - 1] + (0..<50).map { _ in Int.random(in: 0..<bytes.count, using: &random) }) {
      #expect(throws: PresetFile.Fault.self, "seed \(seed)") { try PresetFile.preset(Array(bytes.prefix(count)), name: "room") }
    }
    #expect(throws: PresetFile.Fault.self) { try PresetFile.preset(bytes, name: "other") }
  }

  @Test(
    "that hold what cannot be are refused, with the right digest too",
    arguments: [
      #""taps":9223372036854775807"#, #""taps":-1"#, #""taps":0"#, #""taps":3"#, #""lead":-1"#, #""lead":9999999999"#, #""kernel":1"#,
      #""kernel":-1"#, #""from":64"#, #""to":-1"#, #""delay":-1"#, #""delay":1048577"#, #""gain":61"#, #""gain":-201"#, #""gain":1e999"#,
      #""rate":0"#, #""rate":99999999"#, #""name":"../room""#, #""filters":[]"#, #""kernels":[]"#, #""delay":1e300"#,
      #""layout":"a\u001bb""#, #""layout":"\#(String(repeating: "l", count: 8_193))""#, #""equaliser":"a\u0000""#,
      #""equaliser":"\#(String(repeating: "l", count: 4_097))""#, #""cautions":["\u001b"]"#, #""cautions":[1]"#,
      #""cautions":[\#(repeatElement("\"c\"", count: 17).joined(separator: ","))]"#, #""saved":"\#(String(repeating: "9", count: 41))""#,
    ])
  func impossible(_ member: String) throws {
    let header =
      #"{"filters":[{"delay":0,"from":0,"gain":-3,"kernel":0,"name":"f","to":0}],"#
      + #""kernels":[{"layout":"l","lead":0,"name":"k","taps":2}],"name":"room","rate":48000,"saved":"now"}"#
    let taps = [0.5, 0.25].withUnsafeBytes { Array($0) }
    #expect(try PresetFile.preset(Self.signed(Array("\(header)\n".utf8) + taps), name: "room").filters[0].response.count == 2)
    let key = try #require(member.firstMatch(of: /^"([a-z]+)":/)).1
    let changed: String
    if key == "equaliser" || key == "cautions" {
      changed = header.replacing(#""layout":"l""#, with: #""layout":"l",\#(member)"#)
    } else if key == "filters" || key == "kernels" {
      changed = header.replacing(try Regex(#""\#(key)":\[.*?\]"#), with: member)
    } else {
      changed = header.replacing(try Regex(#""\#(key)":("[^"]*"|-?[0-9]+)"#), with: member)
    }
    #expect(changed != header)
    #expect(throws: PresetFile.Fault.self) { try PresetFile.preset(Self.signed(Array("\(changed)\n".utf8) + taps), name: "room") }
    let infinite = [0.5, .infinity].withUnsafeBytes { Array($0) }
    #expect(throws: PresetFile.Fault.self) { try PresetFile.preset(Self.signed(Array("\(header)\n".utf8) + infinite), name: "room") }
  }

  @Test("names are letters, digits and a few signs, and lead to no other folder")
  func names() {
    for name in ["a", "A-1_b.c", "0", String(repeating: "x", count: 64)] { #expect(PresetName.isValid(name), "\(name)") }
    for name in ["", ".", "..", ".a", "-a", "_a", "a/b", "a b", "ä", "a\u{0}", "a\n", String(repeating: "x", count: 65), "e\u{301}"] {
      #expect(!PresetName.isValid(name), "\(name)")
    }
  }
}
