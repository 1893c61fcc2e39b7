import Glibc

/// Whether a kernel's phase is linear or minimum.
public struct PhaseKind: Sendable, Equatable {
  /// Taps that mirror each other: linear phase.
  public enum Symmetry: String, Sendable {
    case symmetric, antisymmetric
  }

  /// nil if the taps mirror each other in neither way, to within -120 dB of the peak.
  public var symmetry: Symmetry?
  /// Taps, whole or a half; of linear phase only.
  public var groupDelay: Double?
  /// The difference from the minimum-phase kernel of the same magnitude: its norm relative to the kernel's, in dB; `-infinity`
  /// if there is none. Without the kernel's delay, which lasts to the first tap that is not zero
  /// or to the first above -120 dB of the peak, whichever makes it the smaller.
  public var minimumPhaseDifference: Double

  /// Below this difference, in dB, a kernel counts as minimum phase.
  public static let minimumPhaseTolerance = -60.0

  /// Whether all zeros lie inside the unit circle, as far as that can be heard.
  public var isMinimum: Bool { minimumPhaseDifference < Self.minimumPhaseTolerance }

  /// - Parameters:
  ///   - taps: finite, not all zero.
  ///   - sounding: the taps from the first above -120 dB of the peak to the last.
  ///   - peak: the largest magnitude.
  init(_ taps: [Double], sounding: Range<Int>, peak: Double) {
    let tolerance = peak * KernelAnalysis.quiet
    // h[n] and h[centre - n] mirror each other.
    let centre = sounding.lowerBound + sounding.upperBound - 1
    func mirrors(_ sign: Double) -> Bool {
      taps.indices.allSatisfy { index in
        let mirror = centre - index
        return abs(taps[index] - sign * (taps.indices.contains(mirror) ? taps[mirror] : 0)) <= tolerance
      }
    }
    symmetry = mirrors(1) ? .symmetric : mirrors(-1) ? .antisymmetric : nil
    if symmetry != nil { groupDelay = Double(centre) / 2 }
    let starts: Set = [taps.firstIndex { $0 != 0 }!, sounding.lowerBound]
    minimumPhaseDifference = starts.map { Self.difference(Array(taps[$0...])) }.min()!
  }

  private static func difference(_ taps: [Double]) -> Double {
    let minimum = minimumPhase(taps)
    let dot = zip(taps, minimum).reduce(0) { $0 + $1.0 * $1.1 }
    // A kernel that inverts is no less minimum phase.
    let sign = dot < 0 ? -1.0 : 1
    let (difference, norm) = zip(taps, minimum).reduce((0.0, 0.0)) { sum, pair in
      let rest = pair.0 - sign * pair.1
      return (sum.0 + rest * rest, sum.1 + pair.0 * pair.0)
    }
    return 10 * log10(difference / norm)
  }
}

/// The kernel of the same |H| whose zeros all lie inside the unit circle or on it, and whose first tap is positive.
///
/// Its cepstrum is taken at L points, 8 times the taps and at least 65,536.
/// - Parameter taps: finite, not all zero.
/// - Complexity: O(L log L), 56 bytes for each of the L points.
func minimumPhase(_ taps: [Double]) -> [Double] {
  let transform = Transform(atLeast: max(8 * taps.count, 65_536))
  transform.fill(with: taps)
  transform.forward()
  let (re, im) = (transform.re, transform.im)
  for bin in re.indices { re[bin] = hypot(re[bin], im[bin]) }
  transform.takeLogarithm()
  for bin in re.indices {
    let magnitude = exp(re[bin])
    (re[bin], im[bin]) = (magnitude * cos(im[bin]), magnitude * sin(im[bin]))
  }
  transform.inverse()
  return Array(transform.values[..<taps.count])
}
