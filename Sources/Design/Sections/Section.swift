import Analysis
import Glibc

/// A filter of second order: y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2].
public struct Section: Sendable, Equatable, CustomStringConvertible {
  public var b0, b1, b2, a1, a2: Double

  public init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
    (self.b0, self.b1, self.b2, self.a1, self.a2) = (b0, b1, b2, a1, a2)
  }

  /// Divides all coefficients by a0, which is not 0.
  public init(b: (Double, Double, Double), a: (Double, Double, Double)) {
    self.init(b0: b.0 / a.0, b1: b.1 / a.0, b2: b.2 / a.0, a1: a.1 / a.0, a2: a.2 / a.0)
  }

  /// b0 b1 b2 a1 a2, each with the digits that determine it.
  public var description: String { "\(b0) \(b1) \(b2) \(a1) \(a2)" }

  var isFinite: Bool { [b0, b1, b2, a1, a2].allSatisfy(\.isFinite) }

  /// H at ω, radians a sample.
  ///
  /// c0 + c1 e^(-jω) + c2 e^(-2jω) is e^(-jω) times (c0 + c1 + c2 - 2 (c0 + c2) sin²(ω/2)) + j (c0 - c2) sin ω: near ω = 0
  /// no digits are lost.
  public func response(at angle: Double) -> ComplexGain {
    let (s, square) = (sin(angle), 2 * sin(angle / 2) * sin(angle / 2))
    let (p, q) = (b0 + b1 + b2 - (b0 + b2) * square, (b0 - b2) * s)
    let (u, v) = (1 + a1 + a2 - (1 + a2) * square, (1 - a2) * s)
    let norm = u * u + v * v
    return ComplexGain(re: (p * u + q * v) / norm, im: (q * u - p * v) / norm)
  }

  /// The angle of the poles, where a resonance has its maximum; nil if both are real.
  var resonance: Double? {
    let (half, excess) = (-a1 / 2, discriminant(1, a1, a2))
    return excess < 0 ? atan2((-excess).squareRoot(), half) : nil
  }
}

/// (b/2)² - a c of a x² + b x + c, rounded as a whole: for a double root the two terms cancel.
func discriminant(_ a: Double, _ b: Double, _ c: Double) -> Double {
  let half = b / 2
  let (square, product) = (half * half, a * c)
  let (squareRest, productRest) = ((-square).addingProduct(half, half), (-product).addingProduct(a, c))
  return (square - product) + (squareRest - productRest)
}
