import NPY

/// What lies beyond an image's edges.
public enum ImageBoundary: String, Sendable, CaseIterable {
  /// Zeros.
  case fill
  /// The image again.
  case wrap
  /// Its mirror image, the values at the edge twice.
  case symm
}

/// Convolves arrays of two dimensions as scipy.signal.convolve2d does: with its bits (any NaN for a NaN) and its refusals.
///
/// The bits are those of SciPy's builds for x86-64, or for 64-bit Arm, which add up in one order on every processor. The result has the
/// type that `np.promote_types` gives for both; integers wrap around. With mode `valid` the operands change places if only
/// the kernel is at least as large as the other in every dimension.
///
/// - Parameters:
///   - arithmetic: whose bits; those of integers are the same.
///   - jobs: threads that share the rows; does not change the bits.
/// - Throws: an operand does not have two dimensions; with mode `valid`, neither is as large as the other in every dimension;
///   the type is bool or float16, which SciPy refuses; `boundary` would repeat an empty image.
/// - Complexity: O(outputs x kernel values); memory for one more image, as wide as the outputs and the kernel together.
/// Source: SciPy 1.17, scipy/signal/_firfilter.cc, pylab_convolve_2d
public func convolve2D(
  _ image: NumPyArray, _ kernel: NumPyArray, mode: ConvolutionMode = .full, boundary: ImageBoundary = .fill,
  arithmetic: ImageArithmetic = .automatic, jobs: Int = 1
) throws(NumPyError) -> NumPyArray {
  if image.shape.count != 2 || kernel.shape.count != 2 { throw .notTwoDimensional }
  if mode == .valid && !image.covers(kernel) {
    if !kernel.covers(image) { throw .noLargerOperand }
    return try convolve2D(kernel, image, mode: mode, boundary: boundary, arithmetic: arithmetic, jobs: jobs)
  }
  let geometry = try ImageGeometry(image: image.shape, kernel: kernel.shape, mode, boundary)
  let (x, h) = (image.elements, kernel.elements)

  func integers<Integer: FixedWidthInteger & ImageScalar>(_: Integer.Type) -> [Integer] {
    geometry.convolve(x.integers(Integer.self), h.integers(Integer.self), arithmetic, jobs)
  }
  func floats<Scalar: BinaryFloatingPoint & ImageScalar>(_: Scalar.Type) -> [Scalar] {
    geometry.convolve(x.floats(Scalar.self), h.floats(Scalar.self), arithmetic, jobs)
  }
  func complexes<Part>(_: Part.Type) -> [Complex<Part>] {
    geometry.convolve(x.complexes(Part.self), h.complexes(Part.self), arithmetic, jobs)
  }

  let result: NumPyArray.Elements =
    switch ElementType.promoted(x.type, h.type) {
    case .bool, .float16: throw .notForThisType
    case .int8: .int8(integers(Int8.self))
    case .int16: .int16(integers(Int16.self))
    case .int32: .int32(integers(Int32.self))
    case .int64: .int64(integers(Int64.self))
    case .uint8: .uint8(integers(UInt8.self))
    case .uint16: .uint16(integers(UInt16.self))
    case .uint32: .uint32(integers(UInt32.self))
    case .uint64: .uint64(integers(UInt64.self))
    case .float32: .float32(floats(Float.self))
    case .float64: .float64(floats(Double.self))
    case .complex64: .complex64(complexes(Float.self))
    case .complex128: .complex128(complexes(Double.self))
    }
  return NumPyArray(shape: geometry.axes.map(\.outputs), elements: result)
}

/// Bytes that `convolve2D` takes beside its operands, casts of them included.
///
/// - Throws: as `convolve2D` does, but for its types.
public func convolve2DByteCount(
  _ image: NumPyArray, _ kernel: NumPyArray, mode: ConvolutionMode = .full, boundary: ImageBoundary = .fill
) throws(NumPyError) -> Int {
  if image.shape.count != 2 || kernel.shape.count != 2 { throw .notTwoDimensional }
  if mode == .valid && !image.covers(kernel) {
    if !kernel.covers(image) { throw .noLargerOperand }
    return try convolve2DByteCount(kernel, image, mode: mode, boundary: boundary)
  }
  let type = ElementType.promoted(image.elementType, kernel.elementType)
  let geometry = try ImageGeometry(image: image.shape, kernel: kernel.shape, mode, boundary)
  return geometry.byteCount(elementBytes: type.bytes) + (image.elements.count + kernel.elements.count) * type.bytes
}

extension NumPyArray {
  /// Whether the array is at least as large as `other` in every dimension.
  fileprivate func covers(_ other: NumPyArray) -> Bool { zip(shape, other.shape).allSatisfy { $0 >= $1 } }
}

extension NumPyError {
  fileprivate static let notTwoDimensional = NumPyError("convolve2d inputs must both be 2-D arrays")
  fileprivate static let noLargerOperand = NumPyError(
    "For 'valid' mode, one must be at least as large as the other in every dimension")
  fileprivate static let notForThisType = NumPyError("convolve2d not available for this type")
}
