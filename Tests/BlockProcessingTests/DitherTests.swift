import BlockProcessing
import Buffers
import Foundation
import TestSupport
import Testing

@Suite("Dither")
struct DitherTests {
  private static let count = 1 << 20

  /// The error, in steps, of `samples` in each channel that have been dithered to `bits`.
  private func errors(_ samples: [[Double]], bits: Int, seed: UInt64 = 81) -> [[Double]] {
    let planes = Planes(channels: samples.count, frames: samples[0].count)
    for (channel, plane) in samples.enumerated() { planes.pointers[channel].update(from: plane, count: plane.count) }
    var dither = Dither(channels: samples.count, seed: seed)
    // In two parts: the noise goes on where it was.
    let half = samples[0].count / 2
    let second = UnsafeMutablePointer<UnsafeMutablePointer<Double>>.allocate(capacity: samples.count)
    defer { second.deallocate() }
    for channel in samples.indices { (second + channel).initialize(to: planes.pointers[channel] + half) }
    dither.apply(planes.pointers, count: half, bits: bits)
    dither.apply(second, count: samples[0].count - half, bits: bits)
    let scale = Double(1 << (bits - 1))
    return samples.enumerated().map { channel, samples in samples.indices.map { (planes.pointers[channel][$0] - samples[$0]) * scale } }
  }

  private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  @Test("every sample is a whole number of steps, and less than 1.5 of them away", arguments: [16, 20, 24, 32])
  func steps(bits: Int) {
    var random = SeededGenerator(seed: 82)
    let x = random.noise(10_000).map { $0 * 0.9 }
    let scale = Double(1 << (bits - 1))
    for (error, sample) in zip(errors([x], bits: bits)[0], x) {
      #expect(abs(error) <= 1.5 + 1e-6)
      let steps = sample * scale + error
      #expect(abs(steps - steps.rounded()) < 1e-6)
    }
  }

  @Test("the error has mean zero and a variance of a quarter of a step squared, whatever the signal", arguments: [0, 0.25, 0.5, 0.9])
  func moments(offset: Double) {
    let x = [Double](repeating: (1000 + offset) * 0x1p-15, count: Self.count)
    let error = errors([x], bits: 16)[0]
    // The standard error of the mean is 0.5 / 2^10, that of the variance less than 0.25 * 1.5 / 2^10.
    #expect(abs(mean(error)) < 5 * 0.5 / 1024, "mean \(mean(error))")
    let variance = mean(error.map { $0 * $0 })
    #expect(abs(variance - 0.25) < 5 * 0.375 / 1024, "variance \(variance)")
  }

  @Test("the noise is triangular: the chance of each step is its area")
  func triangular() {
    // A sample at f steps is rounded to k with the area of the triangle on k - f - 1/2 ... k - f + 1/2.
    func below(_ t: Double) -> Double { t <= -1 ? 0 : t >= 1 ? 1 : t < 0 ? (1 + t) * (1 + t) / 2 : 1 - (1 - t) * (1 - t) / 2 }
    for fraction in [0.0, 0.2, 0.5, 0.77] {
      let x = [Double](repeating: fraction * 0x1p-15, count: Self.count)
      let steps = errors([x], bits: 16)[0].map { Int(($0 + fraction).rounded()) }
      for k in -2...3 {
        let chance = below(Double(k) - fraction + 0.5) - below(Double(k) - fraction - 0.5)
        let found = Double(steps.count { $0 == k }) / Double(Self.count)
        #expect(abs(found - chance) <= 5 * (chance * (1 - chance)).squareRoot() / 1024, "\(found) of \(chance) at step \(k) of \(fraction)")
      }
    }
  }

  @Test("channels, seeds and neighbours have nothing to do with each other")
  func independence() {
    let zeros = [[Double]](repeating: [Double](repeating: 0.5 * 0x1p-15, count: Self.count), count: 3)
    let first = errors(zeros, bits: 16)
    let other = errors(zeros, bits: 16, seed: 83)
    func correlation(_ a: some Collection<Double>, _ b: some Collection<Double>) -> Double {
      zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(min(a.count, b.count)) / 0.25
    }
    for (a, b) in [(first[0], first[1]), (first[1], first[2]), (first[0], other[0])] { #expect(abs(correlation(a, b)) < 5.0 / 1024) }
    for lag in 1...8 { #expect(abs(correlation(first[0], first[0].dropFirst(lag))) < 5.0 / 1024, "lag \(lag)") }
    #expect(errors(zeros, bits: 16) == first, "the same seed gives the same noise")
  }
}
