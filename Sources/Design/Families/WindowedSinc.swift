import Glibc

/// Low, high and band passes of linear phase: the ideal impulse response under a window.
///
/// A high pass is a pure delay minus the low pass of the same frequency and taps, a band pass the difference of two low passes:
/// the parts of a crossover add up to a pure delay of (taps - 1) / 2, exactly but for roundings. At the frequency |H| is 1/2.
/// Source: J. F. Kaiser, "Nonrecursive digital filter design using the I₀-sinh window function", 1974.
public struct WindowedSinc: Sendable, Equatable {
  /// Odd.
  public var taps: Int

  /// The attenuation beyond the transition, in dB, and the window's shape for it.
  static let attenuation = 100.0
  static let beta = 0.1102 * (attenuation - 8.7)

  /// - Parameter taps: nil: as many as make the transition reach from three to five quarters of the lowest frequency.
  public init(taps: Int?, lowest frequency: Double, rate: Double) throws(DesignError) {
    if let taps {
      guard taps % 2 == 1, (3..<Cascade.longest).contains(taps) else {
        let nearest = min(max(3, taps | 1), Cascade.longest - 1)
        throw DesignError(found: "\(taps)", "a windowed sinc has an odd number of taps, 3 to \(Cascade.longest - 1): write \(nearest)")
      }
      self.taps = taps
    } else {
      let width = 2 * Double.pi * frequency / rate / 2
      let count = ((Self.attenuation - 7.95) / (2.285 * width)).rounded(.up) / 2
      guard count.isFinite, count < Double(Cascade.longest / 2) else {
        throw DesignError(found: "\(shown(frequency)) Hz", "the frequency is too low for a windowed sinc: choose a higher one, or BW2")
      }
      self.taps = 2 * Int(count.rounded(.up)) + 1
    }
  }

  static func check(_ frequency: Double, rate: Double) throws(DesignError) {
    guard frequency > 0, frequency < rate / 2 else {
      throw DesignError(
        found: "\(shown(frequency)) Hz", "the frequency of a windowed sinc is above 0 and below half of the rate, \(shown(rate / 2)) Hz")
    }
  }

  /// Gain 1 at 0 Hz.
  public func lowPass(at frequency: Double, rate: Double) throws(DesignError) -> [Double] {
    try Self.check(frequency, rate: rate)
    let (centre, angle) = (taps / 2, 2 * .pi * frequency / rate)
    // One half, from the ends on, since small terms come first into the sum.
    let half = (0...centre).map { index in
      let distance = Double(centre - index)
      let ideal = distance == 0 ? angle / .pi : sin(angle * distance) / (.pi * distance)
      return ideal * Self.window(distance / Double(centre))
    }
    let sum = 2 * half.dropLast().reduce(0, +) + half[centre]
    let scaled = half.map { $0 / sum }
    return scaled + scaled.dropLast().reversed()
  }

  public func highPass(at frequency: Double, rate: Double) throws(DesignError) -> [Double] {
    var result = try lowPass(at: frequency, rate: rate).map { -$0 }
    result[taps / 2] += 1
    return result
  }

  public func bandPass(from low: Double, to high: Double, rate: Double) throws(DesignError) -> [Double] {
    let (below, upTo) = (try lowPass(at: low, rate: rate), try lowPass(at: high, rate: rate))
    return zip(upTo, below).map { $0 - $1 }
  }

  /// Kaiser's window; x is 0 in the middle and 1 at the end.
  private static func window(_ x: Double) -> Double { bessel(beta * max(0, 1 - x * x).squareRoot()) / bessel(beta) }

  /// I₀, by its series.
  private static func bessel(_ x: Double) -> Double {
    var (sum, term, index) = (1.0, 1.0, 1.0)
    while term > sum * 1e-17 {
      term *= x / 2 / index * (x / 2 / index)
      sum += term
      index += 1
    }
    return sum
  }
}
