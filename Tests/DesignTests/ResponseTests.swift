import Analysis
import Design
import Foundation
import TestSupport
import Testing

@Suite struct ResponseTests {
  private let points = [ResponseTable.Point(20, -3), .init(1_000, 0, phase: nil), .init(10_000, 6)]

  @Test("A response lies on straight lines over the logarithm of the frequency, in any order of points")
  func table() throws {
    let table = try ResponseTable(points.reversed() + [points[0]])
    #expect(table.points == points && !table.hasPhase)
    for (frequency, gain) in [(1.0, -3.0), (20, -3), (141.4213562373095, -1.5), (1_000, 0), (3_162.2776601683795, 3), (20_000, 6)] {
      #expect(abs(table.gain(at: frequency) - gain) < 1e-12)
    }
  }

  @Test(
    "Every spelling of a table is the same",
    arguments: [
      "20 -3\n1000 0\n10000 6\n", "\u{FEFF}* Room EQ Wizard\r\n\r\n\" x\"\r\n# 1 2\r\n; 3\r\n20\t-3\r\n1000\t0\r\n10000\t6",
      "20,-3\r1000,0\r10000,6",
      "Freq(Hz), SPL(dB)\n20.0, -3.0\n1000.0, 0.0\n10000.0, 6.0", "20;-3,0\n1000;0,0\n10000;6,0", "20,0 -3,0\n1000,0 0,0\n10000,0 6,0",
      "10000 6\n1000 0\n20 -3\n20 -3", "20,000 -3\n1000,00 0\n10000 6",
    ])
  func spelling(text: String) throws { #expect(try ResponseText(Array(text.utf8)).response.points == points) }

  @Test("A phase is the third column, and unwrapped")
  func phase() throws {
    let text = "100 0 170\n200 0 -170\n300 0 170"
    #expect(try ResponseText(Array(text.utf8)).response.points.map(\.phase) == [170, 190, 170])
  }

  @Test(
    "What is no table is refused by line",
    arguments: [
      ("20 -3\n1000", "line 2", "two or three columns"), ("20 -3 0 0\n30 1 1 1", "line 1", "two or three columns"),
      ("20 -3\n30 x", "line 2", "no number"), ("20 -3\n30 1 5", "line 2", "another number of columns"),
      ("20 -3\n20 4", "line 2", "line 1 has the same"),
      ("1,000 -3\n2000 1", "line 1", "1000 or 1"), ("20,1,3\n30,1,3", "line 1", "commas could lie"), ("0 1\n20 1", "line 1", "above 0 Hz"),
      ("20 nan\n30 1", "line 1", "no number"), ("20 400\n30 1", "line 1", "is it in dB"), ("", "line 1", "at least two"),
      ("20 1", "line 1", "at least two"),
      ("20 -3\nhello\n30 1", "line 2", "two or three columns"),
    ])
  func refused(text: String, line: String, part: String) {
    do throws(TextFaults) {
      _ = try ResponseText(Array(text.utf8))
      Issue.record("it was taken")
    } catch {
      #expect(error.description().hasPrefix(line) && error.description(quotes: false).contains(part), "\(error.description())")
    }
  }

  @Test("A graphic equaliser is Equalizer APO's line, with Preamp")
  func graphic() throws {
    let text = try GraphicText(Array("Preamp: -1 dB\r\nGraphicEQ: 20 -2,0; 1000 1; 10000 7;\r\n".utf8))
    #expect(text.response.points == points)
    for (bad, part) in [
      ("GraphicEQ: 20 -2; 1000", "a point is a frequency"), ("GraphicEQ:", "at least one point"), ("PK Fc 10 Hz", "no graphic"),
      ("", "there is no graphic"),
      ("GraphicEQ: 20 1\nGraphicEQ: 30 1", "a second"), ("GraphicEQ: 1,000 1; 2000 2", "1000 or 1"), ("GraphicEQ: 20 1; 20 2", "two gains"),
    ] {
      #expect(fault(bad).contains(part), "\(fault(bad))")
    }
  }

  @Test("A kernel of a response has its |H| at every phase, and the stated phase by itself")
  func kernels() throws {
    let magnitude = Magnitude.response(try ResponseTable(points))
    for phase in [KernelPhase.natural, .minimum, .linear, .linearAbove(500)] {
      let kernel = try magnitude.kernel(phase: phase, rate: 48_000)
      for (frequency, gain) in [(20.0, -3.0), (141.4213562373095, -1.5), (1_000, 0), (3_162.2776601683795, 3), (20_000, 6)] {
        let found = 20 * log10(FrequencyResponse(taps: kernel.taps).value(at: frequency / 48_000).magnitude)
        #expect(abs(found - gain) < 0.01, "\(phase), \(frequency) Hz: \(found) dB, \(kernel.summary)")
      }
    }
    let minimum = try magnitude.kernel(phase: .minimum, rate: 48_000)
    let natural = try magnitude.kernel(phase: .natural, rate: 48_000)
    #expect(minimum.delayFrames == 0 && minimum == natural)
    // A delay of 48 frames and a half.
    let delay = ResponseText.delay(frames: 48.5, rate: 48_000)
    let kernel = try Magnitude.response(delay).kernel(phase: .natural, rate: 48_000)
    let response = FrequencyResponse(taps: kernel.taps)
    for frequency in [20.0, 500, 10_000, 20_000] {
      let value = response.value(at: frequency / 48_000)
      let turn = value.phase + 2 * .pi * frequency / 48_000 * (48.5 + Double(kernel.delayFrames))
      #expect(abs(turn.remainder(dividingBy: 2 * .pi)) < 1e-3 && abs(value.magnitude - 1) < 1e-3, "\(frequency) Hz, \(kernel.summary)")
    }
  }

  @Test("A text of more lines, or of longer ones, than any response has is refused before it takes memory")
  func long() {
    let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 20)
    let line = Array("20 -3 ".utf8) + [UInt8](repeating: UInt8(ascii: " "), count: 5_000) + Array("\n30 1\n".utf8)
    for (text, part) in [(lines, "line 1048577: the text has more than 1048576 lines"), (line, "line 1: the line has 5006 bytes")] {
      let error = #expect(throws: TextFaults.self) { try ResponseText(text) }
      #expect(error?.description().hasPrefix(part) == true, "\(String(describing: error))")
    }
    let graphic = Array("GraphicEQ: ".utf8) + [UInt8](repeating: UInt8(ascii: ";"), count: 1 << 23)
    #expect(throws: TextFaults.self) { try GraphicText(graphic) }
  }

