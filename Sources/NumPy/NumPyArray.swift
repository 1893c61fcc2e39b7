/// What an array's elements are: NumPy's dtype.
public enum ElementType: String, Sendable, CaseIterable {
  case float32
  case float64

  /// Bytes of an element.
  public var bytes: Int { self == .float32 ? 4 : 8 }

  /// The type that `np.promote_types` gives for both.
  public static func promoted(_ a: Self, _ b: Self) -> Self { a == .float32 && b == .float32 ? .float32 : .float64 }
}

/// An array as a `.npy` file holds it, in C order.
public struct NumPyArray: Sendable, Equatable {
  public enum Elements: Sendable, Equatable {
    case float32([Float])
    case float64([Double])
  }

  /// Elements along each dimension; none for a scalar.
  public var shape: [Int]
  /// As many as the product of `shape`.
  public var elements: Elements

  /// An array of one dimension.
  public init(_ elements: [Double]) { self.init(shape: [elements.count], elements: .float64(elements)) }

  /// An array of one dimension.
  public init(_ elements: [Float]) { self.init(shape: [elements.count], elements: .float32(elements)) }

  init(shape: [Int], elements: Elements) {
    self.shape = shape
    self.elements = elements
  }

  public var elementType: ElementType {
    switch elements {
    case .float32: .float32
    case .float64: .float64
    }
  }

  /// The elements in float64, which holds float32 exactly.
  public var doubles: [Double] {
    switch elements {
    case .float32(let values): values.map(Double.init)
    case .float64(let values): values
    }
  }
}
