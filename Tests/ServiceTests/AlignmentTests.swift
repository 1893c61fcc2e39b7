import AudioFile
import ConfigurationFile
import Convolution
import FilterKernels
import Filters
import TestSupport
import Testing

@Suite("Alignment of outputs")
struct AlignmentTests {
  /// Filters of random taps, gains and delays; some outputs have several, or none.
  private static func yaml(_ random: inout SeededGenerator, align: String = "peaks") -> String {
    let filters = (0..<Int.random(in: 1...6, using: &random)).map { index in
      let taps = (0..<Int.random(in: 1...9, using: &random)).map { _ in "\(Double.random(in: -1...1, using: &random))" }
      let (output, delay) = (Int.random(in: 0...3, using: &random), Int.random(in: 0...20, using: &random))
      let gain = Double.random(in: -20...6, using: &random)
      let bypass = Bool.random(using: &random) ? "mute" : "impulse"
      let kernel = "\"taps:\(taps.joined(separator: ","))\""
      return "  - { name: f\(index), from: 0, to: \(output), kernel: \(kernel), delay: \(delay), gain: \(gain), bypass: \(bypass) }"
    }
    return """
      rate: 48000
      capture: { device: none }
      playback: { device: none, channels: 4 }
      align: \(align)
      filters:
      \(filters.joined(separator: "\n"))
      """
  }

  /// Where each output's largest tap is, by what is convolved.
  private func peaks(_ routes: [Route]) -> [Int?] {
    (0..<4).map { output in
      let all = routes.filter { $0.to == output }.flatMap { route in
        route.response.taps.enumerated().map { (at: route.delay + $0, magnitude: abs($1 * route.gain)) }
      }
      return all.max { $0.magnitude < $1.magnitude }?.at
    }
  }

  @Test("brings the main peaks together, with the least delay, and after every change too", arguments: [UInt64.random(in: 0...(.max))])
  func coincide(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let text = ConfigurationText(yaml: Self.yaml(&random), folder: "/")
      var filters = try text.filters(text.checkedConfiguration(), KernelReader())
      for _ in 0..<3 {
        let (before, after) = (filters.unalignedPeaks, filters.mainPeaks)
        #expect(Set(after.compactMap { $0 }) == [before.compactMap { $0 }.max()!])
        #expect(peaks(filters.routes) == after, "seed \(seed)")
        let alignment = filters.alignment
        filters.bypass = true
        #expect(filters.alignment == alignment)
        filters.bypass = false
        // Another kernel, gain and delay of one of them.
        let name = filters.filters[Int.random(in: 0..<filters.filters.count, using: &random)].name
        let taps = (0..<Int.random(in: 1...30, using: &random)).map { _ in Double.random(in: -1...1, using: &random) }
        let sent = SentKernel(source: .file(try Kernel(channels: [taps], name: "sent", layout: "")), channel: 0)
        let kernel = try #require(try filters.replacement(for: name, sent, in: text, reader: KernelReader()))
        let setting = (gain: Double.random(in: -20...6, using: &random), delay: Int.random(in: 0...20, using: &random))
        filters.change(kernels: [kernel], [name: (gain: setting.gain, delay: setting.delay)])
      }
    }
  }

  @Test("is off unless it is asked for, and other words are refused")
  func off() throws {
    var random = SeededGenerator(seed: 1)
    let text = ConfigurationText(yaml: Self.yaml(&random, align: "none"), folder: "/")
    let filters = try text.filters(text.checkedConfiguration(), KernelReader())
    #expect(filters.alignment == [0, 0, 0, 0] && filters.mainPeaks == filters.unalignedPeaks)
    let wrong = ConfigurationText(yaml: Self.yaml(&random, align: "peak"), folder: "/")
    let error = #expect(throws: ConfigurationError.self) { try wrong.checkedConfiguration() }
    #expect(error?.description == "line 4: `align` is \"peak\": did you mean peaks?")
  }
}