  @Test("A text, and |H| of many bins, are left soon after they are not wanted any more")
  func cancelled() throws {
    let texts = [
      "response": [UInt8](repeating: UInt8(ascii: "\n"), count: 1 << 18),
      "graphic": Array("GraphicEQ: ".utf8) + [UInt8](repeating: UInt8(ascii: ";"), count: 1 << 19),
      "eq": [UInt8]((0..<1 << 18).flatMap { _ in Array("#\n".utf8) }),
    ]
    for word in texts.keys {
      // While the lines are counted, and while they are read.
      for patience in [0, 3, 500] {
        var looks = 0
        let source = WordSource(quotes: true, text: { _ in texts[word]! }, taps: { _ in [] })
        let error = #expect(throws: DesignError.self) {
          try KernelWords("\(word):x").check(rate: 48_000, from: source) {
            looks += 1
            return looks > patience
          }
        }
        #expect(error?.isCancelled == true && looks == patience + 1, "\(word), \(patience): \(looks) looks")
      }
    }
    for magnitude in [Magnitude.response(try ResponseTable(points)), .cascade(Cascade([]))] {
      var looks = 0
      let error = #expect(throws: DesignError.self) {
        try magnitude.kernel(phase: .linear, rate: 48_000, taps: 1 << 15) {
          looks += 1
          return looks > 20
        }
      }
      #expect(error?.isCancelled == true, "\(looks) looks")
    }
  }

  private func fault(_ text: String) -> String {
    do throws(TextFaults) {
      _ = try GraphicText(Array(text.utf8))
      return "it was taken"
    } catch {
      return error.description()
    }
  }
}

extension ResponseText {
  /// A pure delay, with the phase between -180 and 180 degrees, as programs write it.
  fileprivate static func delay(frames: Double, rate: Double) -> ResponseTable {
    let points = (1...2_000).map { index in
      let frequency = 10 * Double(index)
      return ResponseTable.Point(frequency, 0, phase: (-360 * frequency * frames / rate).remainder(dividingBy: 360))
    }
    return try! ResponseTable(points)
  }
}
