import Analysis
import Glibc
import Numbers

/// Sections one after the other, behind a gain.
public struct Cascade: Sendable, Equatable {
  /// A factor.
  public var gain: Double
  public var sections: [Section]

  /// The most sections that are taken, so that a kernel of 2^20 taps takes seconds at most.
  public static let mostSections = 1_000

  public init(gain: Double = 1, _ sections: [Section]) { (self.gain, self.sections) = (gain, sections) }

  /// H at ω, radians a sample.
  public func response(at angle: Double) -> ComplexGain {
    sections.reduce(ComplexGain(re: gain, im: 0)) { product, section in
      let factor = section.response(at: angle)
      return ComplexGain(re: product.re * factor.re - product.im * factor.im, im: product.re * factor.im + product.im * factor.re)
    }
  }

  /// The largest |H| of 513 frequencies, and of those of all poles: at most the true maximum.
  ///
  /// - Throws: it is 0, or beyond 300 dB.
  func largestGain() throws(DesignError) -> Double {
    let grid = (0...512).map { Double.pi * pow(1e-6, 1 - Double($0) / 512) }
    let angles = [0] + grid + sections.compactMap(\.resonance)
    let largest = angles.reduce(0) { max($0, response(at: $1).magnitude) }
    guard largest <= 1e15 else {
      throw DesignError("the filters together amplify by more than 300 dB: are their gains right?")
    }
    guard largest > 1e-15 else { throw DesignError("the filters together let nothing pass: are their coefficients right?") }
    return largest
  }

  /// The cascade of the same |H| whose zeros all lie inside the unit circle or on it, and whose first tap is positive.
  public var minimumPhase: Cascade {
    var result = Cascade(gain: abs(gain), [])
    for section in sections {
      let (factor, reflected) = section.reflected
      result.gain *= factor
      result.sections.append(reflected)
    }
    return result
  }
}

extension Section {
  /// A factor, and the section whose zeros outside of the unit circle are reflected into it: z becomes 1/z*, times |z|.
  fileprivate var reflected: (factor: Double, section: Section) {
    var (section, factor) = (self, 1.0)
    // A zero at infinity is a delay.
    while section.b0 == 0, section.b1 != 0 || section.b2 != 0 { (section.b0, section.b1, section.b2) = (section.b1, section.b2, 0) }
    let excess = discriminant(section.b0, section.b1, section.b2)
    if excess < 0 {
      if abs(section.b2) > abs(section.b0) { (section.b0, section.b2) = (section.b2, section.b0) }
    } else if section.b0 != 0 {
      let sum = -(section.b1 / 2 + (section.b1 < 0 ? -1 : 1) * excess.squareRoot())
      let roots = sum == 0 ? (0, 0) : (sum / section.b0, section.b2 / sum)
      let inside = [roots.0, roots.1].map { root in
        if abs(root) <= 1 { return root }
        factor *= abs(root)
        return 1 / root
      }
      if factor != 1 {
        (section.b1, section.b2) = (-section.b0 * (inside[0] + inside[1]), section.b0 * inside[0] * inside[1])
      }
    }
    if section.b0 < 0 { (section.b0, section.b1, section.b2) = (-section.b0, -section.b1, -section.b2) }
    return (factor, section)
  }
}
