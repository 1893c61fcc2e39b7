/// Bounds on what still comes out of a section, in transposed direct form II, when nothing more goes in.
///
/// Of the state (z₀, z₁) that is (z₀ + z₁ z⁻¹) / A(z). For poles p and q it is z₀ / (1 - p z⁻¹) + (z₁ + q z₀) z⁻¹ / A(z), and
/// the sum of magnitudes of 1 / (1 - p z⁻¹) is 1 / (1 - |p|). For complex poles r e^(±jθ) it is
/// z₀ rⁿ cos nθ + (z₁ + z₀ r cos θ) / (r sin θ) · rⁿ sin nθ, whose magnitude is at most rⁿ times the root of the sum of squares.
struct FreeResponse {
  private enum Poles {
    /// p, 1 - |p|, q, 1 - |q|.
    case real(Double, Double, Double, Double)
    /// r cos θ, r sin θ, 1 - r.
    case complex(Double, Double, Double)
  }

  private let poles: Poles
  /// A bound on the sum of magnitudes of the section's impulse response.
  let gain: Double

  /// How far the nearest pole lies from the unit circle.
  var distance: Double {
    switch poles {
    case .real(_, let first, _, let second): min(first, second)
    case .complex(_, _, let distance): distance
    }
  }

  /// - Returns: nil if a pole lies on the unit circle or outside.
  init?(_ section: Section) {
    let (a1, a2) = (section.a1, section.a2)
    let excess = discriminant(1, a1, a2)
    if excess < 0 {
      let distance = (1 - a2) / (1 + a2.squareRoot())
      guard distance > 0 else { return nil }
      poles = .complex(-a1 / 2, (-excess).squareRoot(), distance)
    } else {
      let root = excess.squareRoot()
      // (1 - p)(1 - q) and (1 + p)(1 + q) have all their digits, also where p or q is near to the unit circle.
      let (upper, lower) = (-a1 / 2 + root, -a1 / 2 - root)
      let (below, above) = (1 + a1 / 2 + root, 1 - a1 / 2 + root)
      let upperDistance = min((1 + a1 + a2) / below, above)
      let lowerDistance = min(below, (1 - a1 + a2) / above)
      guard below > 0, above > 0, upperDistance > 0, lowerDistance > 0 else { return nil }
      poles = .real(upper, upperDistance, lower, lowerDistance)
    }
    // After an impulse that is what the state is.
    let rest = Self.bound(section.b1 - a1 * section.b0, section.b2 - a2 * section.b0, poles)
    gain = abs(section.b0) + rest
  }

  /// A bound on the sum of magnitudes of all outputs from the state (z₀, z₁) on.
  func bound(_ z0: Double, _ z1: Double) -> Double { Self.bound(z0, z1, poles) }

  private static func bound(_ z0: Double, _ z1: Double, _ poles: Poles) -> Double {
    switch poles {
    case .real(let p, let pDistance, let q, let qDistance):
      let both = pDistance * qDistance
      return rounded(min(abs(z0) / pDistance + abs(z1 + q * z0) / both, abs(z0) / qDistance + abs(z1 + p * z0) / both))
    case .complex(let cosine, let sine, let distance):
      let cross = z1 + cosine * z0
      let turning = (z0 * z0 + cross / sine * (cross / sine)).squareRoot() / distance
      return rounded(min(turning, abs(z0) / distance + abs(cross) / (distance * distance)))
    }
  }

  /// Makes up for the roundings of the bound itself.
  private static func rounded(_ bound: Double) -> Double { bound * (1 + 1e-6) }
}
