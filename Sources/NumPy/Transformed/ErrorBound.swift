/// How far a convolution by FFT in float64 can lie from np.convolve's float64 result: the sum of the distances that each can have
/// from the exact value. With u = 2^-53, K taps v, and a window of 2M values x:
///
///     FFT    u ((13.4 lg + 3) |x| |v| + 6.7 lg |y|),  lg = log2 2M
///     NumPy  u |x| |w|,  w[k] = |v[k]| (k / chains + 40)
///
/// |·| is the Euclidean norm, and y the 2M values that the inverse transform gives. The second bound counts the roundings of each
/// term of a dot product: the term is added to one of several chains, is rounded with each later term of its chain, and again
/// where the chains are added up. A kernel that decays has its largest taps last in the sum, so its weighted norm is far below
/// that of taps that all go through K / chains roundings.
///
/// Sources: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 24.2 and section 3.1.
struct ErrorBound: Sendable {
  /// Factors of |x| and |y| in the FFT's bound, and of |x| in NumPy's.
  private let input: Double
  private let output: Double
  private let ordered: Double

  /// Covers terms of second order and the rounding of the norms.
  private static let margin = 1.001
  /// More than underflow can take from a sum.
  private static let underflow = 0x1p-900

  init(taps: [Double], profile: Profile, windowLength: Int) {
    let (lg, u) = (Double(windowLength.trailingZeroBitCount), 0x1p-53)
    input = Self.margin * u * (13.4 * lg + 3) * norm(taps)
    output = Self.margin * u * 6.7 * lg
    let weighted = taps.indices.map { taps[$0] * Double($0 / profile.chains + 40) }
    ordered = Self.margin * u * norm(weighted)
  }

  /// Whether bounds mean anything: taps may be neither huge nor tiny.
  static func isPossible(_ taps: [Double]) -> Bool { norm(taps) > 0x1p-300 && norm(taps) < 0x1p300 }

  /// Bounds the distance of a window's outputs from the exact values, by the norms |x| and |y|.
  func exact(_ x: Double, _ y: Double) -> Double { input * x + output * y + Self.underflow }

  /// Bounds their distance from NumPy's.
  func numPy(_ x: Double, _ y: Double) -> Double { exact(x, y) + ordered * x }
}

/// The Euclidean norm.
func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

extension Profile {
  /// The chains in which OpenBLAS adds up a float64 dot product.
  var chains: Int {
    switch self {
    case .skylakex: 32
    case .haswell, .sandybridge, .neon: 16
    case .nehalem: 8
    }
  }
}
