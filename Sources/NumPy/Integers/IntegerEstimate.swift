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
    let (x, h) = a.elements.count >= v.elements.count ? (a, v) : (v, a)
    let outputs = mode.outputs(x.elements.count, h.elements.count).count
    let estimate: IntegerEstimate? =
      switch ElementType.promoted(x.elementType, h.elementType) {
      case .int8, .uint8, .int16, .uint16: Self.estimate(x, h, as: Int16.self, outputs, method)
      case .bool, .int32, .uint32: Self.estimate(x, h, as: Int32.self, outputs, method)
      case .int64, .uint64: Self.estimate(x, h, as: Int64.self, outputs, method)
      case .float16, .float32, .float64, .complex64, .complex128: nil
      }
    guard let estimate else { return nil }
    self = estimate
  }

  private init(windowLength: Int, seconds: Double) { (self.windowLength, self.seconds) = (windowLength, seconds) }

  private static func estimate<Lane: WrappingLane>(
    _ signal: NumPyArray, _ kernel: NumPyArray, as: Lane.Type, _ outputs: Int, _ method: ConvolutionMethod
  ) -> IntegerEstimate {
    signal.elements.integers(Lane.self).withUnsafeBufferPointer { signal in
      kernel.elements.integers(Lane.self).withUnsafeBufferPointer { kernel in
        let plan = IntegerTransformPlan.chosen(signal, kernel, outputs: outputs, method)
        return IntegerEstimate(windowLength: 2 * (plan?.points ?? 0), seconds: 1e-9 * (plan?.cost ?? directCost(signal, kernel)))
      }
    }
  }
}
