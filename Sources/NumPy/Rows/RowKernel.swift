import Convolution

/// A kernel of rows.
final class RowKernel<Scalar: RowScalar>: Sendable {
  /// The last tap first.
  let reversed: [Scalar]
  let size: Size
  /// nil where sums are direct.
  let transform: OverlapSave?
  /// Of `size`, where that is finite.
  let exponent: Int
  /// The norm of the taps without their exponent.
  private let norm: Double
  /// What transforms and direct sums can lose, for a window of norm 1: u times the norm of the taps, or of the taps by the roundings
  /// that follow each.
  private let lost: (transformed: Double, direct: Double)

  /// - Parameters:
  ///   - row: which row of `kernels`.
  ///   - fft: nil for direct sums. A kernel that is zero or not finite has no transform.
  /// - Throws: the work is cancelled.
  /// - Complexity: O(M log M)
  init(_ kernels: StoredRows, row: Int, fft: RealFFT?, _ limits: WorkLimits) throws(WorkError) {
    let count = kernels.count
    var taps = [Scalar](unsafeUninitializedCapacity: count) { taps, initialized in
      kernels.read(0..<count, ofRow: row, to: taps.baseAddress!)
      initialized = count
    }
    try limits.checkCancellation()
    reversed = taps.reversed()
    try limits.checkCancellation()
    size = taps.withUnsafeMutableBufferPointer { Size.normalize($0.baseAddress!, count: count) }
    if case .finite(let norm, let exponent) = size { (self.norm, self.exponent) = (norm, exponent) } else { (norm, exponent) = (0, 0) }
    try limits.checkCancellation()
    let sized = taps.map { Double($0) }
    try limits.checkCancellation()
    let unit = ErrorBound.margin * Scalar.roundoff
    // Underflow takes less than the last term: all norms are far from it.
    let factor = fft.map { ErrorBound.transformFactor(2 * $0.points) + 0x1p-30 } ?? 0
    lost = (unit * factor * norm, unit * NumPy.norm(ErrorBound.weights(sized, .automatic)))
    try limits.checkCancellation()
    if case .finite = size {
      transform = fft.map { OverlapSave(taps: sized, transform: $0, unless: { limits.isCancelled }) }
    } else {
      transform = nil
    }
  }

  /// Bounds how far outputs can lie from the exact sums, for a window of the norm `norm` times 2^exponent; NaN where they may overflow.
  func bound(norm window: Double, exponent: Int, isDirect: Bool) -> Double {
    if size == .zero { return 0 }
    if size == .infinite { return .nan }
    func sized(_ value: Double) -> Double { Double(sign: .plus, exponent: exponent + self.exponent, significand: value) }
    guard sized(window * norm) < Double(Scalar.greatestFiniteMagnitude) / 4 else { return .nan }
    // What goes below the least number loses as much.
    let underflow = Double(Scalar.leastNonzeroMagnitude) * Double(isDirect ? 2 * reversed.count + 2 : 2)
    return sized(window * (isDirect ? lost.direct : lost.transformed)) + underflow
  }
}
