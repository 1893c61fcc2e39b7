/// The gain of K-weighted pink noise: how loud a kernel makes what has equal power in every octave.
///
/// |H|² is averaged with the weights W(f)²/f from 20 Hz to 20 kHz, or to half the rate. W is the K-weighting of loudness meters, as its
/// filters at 48 kHz have it at that frequency.
/// Source: Recommendation ITU-R BS.1770-5, Annex 1.
public struct PinkNoiseGain {
  private let transform: Transform
  /// For each bin, adding up to 1.
  private let weights: [Double]

  /// Hz.
  public static let band = 20.0...20_000

  /// |H|² of N taps is a polynomial of 2N - 1 terms: as many points tell it whole. Bins are 2 Hz apart at most.
  private static func leastPoints(taps: Int, rate: Int) -> Int { max(2 * taps, rate / 2) }

  /// A bound on the memory that one takes: 40 bytes for each of the L points, which are a power of two.
  public static func bytes(taps: Int, rate: Int) -> Int { 40 * 2 * max(32, leastPoints(taps: taps, rate: rate)) }

  /// - Parameters:
  ///   - taps: of the longest kernel: at least one.
  ///   - rate: Hz, above 40.
  /// - Complexity: O(L log L), and 40 bytes for each of the L points: twice the taps, and at least half the rate.
  public init(taps: Int, rate: Int) {
    transform = Transform(atLeast: Self.leastPoints(taps: taps, rate: rate))
    let weights = transform.angles().map { angle in
      let frequency = abs(angle) / (2 * .pi) * Double(rate)
      return Self.band.contains(frequency) ? KWeighting.power(at: frequency) / frequency : 0
    }
    let sum = weights.reduce(0, +)
    self.weights = weights.map { $0 / sum }
  }

  /// The mean power of what comes out, for a power of 1 that goes in. Infinite where it is beyond float64.
  ///
  /// - Precondition: the taps are finite, and no more than were announced.
  /// - Complexity: O(L log L)
  public func power(of taps: [Double]) -> Double {
    transform.fill(with: taps)
    transform.forward()
    let (re, im) = (transform.re, transform.im)
    let power = weights.indices.reduce(0) { sum, bin in
      let weight = weights[bin]
      return weight == 0 ? sum : sum + weight * (re[bin] * re[bin] + im[bin] * im[bin])
    }
    return power.isNaN ? .infinity : power
  }
}

/// The frequency weighting of loudness meters: a shelf for the head's effect, and a high-pass.
///
/// Source: Recommendation ITU-R BS.1770-5, Annex 1, tables 1 and 2 (at 48 kHz).
public enum KWeighting {
  /// A recursive filter of second order: b0 + b1 z + b2 z² over 1 + a1 z + a2 z².
  private struct Section {
    let (b0, b1, b2, a1, a2): (Double, Double, Double, Double, Double)

    init(_ b0: Double, _ b1: Double, _ b2: Double, _ a1: Double, _ a2: Double) {
      (self.b0, self.b1, self.b2, self.a1, self.a2) = (b0, b1, b2, a1, a2)
    }

    func power(at frequency: Double) -> Double {
      let numerator = FrequencyResponse(taps: [b0, b1, b2]).value(at: frequency).magnitude
      let denominator = FrequencyResponse(taps: [1, a1, a2]).value(at: frequency).magnitude
      return numerator / denominator * (numerator / denominator)
    }
  }

  private static let sections = [
    Section(1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
    Section(1, -2, 1, -1.99004745483398, 0.99007225036621),
  ]

  /// The square of its gain at a frequency, in Hz, up to 24,000.
  public static func power(at frequency: Double) -> Double { sections.reduce(1) { $0 * $1.power(at: frequency / 48_000) } }
}
