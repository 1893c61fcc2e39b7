import NPY

/// How `convolve` sums two arrays of integers or truth values, and what that is estimated to take.
public struct IntegerEstimate: Sendable {
  /// Values of a transform's window; 0 for direct sums.
  public var windowLength: Int
  /// On one thread, by the shipped costs.
  public var seconds: Double

  /// - Returns: nil where NumPy sums no integers, or refuses the two.
  /// - Complexity: O(N + M)
  public init?(_ a: NumPyArray, _ v: NumPyArray, mode: ConvolutionMode, method: ConvolutionMethod) {
    guard a.shape.count <= 1, v.shape.count <= 1, a.elements.count > 0, v.elements.count > 0 else { return nil }
    let (x, h) = a.elements.count >= v.elements.count ? (a.elements, v.elements) : (v.elements, a.elements)
    switch ElementType.promoted(x.type, h.type) {
    case .int8, .uint8, .int16, .uint16: self.init(x.integers(Int16.self), h.integers(Int16.self), mode, method)
    case .bool, .int32, .uint32: self.init(x.integers(Int32.self), h.integers(Int32.self), mode, method)
    case .int64, .uint64: self.init(x.integers(Int64.self), h.integers(Int64.self), mode, method)
    case .float16, .float32, .float64, .complex64, .complex128: return nil
    }
  }

  private init<Lane: WrappingLane>(_ signal: [Lane], _ kernel: [Lane], _ mode: ConvolutionMode, _ method: ConvolutionMethod) {
    let plan = transformedIntegers(signal, kernel, mode, method)?.plan
    (windowLength, seconds) = (2 * (plan?.points ?? 0), 1e-9 * (plan?.cost ?? directCost(signal, kernel)))
  }
}
