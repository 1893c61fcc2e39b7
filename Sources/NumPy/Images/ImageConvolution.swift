import NPY

/// An array of two dimensions in memory that somebody else keeps.
package struct StoredImage: Sendable {
  package let elements: StoredElements
  package let shape: [Int]

  /// - Parameter shape: rows and columns.
  package init(_ elements: StoredElements, shape: [Int]) { (self.elements, self.shape) = (elements, shape) }
}

/// A convolution of an image in memory with a kernel to another image, as scipy.signal.convolve2d computes it: see `convolve2D`.
///
/// Several threads may use it at once.
package struct ImageConvolution: Sendable {
  /// Of the result.
  package let type: ElementType
  private let image, kernel: StoredImage
  private let geometry: ImageGeometry
  private let arithmetic: ImageArithmetic
  private let jobs: Int

  /// - Throws: the operands do not fit each other, their type is refused, or no memory holds the result.
  package init(
    _ image: StoredImage, _ kernel: StoredImage, mode: ConvolutionMode, boundary: ImageBoundary,
    arithmetic: ImageArithmetic = .automatic, jobs: Int = 1
  ) throws(NumPyError) {
    let isExchanged = try image.shape.isExchanged(with: kernel.shape, mode)
    (self.image, self.kernel) = isExchanged ? (kernel, image) : (image, kernel)
    geometry = try ImageGeometry(image: self.image.shape, kernel: self.kernel.shape, mode, boundary)
    type = ElementType.promoted(image.elements.type, kernel.elements.type)
    if !Self.isAvailable(type) { throw NumPyError("convolve2d not available for this type") }
    (self.arithmetic, self.jobs) = (arithmetic, jobs)
  }

  /// Whether SciPy convolves images of this type.
  package static func isAvailable(_ type: ElementType) -> Bool { type != .bool && type != .float16 }

  /// Rows and columns of a result.
  ///
  /// - Throws: the operands do not fit each other, or no memory holds the result.
  package static func shape(_ image: [Int], _ kernel: [Int], mode: ConvolutionMode) throws(NumPyError) -> [Int] {
    let (image, kernel) = try image.isExchanged(with: kernel, mode) ? (kernel, image) : (image, kernel)
    return try ImageGeometry(image: image, kernel: kernel, mode, .fill).axes.map(\.outputs)
  }

  /// Rows and columns of the result.
  package var shape: [Int] { geometry.axes.map(\.outputs) }

  /// Writes all outputs.
  ///
  /// - Parameters:
  ///   - result: room for them, apart from the operands.
  ///   - fill: one value of the result's type, which lies beyond the edges with the boundary `fill`; nil for zero.
  /// - Throws: there is not enough memory, or the work is cancelled.
  package func write(
    to result: UnsafeMutableRawPointer, fill: UnsafeRawPointer? = nil, within limits: WorkLimits = .none
  ) throws(WorkError) {
    func integers<Integer: FixedWidthInteger & ImageScalar>(_: Integer.Type) throws(WorkError) {
      try write(to: result.assumingMemoryBound(to: Integer.self), fill, limits) { $0.cast($1, to: $2) }
    }
    func floats<Scalar: BinaryFloatingPoint & ImageScalar>(_: Scalar.Type) throws(WorkError) {
      try write(to: result.assumingMemoryBound(to: Scalar.self), fill, limits) { $0.cast($1, to: $2) }
    }
    func complexes<Part: BinaryFloatingPoint & Sendable & BitwiseCopyable>(_: Part.Type) throws(WorkError) {
      try write(to: result.assumingMemoryBound(to: Complex<Part>.self), fill, limits) { $0.cast($1, to: $2) }
    }
    switch type {
    case .bool, .float16: preconditionFailure("\(type) is refused")
    case .int8: try integers(Int8.self)
    case .int16: try integers(Int16.self)
    case .int32: try integers(Int32.self)
    case .int64: try integers(Int64.self)
    case .uint8: try integers(UInt8.self)
    case .uint16: try integers(UInt16.self)
    case .uint32: try integers(UInt32.self)
    case .uint64: try integers(UInt64.self)
    case .float32: try floats(Float.self)
    case .float64: try floats(Double.self)
    case .complex64: try complexes(Float.self)
    case .complex128: try complexes(Double.self)
    }
    try limits.checkCancellation()
  }

  private func write<Scalar: ImageScalar>(
    to y: UnsafeMutablePointer<Scalar>, _ fill: UnsafeRawPointer?, _ limits: WorkLimits,
    _ cast: (StoredElements, Range<Int>, UnsafeMutablePointer<Scalar>) -> Void
  ) throws(WorkError) {
    let outputs = shape[0] * shape[1]
    if kernel.elements.count == 0 || outputs == 0 { return y.update(repeating: .zero, count: outputs) }
    let h = try Scratch<Scalar>(kernel.elements.count)
    let taps = h.base
    try limits.forEachPart(of: kernel.elements.count) { cast(kernel.elements, $0, taps) }
    try limits.checkMemory(geometry.listByteCount)
    let wide = try geometry.widened(
      image.elements, beyond: fill.map { $0.loadUnaligned(as: Scalar.self) } ?? .zero, limits, cast)
    geometry.convolve(wide.base, taps, to: y, arithmetic, jobs, limits)
  }
}

extension [Int] {
  /// Whether SciPy exchanges an image of this shape with its kernel.
  ///
  /// - Throws: with mode `valid`, neither covers the other.
  func isExchanged(with kernel: [Int], _ mode: ConvolutionMode) throws(NumPyError) -> Bool {
    func covers(_ a: [Int], _ b: [Int]) -> Bool { zip(a, b).allSatisfy { $0 >= $1 } }
    if mode != .valid || covers(self, kernel) { return false }
    if covers(kernel, self) { return true }
    throw NumPyError("For 'valid' mode, one must be at least as large as the other in every dimension")
  }
}
