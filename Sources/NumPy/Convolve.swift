import Buffers
import NPY

/// Which outputs of a convolution of N with M values, N >= M, are computed.
public enum ConvolutionMode: String, Sendable, CaseIterable {
  /// All N+M-1 outputs with any overlap.
  case full
  /// N outputs, from the middle.
  case same
  /// The N-M+1 outputs where the operands overlap completely.
  case valid

  /// The outputs as indices into the full result.
  public func outputs(_ n: Int, _ m: Int) -> Range<Int> {
    switch self {
    case .full: 0..<n + m - 1
    case .same: (m - 1) / 2..<(m - 1) / 2 + n
    case .valid: m - 1..<n
    }
  }
}

/// How a convolution is computed. The result does not depend on it.
public enum ConvolutionMethod: String, Sendable, CaseIterable {
  /// The method that is estimated to be fastest.
  case auto
  /// A sum of products for each output.
  case direct
  /// Fourier transforms, where these give the same bits: for integers and truth values whose transforms are proved to be exact
  /// after rounding. Float and complex sums depend on their order, which transforms do not keep, so they stay direct.
  case fft
}

/// Convolves arrays as np.convolve does: with its bits (any NaN for a NaN) and its refusals.
///
/// The result has the type that `np.promote_types` gives for both. Integers wrap around; float16 is summed in float32 and
/// rounded once; truth values give whether any pair of them is true.
///
/// - Parameters:
///   - profile: the processor whose NumPy to reproduce, with one BLAS thread. It matters for float32, float64 and complex types.
///   - method: does not change the bits.
///   - jobs: threads that share the outputs; does not change the bits.
/// - Throws: an operand is empty or has more than one dimension.
/// - Complexity: O(N M); O(N log M) by transforms.
public func convolve(
  _ a: NumPyArray, _ v: NumPyArray, mode: ConvolutionMode = .full, profile: Profile = .automatic,
  method: ConvolutionMethod = .auto, jobs: Int = 1
) throws(NumPyError) -> NumPyArray {
  if a.shape.first == 0 { throw .emptySignal }
  if v.shape.first == 0 { throw .emptyKernel }
  if a.shape.count > 1 || v.shape.count > 1 { throw .tooDeep }
  return try a.withStoredElements { a in
    v.withStoredElements { v in
      Result { () throws(NumPyError) in
        try ListConvolution(.convolve, a, v, mode: mode, profile: profile, method: method, jobs: jobs).result
      }
    }
  }.get()
}

extension ListConvolution {
  fileprivate var result: NumPyArray {
    NumPyArray(
      NumPyArray.Elements(type, count: outputs.count) { room in
        adviseLargePages(room)
        do throws(WorkError) { try write(to: room.baseAddress!) } catch {
          fatalError("a convolution that nobody cancels: \(error)")
        }
      })
  }
}

/// Convolves float64 values as np.convolve does.
///
/// - Throws: an operand is empty.
public func convolve(
  _ a: [Double], _ v: [Double], mode: ConvolutionMode = .full, profile: Profile = .automatic, jobs: Int = 1
) throws(NumPyError) -> [Double] {
  if a.isEmpty { throw .emptySignal }
  if v.isEmpty { throw .emptyKernel }
  return orderedConvolution(a, v, mode, profile, jobs)
}
