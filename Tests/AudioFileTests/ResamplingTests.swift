import AudioFile
import Foundation
import TestSupport
import Testing

@Suite struct ResamplingTests {
  @Test(
    "A resampled kernel has the same response within 0.01 dB up to 0.9 of the lower half rate, in magnitude and in time",
    arguments: [
      (44_100, 48_000), (48_000, 44_100), (48_000, 96_000), (96_000, 48_000), (48_000, 192_000), (44_100, 8_000), (32_000, 31_999),
    ])
  func response(old: Int, new: Int) throws {
    var random = SeededGenerator(seed: 8)
    let decay = (0..<400).map { exp(-Double($0) / 60) }
    let room = zip(random.noise(400), decay).map { $0 * $1 }
    let silence = [Double](repeating: 0, count: 300)
    for (name, taps) in [("impulse", [1]), ("quiet start", silence + room), ("abrupt start", room), ("late impulse", silence + [1])] {
      let kernel = try Kernel(channels: [taps], sampleRate: old, name: name, layout: "test")
      let result = try kernel.resampled(to: new)
      #expect(result.sampleRate == new && result.integers == nil)
      let limit = 0.9 * Double(min(old, new)) / 2
      var worst = 0.0
      // The mean level is the measure where the response has a hole.
      let mean = sqrt(taps.reduce(0) { $0 + $1 * $1 })
      for step in 0...400 {
        let frequency = limit * Double(step) / 400
        let expected = transform(taps, frequency / Double(old), lead: 0)
        let found = transform(result.channels[0], frequency / Double(new), lead: result.leadFrames)
        let difference = hypot(expected.re - found.re, expected.im - found.im)
        worst = max(worst, difference / max(mean, hypot(expected.re, expected.im)))
      }
      let decibels = 20 * log10(1 + worst)
      #expect(decibels < 0.01, "\(name): \(decibels) dB, \(result.leadFrames) frames before time 0")
    }
  }

  @Test("What begins in silence stays in its place, and nothing is put before it")
  func place() throws {
    var taps = [Double](repeating: 0, count: 2_000)
    // A bell of 20 ms, far below either half rate.
    for n in 0..<2_000 { taps[n] = exp(-pow((Double(n) - 1_000) / 100, 2)) }
    let result = try Kernel(channels: [taps], sampleRate: 48_000, name: "bell", layout: "test").resampled(to: 96_000)
    #expect(result.leadFrames == 0 && result.channels[0].count == 3_999)
    let peak = result.channels[0].indices.max { result.channels[0][$0] < result.channels[0][$1] }
    #expect(peak == 2_000 && abs(result.channels[0][2_000] - 0.5) < 1e-6)
  }

  @Test("A resampled kernel is as long as it was, ringing aside, and its channels stay together")
  func lengths() throws {
    var random = SeededGenerator(seed: 9)
    let impulse = [1] + [Double](repeating: 0, count: 999)
    let kernel = try Kernel(channels: [random.noise(1_000), impulse], sampleRate: 44_100, name: "k", layout: "test")
    let result = try kernel.resampled(to: 48_000)
    #expect(result.channels[0].count == result.channels[1].count)
    #expect((1_088...1_420).contains(result.channels[0].count))
    #expect(try kernel.resampled(to: 44_100) == kernel)
    #expect(result.layout == "test, resampled to 48000 Hz")
  }

  @Test("Silence, tiny and huge taps go through; rates too far apart do not")
  func extremes() throws {
    for scale in [0, 1e-300, 1e300] {
      let result = try Kernel(channels: [[scale, -scale]], sampleRate: 48_000, name: "k", layout: "test").resampled(to: 44_100)
      let isFinite = result.channels[0].allSatisfy(\.isFinite)
      #expect(isFinite)
      let peak = result.channels[0].reduce(0) { max($0, abs($1)) }
      #expect(scale == 0 ? peak == 0 : (0.5...2).contains(peak / scale))
    }
    let kernel = try Kernel(channels: [[1]], sampleRate: 8_000, name: "k", layout: "test")
    for rate in [0, -1, 8_000 * 257, Int.max] { #expect(throws: AudioFileError.self) { try kernel.resampled(to: rate) } }
    #expect(try Kernel(channels: [[1]], name: "k", layout: "test").resampled(to: 48_000).channels == [[1]])
  }

  @Test(
    "Rates whose frames seldom coincide are refused, with both named", arguments: [(2_147_483_647, 2_147_483_646), (1_000_003, 48_000)])
  func prime(old: Int, new: Int) throws {
    let kernel = try Kernel(channels: [[1]], sampleRate: old, name: "k", layout: "test")
    let error = #expect(throws: AudioFileError.self) { try kernel.resampled(to: new) }
    #expect(error?.cause == .badData && error?.message.contains("it has \(old) Hz and cannot be resampled to \(new) Hz: ") == true)
    // Unusual rates that occur are not.
    #expect(try Kernel(channels: [[1]], sampleRate: 47_999, name: "k", layout: "test").resampled(to: 48_000).sampleRate == 48_000)
  }

  /// At `frequency` cycles a frame, tap `lead` being time 0.
  private func transform(_ taps: [Double], _ frequency: Double, lead: Int) -> (re: Double, im: Double) {
    var sum = (re: 0.0, im: 0.0)
    for (n, tap) in taps.enumerated() {
      let angle = -2 * Double.pi * frequency * Double(n - lead)
      sum = (sum.re + tap * cos(angle), sum.im + tap * sin(angle))
    }
    return sum
  }
}
