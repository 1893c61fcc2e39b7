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
/// The bits are those of SciPy's builds for x86-64, or for 64-bit Arm, which add up in one order on every processor. The result has
/// the type that `np.promote_types` gives for both; integers wrap around. With mode `valid` the operands change places if only the
/// kernel is at least as large as the other in every dimension.
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
  return try image.withStoredElements { x in
    kernel.withStoredElements { h in
      Result { () throws(NumPyError) in
        try ImageConvolution(
          StoredImage(x, shape: image.shape), StoredImage(h, shape: kernel.shape), mode: mode, boundary: boundary,
          arithmetic: arithmetic, jobs: jobs
        ).result
      }
    }
  }.get()
}

extension ImageConvolution {
  fileprivate var result: NumPyArray {
    let elements = NumPyArray.Elements(type, count: shape[0] * shape[1]) { room in
      guard let y = room.baseAddress else { return }
      do throws(WorkError) { try write(to: y) } catch { fatalError("a convolution of images that nobody cancels: \(error)") }
    }
    return NumPyArray(shape: shape, elements: elements)
  }
}

/// Bytes that `convolve2D` takes beside its operands, casts of them included.
///
/// - Throws: as `convolve2D` does, but for its types.
public func convolve2DByteCount(
  _ image: NumPyArray, _ kernel: NumPyArray, mode: ConvolutionMode = .full, boundary: ImageBoundary = .fill
) throws(NumPyError) -> Int {
  if image.shape.count != 2 || kernel.shape.count != 2 { throw .notTwoDimensional }
  let isExchanged = try image.shape.isExchanged(with: kernel.shape, mode)
  let (image, kernel) = isExchanged ? (kernel, image) : (image, kernel)
  let type = ElementType.promoted(image.elementType, kernel.elementType)
  let geometry = try ImageGeometry(image: image.shape, kernel: kernel.shape, mode, boundary)
  return geometry.byteCount(elementBytes: type.bytes) + (image.elements.count + kernel.elements.count) * type.bytes
}

extension NumPyError {
  fileprivate static let notTwoDimensional = NumPyError("convolve2d inputs must both be 2-D arrays")
}
