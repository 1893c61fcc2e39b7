import Glibc

/// H(f), the sum of h[n] e^(-j2πfn), of taps h; f in cycles a sample, 0 to 1/2.
public struct FrequencyResponse: Sendable {
  private let taps: [Double]

  public init(taps: [Double]) { self.taps = taps }

  /// H at one frequency, with a rounding error of about taps x 1e-16 of the taps' sum of magnitudes.
  ///
  /// - Complexity: O(taps)
  public func value(at frequency: Double) -> ComplexGain {
    let (c, s) = (cos(2 * .pi * frequency), -sin(2 * .pi * frequency))
    var (re, im) = (0.0, 0.0)
    // Horner's rule in e^(-jω).
    for tap in taps.reversed() { (re, im) = (re * c - im * s + tap, re * s + im * c) }
    return ComplexGain(re: re, im: im)
  }

  /// The largest |H|, and where it is: the worst-case gain of a sine.
  ///
  /// |H|² is a trigonometric polynomial of a degree n below the number of taps. On a grid of K > 64 n points around the
  /// circle its largest value is more than cos(πn/K) times the true maximum (H. Ehlich and K. Zeller, 1964), so that the
  /// grid's is at most 0.006 dB short; a golden-section search around it removes most of that.
  /// - Complexity: O(taps log taps), about 70 transforms; the memory is 100 bytes a tap, since the grid is made of coarse
  ///   ones, each shifted in frequency.
  public func largestGain() -> GainPeak {
    let transform = Transform(atLeast: 2 * taps.count)
    let angles = transform.angles()
    let spacing = 2 * Double.pi / Double(transform.length)
    var best = GainPeak(magnitude: 0, frequency: 0)
    func consider(_ power: Double, _ angle: Double) {
      if power > best.magnitude { best = GainPeak(magnitude: power, frequency: angle) }
    }
    for shift in 0...Self.shifts / 2 {
      let angle = spacing * Double(shift) / Double(Self.shifts)
      let cosines = modulated(by: { cos(angle * $0) }, transform)
      let sines = modulated(by: { sin(angle * $0) }, transform)
      for (bin, ω) in angles.enumerated() {
        let (a, b) = ((cosines.re[bin], cosines.im[bin]), (sines.re[bin], sines.im[bin]))
        // a - jb is H at ω + angle, a + jb is H at ω - angle.
        consider((a.0 + b.1) * (a.0 + b.1) + (a.1 - b.0) * (a.1 - b.0), ω + angle)
        consider((a.0 - b.1) * (a.0 - b.1) + (a.1 + b.0) * (a.1 + b.0), ω - angle)
      }
    }
    return refined(around: best.frequency / (2 * .pi), within: spacing / (2 * .pi) / Double(Self.shifts))
  }

  /// Grids that are interleaved, each of at least two points a tap.
  private static let shifts = 32

  private func modulated(by factor: (Double) -> Double, _ transform: Transform) -> (re: [Double], im: [Double]) {
    for (index, tap) in taps.enumerated() { transform.values[index] = tap * factor(Double(index)) }
    transform.values[taps.count...].update(repeating: 0)
    transform.forward()
    return (Array(transform.re), Array(transform.im))
  }

  /// Searches by golden section, and tries both ends of the axis, where kernels often have their maximum.
  private func refined(around frequency: Double, within spacing: Double) -> GainPeak {
    let ratio = (5.0.squareRoot() - 1) / 2
    var (low, high) = (frequency - spacing, frequency + spacing)
    for _ in 0..<24 {
      let width = ratio * (high - low)
      if value(at: high - width).magnitude >= value(at: low + width).magnitude { high = low + width } else { low = high - width }
    }
    let middle = (low + high) / 2
    // Fold what lies beyond 0 or 1/2 back.
    let folded = abs(middle.remainder(dividingBy: 1))
    // In this order, and a later one only if it is larger by more than rounding: a flat response has its maximum at 0.
    return [0, 0.5, abs(frequency.remainder(dividingBy: 1)), folded].reduce(GainPeak(magnitude: 0, frequency: 0)) { best, candidate in
      let magnitude = value(at: candidate).magnitude
      return magnitude > best.magnitude * (1 + 1e-9) ? GainPeak(magnitude: magnitude, frequency: candidate) : best
    }
  }
}

/// A value of H.
public struct ComplexGain: Sendable, Equatable {
  public var re: Double
  public var im: Double

  public init(re: Double, im: Double) { (self.re, self.im) = (re, im) }

  public var magnitude: Double { hypot(re, im) }
  /// Radians, -π to π.
  public var phase: Double { atan2(im, re) }
}

/// Where |H| is largest.
public struct GainPeak: Sendable, Equatable {
  /// |H|, 1 being unity gain.
  public var magnitude: Double
  /// Cycles a sample, 0 to 1/2.
  public var frequency: Double

  public init(magnitude: Double, frequency: Double) { (self.magnitude, self.frequency) = (magnitude, frequency) }
}
