import AudioFile
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import Foundation
import TestSupport
import Testing

@Suite("Presets among filters")
struct PresetTests {
  private static func filters(_ yaml: [String], rate: Int = 48_000, align: String = "none") throws -> FilterSet {
    let text = ConfigurationText(
      yaml: """
        rate: \(rate)
        capture: { device: none }
        playback: { device: none }
        align: \(align)
        filters:
        \(yaml.map { "  - { \($0) }" }.joined(separator: "\n"))
        """, folder: "/")
    return try text.filters(text.checkedConfiguration(), KernelReader())
  }

  private static func preset(_ filters: FilterSet, name: String = "p") -> HeldPreset {
    HeldPreset(name: name, saved: "then", rate: filters.configuration.rate, filters: filters.filters)
  }

  private static let pair = ["name: l, from: 0, to: 0, kernel: dirac", "name: r, from: 1, to: 1, kernel: dirac"]

  @Test("take the place of all filters; a later change of one ends that they are in force")
  func take() throws {
    let saved = try Self.filters([
      #"name: r, from: 1, to: 1, kernel: "taps:0.5,1", gain: -3, delay: 7"#, #"name: l, from: 0, to: 0, kernel: "taps:1,2""#,
    ])
    var filters = try Self.filters(Self.pair)
    let preset = Self.preset(saved)
    #expect(preset.refusal(for: filters.configuration) == nil)
    #expect(filters.take(preset) == nil)
    #expect(filters.filters.map(\.name) == ["l", "r"])
    #expect(filters.filters.map(\.gain) == [0, -3] && filters.filters.map(\.delay) == [0, 7])
    #expect(filters.filters[1].response.taps == [0.5, 1] && filters.preset?.name == "p")
    var same = filters
    same.bypass = true
    #expect(same.preset == filters.preset && same.areEqual(to: filters))
    filters.change(["l": (gain: -1, delay: nil)])
    #expect(filters.preset == nil && !same.areEqual(to: filters))
  }

  @Test("are rated as long as it is wanted, however many filters lead the same way")
  func broken() throws {
    let set = try Self.filters((0..<50).map { "name: f\($0), from: 0, to: 0, kernel: \"box:\($0 + 1)\"" })
    #expect(set.readiness(prepared: nil) { false } != nil)
    var looks = 0
    let rated = set.readiness(prepared: nil) {
      looks += 1
      return looks > 10
    }
    #expect(rated == nil && looks == 11)
    #expect(set.ratingBytes >= 40 * 48_000)
  }

  @Test("that do not fit are refused, and say why")
  func unfit() throws {
    let filters = try Self.filters(Self.pair)
    let cases: [([String], Int, String)] = [
      (Self.pair, 44_100, "saved at 44100 Hz"), (Array(Self.pair.prefix(1)), 48_000, "no filter r"),
      (Self.pair + ["name: sub, from: 0, to: 1, kernel: dirac"], 48_000, "its filter sub is not"),
      ([Self.pair[0], "name: r, from: 0, to: 1, kernel: dirac"], 48_000, "from input 0 to output 1"),
    ]
    for (yaml, rate, reason) in cases {
      let refusal = try #require(Self.preset(try Self.filters(yaml, rate: rate)).refusal(for: filters.configuration))
      #expect(refusal.contains(reason), "\(refusal)")
    }
  }

  @Test("with a trim and a delay are less loud and later by that much, kernels of a lead and gains that are auto too")
  func trimmed() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    for align in ["none", "peaks"] {
      for _ in 0..<40 {
        let taps = (0..<2).map { _ in random.noise(Int.random(in: 2...50, using: &random)).map { "\($0)" }.joined(separator: ",") }
        var set = try Self.filters(
          [#"name: l, from: 0, to: 0, kernel: "taps:\#(taps[0])", gain: auto"#, #"name: r, from: 1, to: 1, kernel: "taps:\#(taps[1])""#],
          align: align)
        set.filters[0].leadFrames = Int.random(in: 0...20, using: &random)
        set.filters[1].delay = Int.random(in: 0...20, using: &random)
        let preset = Self.preset(set)
        var (plain, later) = (try Self.filters(Self.pair, align: align), try Self.filters(Self.pair, align: align))
        let (trim, delay) = (Double.random(in: -30...0, using: &random), Int.random(in: 1...30, using: &random))
        #expect(plain.take(preset) == nil && later.take(preset, trim: trim, delay: delay) == nil)
        for (one, other) in zip(plain.routes, later.routes) {
          #expect(one.response == other.response && one.delay + delay == other.delay, "seed \(seed)")
          #expect(abs(20 * log10(other.gain / one.gain) - trim) < 1e-9, "seed \(seed)")
        }
        #expect(plain.mainPeaks.map { $0.map { $0 + delay } } == later.mainPeaks, "seed \(seed)")
        let (own, its) = (
          try #require(plain.readiness(prepared: nil) { false }), try #require(later.readiness(prepared: nil) { false })
        )
        #expect(try abs(#require(own.level) + trim - #require(its.level)) < 1e-9 && own.peakFrames.map { $0 + delay } == its.peakFrames)
      }
    }
    var filters = try Self.filters(Self.pair)
    let before = filters
    #expect(filters.take(Self.preset(before), delay: 1 << 20) == nil)
    filters = before
    #expect(filters.take(Self.preset(before), delay: 1 << 20 + 1) != nil && filters.areEqual(to: before) && filters.preset == nil)
    #expect(filters.take(Self.preset(before), trim: -201) != nil && filters.areEqual(to: before))
  }

  @Test("have the level of their outputs: those of two inputs add in power, those of one as they are")
  func levels() throws {
    func levels(_ yaml: [String]) throws -> [Double?] {
      let readiness = try #require(try Self.filters(yaml).readiness(prepared: nil) { false })
      return readiness.outputs.map(\.level) + [readiness.level]
    }
    let single = try levels(["name: l, from: 0, to: 0, kernel: dirac, gain: -6"])
    #expect(single[1] == nil && abs(single[0]! + 6) < 1e-6 && abs(single[2]! + 9.0103) < 1e-3)
    let inputs = try levels(["name: a, from: 0, to: 0, kernel: dirac", "name: b, from: 1, to: 0, kernel: dirac"])
    #expect(abs(inputs[0]! - 3.0103) < 1e-4)
    let parallel = try levels(["name: a, from: 0, to: 0, kernel: dirac", "name: b, from: 0, to: 0, kernel: dirac"])
    #expect(abs(parallel[0]! - 6.0206) < 1e-4)
    let cancelling = try levels([
      "name: a, from: 0, to: 0, kernel: dirac", #"name: b, from: 0, to: 0, kernel: "taps:0,-1""#, "name: c, from: 1, to: 1, kernel: dirac",
    ])
    let together = try levels([#"name: a, from: 0, to: 0, kernel: "taps:1,-1""#, "name: c, from: 1, to: 1, kernel: dirac"])
    #expect(abs(cancelling[0]! - together[0]!) < 1e-9 && cancelling[0]! < -1 && abs(cancelling[1]!) < 1e-9)
    let cut = try levels(["name: a, from: 0, to: 0, kernel: dirac, delay: 1", #"name: b, from: 0, to: 0, kernel: "taps:0,-1""#])
    #expect(cut[0] == nil && cut[2] == nil)
  }
}
