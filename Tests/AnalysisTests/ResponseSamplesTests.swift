import Analysis
import Foundation
import TestSupport
import Testing

@Suite("Responses at chosen frequencies")
struct ResponseSamplesTests {
  @Test("Gains, group delays and the level of K-weighted pink noise are NumPy's")
  func numpy() throws {
    var numbers = try Numbers("responses", "41", "16")
    for index in 0..<16 {
      let taps = numbers.next(Int(numbers.next(1)[0]))
      let (frequencies, re, im, delays) = (numbers.next(16), numbers.next(16), numbers.next(16), numbers.next(16))
      let (rate, power) = (Int(numbers.next(1)[0]), numbers.next(1)[0])
      let samples = try #require(ResponseSamples(taps: taps, at: frequencies))
      let sum = taps.reduce(0) { $0 + abs($1) }
      for point in 0..<16 {
        let gain = samples.gains[point]
        #expect(abs(gain.re - re[point]) + abs(gain.im - im[point]) < 1e-10 * sum, "seed 41, kernel \(index)")
        // Where little is heard, errors are divided by little.
        let error = 1e-9 * sum * Double(taps.count) / max(gain.magnitude, 1e-12 * sum)
        #expect(try abs(#require(samples.groupDelay(point)) - delays[point]) < error + 1e-9, "seed 41, kernel \(index)")
      }
      let found = PinkNoiseGain(taps: taps.count, rate: rate).power(of: taps)
      #expect(close(found.squareRoot(), power.squareRoot(), decibels: 0.02), "seed 41, kernel \(index) at \(rate) Hz")
    }
  }

  @Test("An impulse has its delay at every frequency, and a gain and a delay add to a response what they do to its taps")
  func shift() throws {
    let seed = UInt64.random(in: 0...(.max))
    var random = SeededGenerator(seed: seed)
    let frequencies = ResponseSamples.logarithmic(from: 0.0002, to: 0.5, count: 37)
    #expect(frequencies.count == 37 && frequencies[0] == 0.0002 && frequencies[36] == 0.5)
    for _ in 0..<20 {
      let (taps, delay) = (random.noise(Int.random(in: 1...300, using: &random)), Int.random(in: 0...5000, using: &random))
      let factor = Double.random(in: -2...2, using: &random)
      let later = [Double](repeating: 0, count: delay) + taps.map { $0 * factor }
      let wanted = try #require(ResponseSamples(taps: later, at: frequencies))
      var sum = ResponseSamples(silenceAt: frequencies)
      sum.add(try #require(ResponseSamples(taps: taps, at: frequencies)), times: factor, delay: delay)
      for point in frequencies.indices {
        #expect(abs(sum.gains[point].re - wanted.gains[point].re) < 1e-9, "seed \(seed)")
        #expect(abs(sum.gains[point].im - wanted.gains[point].im) < 1e-9, "seed \(seed)")
        #expect(abs(sum.moments[point].re - wanted.moments[point].re) < 1e-6, "seed \(seed)")
      }
      let impulse = try #require(ResponseSamples(taps: [Double](repeating: 0, count: delay) + [-0.5], at: frequencies))
      for point in frequencies.indices { #expect(try abs(#require(impulse.groupDelay(point)) - Double(delay)) < 1e-6) }
    }
    #expect(ResponseSamples(silenceAt: [0.1]).groupDelay(0) == nil)
  }

  @Test("What is cancelled ends soon")
  func cancelled() {
    var asked = 0
    let taps = [Double](repeating: 1, count: 1 << 20)
    let samples = ResponseSamples(taps: taps, at: ResponseSamples.logarithmic(from: 0.01, to: 0.5, count: 512)) {
      asked += 1
      return asked == 3
    }
    #expect(samples == nil && asked == 3)
  }

  @Test("K-weighting is 0.69 dB at 997 Hz, and the level of an impulse is 0 dB, wherever it is")
  func weighting() {
    #expect(close(KWeighting.power(at: 997).squareRoot(), pow(10, 0.691 / 20), decibels: 0.001))
    for rate in [8_000, 44_100, 48_000, 384_000] {
      for delay in [0, 1, 500] {
        let power = PinkNoiseGain(taps: 501, rate: rate).power(of: [Double](repeating: 0, count: delay) + [0.25])
        #expect(close(power.squareRoot(), 0.25, decibels: 1e-9))
      }
    }
    #expect(PinkNoiseGain(taps: 1, rate: 48_000).power(of: [1e200]) == .infinity)
  }
}
