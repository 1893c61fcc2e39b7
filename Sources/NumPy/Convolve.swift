import Vector

/// Which outputs of a convolution of N and M values, N >= M, are wanted.
public enum ConvolutionMode: String, Sendable, CaseIterable {
  /// All N+M-1 with any overlap.
  case full
  /// N of them, from the middle.
  case same
  /// The N-M+1 where the operands overlap completely.
  case valid

  /// Indices into the full result.
  func outputs(_ n: Int, _ m: Int) -> Range<Int> {
    switch self {
    case .full: 0..<n + m - 1
    case .same: (m - 1) / 2..<(m - 1) / 2 + n
    case .valid: m - 1..<n
    }
  }
}

/// np.convolve for arrays of any dimension that it takes: the same bits (any NaN for a NaN), the same refusals.
///
/// - Parameters:
///   - profile: the processor whose NumPy is meant, with one BLAS thread.
///   - jobs: threads to share the outputs among; the bits do not depend on it.
/// - Throws: an operand is empty or has more than one dimension.
/// - Complexity: O(N M)
public func convolve(
  _ a: NumPyArray, _ v: NumPyArray, mode: ConvolutionMode = .full, profile: Profile = .automatic, jobs: Int = 1
) throws(NumPyError) -> NumPyArray {
  if a.shape.first == 0 { throw .emptySignal }
  if v.shape.first == 0 { throw .emptyKernel }
  if a.shape.count > 1 || v.shape.count > 1 { throw .tooDeep }
  if case .float32(let x) = a.elements, case .float32(let h) = v.elements {
    return NumPyArray(orderedConvolution(x, h, .float32, mode, profile, jobs))
  }
  return NumPyArray(orderedConvolution(a.doubles, v.doubles, .float64, mode, profile, jobs))
}

/// The same for values at hand.
///
/// - Throws: an operand is empty.
public func convolve(
  _ a: [Double], _ v: [Double], mode: ConvolutionMode = .full, profile: Profile = .automatic, jobs: Int = 1
) throws(NumPyError) -> [Double] {
  if a.isEmpty { throw .emptySignal }
  if v.isEmpty { throw .emptyKernel }
  return orderedConvolution(a, v, .float64, mode, profile, jobs)
}
