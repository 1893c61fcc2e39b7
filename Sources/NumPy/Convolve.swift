import NPY
import Vector

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
  let (x, h) = (a.elements, v.elements)
  let type = ElementType.promoted(x.type, h.type)

  func integers<Lane: WrappingLane>(_: Lane.Type) -> [Lane] {
    convolveIntegers(x.integers(Lane.self), h.integers(Lane.self), mode, method, jobs)
  }
  func sums<Scalar: OrderedScalar>(_: Scalar.Type) -> [Scalar] {
    orderedConvolution(x.floats(Scalar.self), h.floats(Scalar.self), mode, profile, jobs)
  }
  func complexSums<Part: OrderedScalar>(_: Part.Type) -> [Complex<Part>] {
    let shorter = x.count >= h.count ? v : a
    let isCast = shorter.elementType != type || shorter.isByteSwapped
    return orderedConvolution(x.complexes(Part.self), h.complexes(Part.self), isCast: isCast, mode, profile, jobs)
  }

  let result: NumPyArray.Elements =
    switch type {
    case .bool: .bool(integers(Int32.self).map { $0 != 0 })
    case .int8: .int8(integers(Int16.self).map { Int8(truncatingIfNeeded: $0) })
    case .int16: .int16(integers(Int16.self))
    case .int32: .int32(integers(Int32.self))
    case .int64: .int64(integers(Int64.self))
    case .uint8: .uint8(integers(Int16.self).map { UInt8(truncatingIfNeeded: $0) })
    case .uint16: .uint16(integers(Int16.self).map { UInt16(bitPattern: $0) })
    case .uint32: .uint32(integers(Int32.self).map { UInt32(bitPattern: $0) })
    case .uint64: .uint64(integers(Int64.self).map { UInt64(bitPattern: $0) })
    case .float16: .float16(sequentialConvolution(x.floats(Float.self), h.floats(Float.self), mode, jobs).map { Float16($0) })
    case .float32: .float32(sums(Float.self))
    case .float64: .float64(sums(Double.self))
    case .complex64: .complex64(complexSums(Float.self))
    case .complex128: .complex128(complexSums(Double.self))
    }
  return NumPyArray(result)
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
