import Glibc

/// H(f) of taps h, and its derivative, at chosen frequencies.
public struct ResponseSamples: Sendable, Equatable {
  /// Cycles a sample, 0 to 1/2.
  public let frequencies: [Double]
  /// For each frequency: the sum of h[n] e^(-j2πfn).
  public private(set) var gains: [ComplexGain]
  /// For each frequency: the sum of n h[n] e^(-j2πfn). Its quotient by the gain has the group delay as its real part.
  public private(set) var moments: [ComplexGain]

  /// Frequencies of equal ratios.
  ///
  /// - Parameters:
  ///   - low: the first, above 0.
  ///   - high: the last, above `low`.
  ///   - count: at least 2.
  public static func logarithmic(from low: Double, to high: Double, count: Int) -> [Double] {
    (0..<count).map { $0 == count - 1 ? high : low * pow(high / low, Double($0) / Double(count - 1)) }
  }

  /// Of no taps.
  public init(silenceAt frequencies: [Double]) {
    self.frequencies = frequencies
    gains = frequencies.map { _ in ComplexGain(re: 0, im: 0) }
    moments = gains
  }

  /// Rounding errors are about taps x 1e-16 of the sum of magnitudes.
  ///
  /// - Parameter isCancelled: asked some hundred times a second.
  /// - Returns: nil where it is cancelled.
  /// - Complexity: O(taps · frequencies), two operations on eight frequencies at once a tap.
  public init?(taps: [Double], at frequencies: [Double], isCancelled: () -> Bool = { false }) {
    self.init(silenceAt: frequencies)
    for first in stride(from: 0, to: frequencies.count, by: Lanes.scalarCount) {
      let lanes = first..<min(first + Lanes.scalarCount, frequencies.count)
      guard let horner = Horner(taps, at: frequencies[lanes], isCancelled: isCancelled) else { return nil }
      for (lane, index) in lanes.enumerated() { (gains[index], moments[index]) = horner[lane] }
    }
  }

  private typealias Lanes = SIMD8<Double>

  /// P(z), the sum of h[n] z^n, and z P'(z) at eight points z on the unit circle, by Horner's rule.
  private struct Horner {
    private var (re, im) = (Lanes.zero, Lanes.zero)
    private var (momentRe, momentIm) = (Lanes.zero, Lanes.zero)

    /// - Complexity: O(taps)
    init?(_ taps: [Double], at frequencies: ArraySlice<Double>, isCancelled: () -> Bool) {
      var (c, s) = (Lanes(repeating: 1), Lanes.zero)
      for (lane, frequency) in frequencies.enumerated() {
        (c[lane], s[lane]) = (cos(2 * .pi * frequency), -sin(2 * .pi * frequency))
      }
      var end = taps.count
      while end > 0 {
        if isCancelled() { return nil }
        let start = max(0, end - 65_536)
        add(taps[start..<end], c, s)
        end = start
      }
      (momentRe, momentIm) = (momentRe * c - momentIm * s, momentRe * s + momentIm * c)
    }

    private mutating func add(_ taps: ArraySlice<Double>, _ c: Lanes, _ s: Lanes) {
      var (p, q, u, v) = (re, im, momentRe, momentIm)
      for tap in taps.reversed() {
        (u, v) = (u * c - v * s + p, u * s + v * c + q)
        (p, q) = (p * c - q * s + Lanes(repeating: tap), p * s + q * c)
      }
      (re, im, momentRe, momentIm) = (p, q, u, v)
    }

    subscript(lane: Int) -> (gain: ComplexGain, moment: ComplexGain) {
      (ComplexGain(re: re[lane], im: im[lane]), ComplexGain(re: momentRe[lane], im: momentIm[lane]))
    }
  }

  /// Adds another response at the same frequencies, times `factor` and later by `delay` samples.
  public mutating func add(_ other: ResponseSamples, times factor: Double, delay: Int) {
    for index in frequencies.indices {
      let (gain, moment) = (other.gains[index], other.moments[index])
      // Whole turns apart, so that long delays lose nothing.
      let angle = 2 * Double.pi * (frequencies[index] * Double(delay)).truncatingRemainder(dividingBy: 1)
      let (c, s) = (factor * cos(angle), -factor * sin(angle))
      let later = ComplexGain(re: moment.re + Double(delay) * gain.re, im: moment.im + Double(delay) * gain.im)
      gains[index].re += gain.re * c - gain.im * s
      gains[index].im += gain.re * s + gain.im * c
      moments[index].re += later.re * c - later.im * s
      moments[index].im += later.re * s + later.im * c
    }
  }

  /// Samples by which the envelope at a frequency is late; nil where the gain is 0.
  public func groupDelay(_ index: Int) -> Double? {
    let (gain, moment) = (gains[index], moments[index])
    let power = gain.re * gain.re + gain.im * gain.im
    return power > 0 ? (moment.re * gain.re + moment.im * gain.im) / power : nil
  }
}
