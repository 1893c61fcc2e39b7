import Analysis
import Design
import Foundation
import TestSupport
import Testing

@Suite struct FamilyTests {
  @Test("Butterworth, Linkwitz-Riley and Bessel filters are SciPy's")
  func scipy() throws {
    let folder = try ScratchFolder()
    try Reference.run("design.py", ["families", folder.file("families")])
    var numbers = try doubles(folder.file("families"))[...]
    for name in names {
      for side in [Family.Side.low, .high] {
        let sections = try #require(try Family(name).sections(side, at: 3_360, rate: 48_000))
        let cascade = Cascade(sections)
        for bin in 0..<64 {
          let expected = (numbers.popFirst()!, numbers.popFirst()!)
          let found = cascade.response(at: .pi * (Double(bin) + 0.5) / 64)
          let difference = hypot(found.re - expected.0 * cos(expected.1), found.im - expected.0 * sin(expected.1))
          #expect(difference < 1e-12, "\(name) \(side), bin \(bin)")
        }
      }
    }
    #expect(numbers.isEmpty)
  }

  @Test("Low and high pass of Linkwitz-Riley add up to an all-pass, of order 2 and 6 with one inverted", arguments: [2, 4, 6, 8])
  func linkwitzRiley(order: Int) throws {
    let family = try Family("LR\(order)")
    let sides = try [Family.Side.low, .high].map { Cascade(try #require(try family.sections($0, at: 700, rate: 44_100))) }
    for step in 1..<200 {
      let angle = Double.pi * Double(step) / 200
      let (low, high) = (sides[0].response(at: angle), sides[1].response(at: angle))
      let sign = order % 4 == 0 ? 1.0 : -1
      #expect(abs(hypot(low.re + sign * high.re, low.im + sign * high.im) - 1) < 1e-9)
    }
  }

  @Test("A windowed sinc is firwin's, and the parts of a crossover add up to a pure delay")
  func sinc() throws {
    let sinc = try WindowedSinc(taps: 1_001, lowest: 300, rate: 48_000)
    let parts = [
      try sinc.lowPass(at: 300, rate: 48_000), try sinc.bandPass(from: 300, to: 3_000, rate: 48_000),
      try sinc.highPass(at: 3_000, rate: 48_000),
    ]
    let folder = try ScratchFolder()
    try Reference.run("design.py", ["sinc", "1001", "\(300.0 / 48_000)", folder.file("sinc")])
    let expected = try doubles(folder.file("sinc"))
    for tap in 0..<1_001 { #expect(abs(parts[0][tap] - expected[tap]) < 1e-15) }
    for tap in 0..<1_001 { #expect(abs(parts.reduce(0) { $0 + $1[tap] } - (tap == 500 ? 1 : 0)) < 1e-15) }
    let response = FrequencyResponse(taps: parts[1])
    #expect(abs(response.value(at: 1_000 / 48_000).magnitude - 1) < 1e-5 && response.value(at: 100 / 48_000).magnitude < 1e-5)
    let low = FrequencyResponse(taps: parts[0])
    #expect(abs(low.value(at: 0).re - 1) < 1e-12 && abs(low.value(at: 300 / 48_000).magnitude - 0.5) < 1e-3)
    #expect(try WindowedSinc(taps: nil, lowest: 300, rate: 48_000).taps % 2 == 1)
    for taps in [1, 2, 1_000, -3, Int.max] {
      #expect(throws: DesignError.self) { try WindowedSinc(taps: taps, lowest: 300, rate: 48_000) }
    }
    #expect(throws: DesignError.self) { try WindowedSinc(taps: nil, lowest: 0.001, rate: 48_000) }
  }

  @Test(
    "A name that is no family is refused, with what to write", arguments: ["BW0", "BW9", "LR3", "BE1", "XX4", "BW", "", "LR-2", "LR4x"])
  func refused(name: String) {
    #expect(message { try Family(name) }?.contains("BW1 to BW8") == true)
  }

  private var names: [String] {
    (1...8).map { "BW\($0)" } + [2, 4, 6, 8].map { "LR\($0)" } + (2...8).map { "BE\($0)" }
  }
}
