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
  /// What sums can lose, for a window of norm 1: by transforms some u times the norm of the taps; directly u times that of the taps by
  /// the roundings that follow each.
  private let lost: Double

  /// - Parameters:
  ///   - row: which row of `kernels`.
  ///   - fft: nil for direct sums. A kernel that is zero or not finite has no transform.
  /// - Throws: the work is cancelled.
  /// - Complexity: O(M log M)
  init(_ kernels: StoredRows, row: Int, fft: RealFFT?, _ limits: WorkLimits) throws(WorkError) {
    let count = kernels.count
    var taps = try [Scalar](count: count, limits) { kernels.read($0, ofRow: row, to: $1 + $0.lowerBound) }
    reversed = try [Scalar](count: count, limits) { [taps] in for n in $0 { $1[n] = taps[count - 1 - n] } }
    size = taps.withUnsafeMutableBufferPointer { Size.normalize($0.baseAddress!, count: count) }
    if case .finite(let norm, let exponent) = size { (self.norm, self.exponent) = (norm, exponent) } else { (norm, exponent) = (0, 0) }
    try limits.checkCancellation()
    let sized = try [Double](count: count, limits) { [taps] in for n in $0 { $1[n] = Double(taps[n]) } }
    let unit = ErrorBound.margin * Scalar.roundoff
    if let fft, case .finite = size {
      // Underflow takes less than the last term: all norms are far from it.
      lost = unit * (ErrorBound.transformFactor(2 * fft.points) + 0x1p-30) * norm
      transform = OverlapSave(taps: sized, transform: fft, unless: { limits.isCancelled })
    } else {
      lost = unit * NumPy.norm(ErrorBound.weights(sized, .automatic))
      transform = nil
    }
  }

  /// Bounds how far outputs can lie from the exact sums, for a window of the norm `norm` times 2^exponent; NaN where they may overflow.
  func bound(norm window: Double, exponent: Int) -> Double {
    if size == .zero { return 0 }
    if size == .infinite { return .nan }
    func sized(_ value: Double) -> Double { Double(sign: .plus, exponent: exponent + self.exponent, significand: value) }
    guard sized(window * norm) < Double(Scalar.greatestFiniteMagnitude) / 4 else { return .nan }
    // What goes below the least number loses as much.
    let underflow = Double(Scalar.leastNonzeroMagnitude) * Double(transform == nil ? 2 * reversed.count + 2 : 2)
    return sized(window * lost) + underflow
  }
}

extension Array where Element: BitwiseCopyable {
  /// `count` values, which `write` puts into their places, some at a time.
  ///
  /// - Throws: the work is cancelled.
  fileprivate init(count: Int, _ limits: WorkLimits, _ write: (Range<Int>, UnsafeMutablePointer<Element>) -> Void) throws(WorkError) {
    self.init(unsafeUninitializedCapacity: count) { values, initialized in
      try? limits.forEachPart(of: count) {
        write($0, values.baseAddress!)
        initialized = $0.upperBound
      }
    }
    try limits.checkCancellation()
  }
}
