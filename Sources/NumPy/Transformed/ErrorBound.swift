/// How far a convolution by FFT in float64 can lie from np.convolve's float64 result: the sum of the distances that each can have
/// from the exact value. With u = 2^-53, K taps v, and a window of 2M values x:
///
///     FFT    u (10.2 lg + 7) |x| |v|,  lg = log2 2M
///     NumPy  u sum of w[k] |x[n-k]|, at most u |x| |w|,  w[k] = |v[k]| (k / chains + 40)
///
/// |·| is the Euclidean norm, or a magnitude.
///
/// The FFT: a pass of radix 4 multiplies by twiddles, which are wrong by 2.5 u at most (each part by a unit in the last place, the
/// angle by 1.07 u), with √5 u for the product, and adds twice, by u each: 6.74 u, relative to the norm that passes it. A pass of
/// radix 2 takes 5.74 u. A transform of M points has at most two of these, and lg M radix-2 steps in all: t = 3.37 lg + 1.4 times u.
/// Two transforms lead to the product of the spectra, itself √5 u, whose magnitudes add up to |x| |v| at most (Cauchy and Schwarz).
/// Through the inverse transform an output takes each bin by a factor of magnitude 1, so its passes add t u |x| |v| to each output.
/// 3 t + √5 is less than 10.2 lg + 7.
///
/// NumPy: each term of a dot product is added to one of several chains, is rounded with each later term of its chain, and again
/// where the chains are added up. A kernel that decays has its largest taps last in the sum, so its weighted taps are far smaller
/// than if all went through K / chains roundings.
///
/// Sources: C. Percival, "Rapid multiplication modulo the sum and difference of highly composite numbers", 2003, section 5; R. Brent, C.
/// Percival, P. Zimmermann, "Error bounds on complex floating-point multiplication", 2007; N. J. Higham, "Accuracy and Stability of
/// Numerical Algorithms", section 3.1.
struct ErrorBound: Sendable {
  /// The factor of |x| in the FFT's bound.
  private let transform: Double
  /// The factor of |x| in NumPy's.
  private let ordered: Double

  /// Covers terms of second order and the rounding of the norms.
  static let margin = 1.001
  static let roundoff = 0x1p-53
  /// More than underflow can take from a sum.
  private static let underflow = 0x1p-900

  init(taps: [Double], profile: Profile, windowLength: Int) {
    transform = Self.margin * Self.roundoff * Self.transformFactor(windowLength) * norm(taps)
    ordered = Self.margin * Self.roundoff * norm(Self.weights(taps, profile))
  }

  /// What a convolution by transforms of a window loses at most, in units of u |x| |v|.
  static func transformFactor(_ windowLength: Int) -> Double { 10.2 * Double(windowLength.trailingZeroBitCount) + 7 }

  /// w: the taps' magnitudes by the roundings that follow each.
  static func weights(_ taps: [Double], _ profile: Profile) -> [Double] {
    taps.indices.map { taps[$0].magnitude * Double($0 / profile.chains + 40) }
  }

  /// Whether bounds mean anything: taps may be neither huge nor tiny.
  static func isPossible(_ taps: [Double]) -> Bool { norm(taps) > 0x1p-300 && norm(taps) < 0x1p300 }

  /// Bounds the distance of a window's outputs from the exact values, by the norm |x|.
  func exact(_ x: Double) -> Double { transform * x + Self.underflow }

  /// Bounds their distance from NumPy's.
  func numPy(_ x: Double) -> Double { exact(x) + ordered * x }

  /// Bounds it for outputs whose sums of w[k] |x[n-k]| are `magnitudes` at most.
  func numPy(_ x: Double, magnitudes: Double) -> Double { exact(x) + Self.margin * Self.roundoff * magnitudes }
}

/// The Euclidean norm.
func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

extension Profile {
  /// The chains in which OpenBLAS adds up a float64 dot product.
  var chains: Int {
    switch self {
    case .skylakex: 32
    case .haswell, .sandybridge, .neoversen1: 16
    case .nehalem, .neoversev1: 8
    case .neoversen2: 4
    case .cortexa: 2
    }
  }
}
