/// How far a convolution by FFT in float64 can lie from np.convolve's float64 result: what each of the two can lie from the
/// exact value, added up. With u = 2^-53, K taps v, and a frame of 2M values x:
///
///     FFT    u ((13.4 lg + 3) |x| |v| + 6.7 lg |y|),  lg = log2 2M
///     NumPy  u |x| |w|,  w[k] = |v[k]| (k / chains + 40)
///
/// |·| is the Euclidean norm, and y the 2M values that the inverse transform gives. The second bound counts the roundings that each term of a dot goes through: it is added to one of
/// some chains, in which the terms after it follow, and these are folded at the end. A kernel that decays has its largest taps
/// last in the sum, so its weighted norm is far below that of taps that all go through K / chains roundings.
///
/// Sources: N. J. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 24.2 and section 3.1.
struct ErrorBound: Sendable {
  /// What |x| and |y| are multiplied by, and |x| for NumPy's part.
  private let input: Double
  private let output: Double
  private let ordered: Double

  /// More than what is lost to second order, and in computing the norms.
  private static let margin = 1.001
  /// More than all that underflow can take away from a sum.
  private static let underflow = 0x1p-900

  init(taps: [Double], profile: Profile, frame: Int) {
    let (lg, u) = (Double(frame.trailingZeroBitCount), 0x1p-53)
    input = Self.margin * u * (13.4 * lg + 3) * norm(taps)
    output = Self.margin * u * 6.7 * lg
    let weighted = taps.indices.map { taps[$0] * Double($0 / profile.chains + 40) }
    ordered = Self.margin * u * norm(weighted)
  }

  /// Whether taps are neither so large nor so small that bounds mean nothing.
  static func isPossible(_ taps: [Double]) -> Bool { norm(taps) > 0x1p-300 && norm(taps) < 0x1p300 }

  /// For the outputs of a frame against the exact value, by the frame's norm and that of what the transform made of it.
  func exact(_ x: Double, _ y: Double) -> Double { input * x + output * y + Self.underflow }

  /// For the outputs of a frame against NumPy's.
  func numPy(_ x: Double, _ y: Double) -> Double { exact(x, y) + ordered * x }
}

/// The Euclidean norm.
func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }

extension Profile {
  /// The chains in which a float64 dot is added up.
  var chains: Int {
    switch self {
    case .skylakex: 32
    case .haswell, .sandybridge, .neon: 16
    case .nehalem: 8
    }
  }
}
