/// An array of NumPy's, in C order.
public struct NumPyArray: Sendable, Equatable {
  /// The values, of one of NumPy's types.
  public enum Elements: Sendable, Equatable {
    case bool([Bool])
    case int8([Int8])
    case int16([Int16])
    case int32([Int32])
    case int64([Int64])
    case uint8([UInt8])
    case uint16([UInt16])
    case uint32([UInt32])
    case uint64([UInt64])
    case float16([Float16])
    case float32([Float])
    case float64([Double])
    case complex64([Complex<Float>])
    case complex128([Complex<Double>])
  }

  /// Elements along each dimension; empty for a scalar.
  public let shape: [Int]
  /// As many as the product of `shape`.
  public let elements: Elements
  /// Whether they came in the order of bytes opposite to this machine's, in which NumPy keeps them. It casts such an array where it
  /// takes another as it stands. Arrays that differ in nothing else are equal.
  package let isByteSwapped: Bool

  /// An array of one dimension.
  public init(_ elements: [Double]) { self.init(.float64(elements)) }

  /// An array of one dimension.
  public init(_ elements: [Float]) { self.init(.float32(elements)) }

  /// An array of one dimension.
  public init(_ elements: Elements) { self.init(shape: [elements.count], elements: elements) }

  /// Precondition: the product of `shape` is the number of elements.
  public init(shape: [Int], elements: Elements) { self.init(shape: shape, elements: elements, isByteSwapped: false) }

  init(shape: [Int], elements: Elements, isByteSwapped: Bool) {
    precondition(shape.reduce(1, *) == elements.count, "\(elements.count) elements have no shape \(shape)")
    (self.shape, self.elements, self.isByteSwapped) = (shape, elements, isByteSwapped)
  }

  public static func == (a: NumPyArray, b: NumPyArray) -> Bool { a.shape == b.shape && a.elements == b.elements }

  public var elementType: ElementType { elements.type }

  /// The elements as float64, which is exact except for integers beyond 2^53: those are rounded.
  ///
  /// - Throws: the elements are complex.
  public var doubles: [Double] {
    get throws(NumPyError) {
      if elementType.kind == .complex {
        throw NumPyError("its elements are \(elementType.rawValue): save the real part, with .real")
      }
      return elements.floats(Double.self)
    }
  }
}

extension NumPyArray {
  /// Multiplies by a Python float as NumPy does: integers and truth values become float64, other types stay; complex values by the
  /// complex factor that has no imaginary part.
  public func amplified(by factor: Double) throws(NumPyError) -> NumPyArray {
    switch elements {
    case .float16(let values): NumPyArray(shape: shape, elements: .float16(values.map { $0 * Float16(factor) }))
    case .float32(let values): NumPyArray(shape: shape, elements: .float32(values.map { $0 * Float(factor) }))
    case .complex64(let values): NumPyArray(shape: shape, elements: .complex64(values.map { $0.amplified(by: Float(factor)) }))
    case .complex128(let values): NumPyArray(shape: shape, elements: .complex128(values.map { $0.amplified(by: factor) }))
    default: NumPyArray(shape: shape, elements: .float64(try doubles.map { $0 * factor }))
    }
  }
}

extension NumPyArray.Elements {
  public var type: ElementType {
    switch self {
    case .bool: .bool
    case .int8: .int8
    case .int16: .int16
    case .int32: .int32
    case .int64: .int64
    case .uint8: .uint8
    case .uint16: .uint16
    case .uint32: .uint32
    case .uint64: .uint64
    case .float16: .float16
    case .float32: .float32
    case .float64: .float64
    case .complex64: .complex64
    case .complex128: .complex128
    }
  }

  /// `count` values of a type, which `write` puts into the room that it is given.
  package init(_ type: ElementType, count: Int, _ write: (UnsafeMutableRawBufferPointer) -> Void) {
    func values<Element: BitwiseCopyable>() -> [Element] {
      [Element](unsafeUninitializedCapacity: count) { room, initialized in
        write(UnsafeMutableRawBufferPointer(room))
        initialized = count
      }
    }
    self =
      switch type {
      case .bool: .bool(values())
      case .int8: .int8(values())
      case .int16: .int16(values())
      case .int32: .int32(values())
      case .int64: .int64(values())
      case .uint8: .uint8(values())
      case .uint16: .uint16(values())
      case .uint32: .uint32(values())
      case .uint64: .uint64(values())
      case .float16: .float16(values())
      case .float32: .float32(values())
      case .float64: .float64(values())
      case .complex64: .complex64(values())
      case .complex128: .complex128(values())
      }
  }

  public var count: Int { withUnsafeBytes { $0.count } / type.bytes }

  /// Calls `body` with the values' memory.
  func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    switch self {
    case .bool(let values): values.withUnsafeBytes(body)
    case .int8(let values): values.withUnsafeBytes(body)
    case .int16(let values): values.withUnsafeBytes(body)
    case .int32(let values): values.withUnsafeBytes(body)
    case .int64(let values): values.withUnsafeBytes(body)
    case .uint8(let values): values.withUnsafeBytes(body)
    case .uint16(let values): values.withUnsafeBytes(body)
    case .uint32(let values): values.withUnsafeBytes(body)
    case .uint64(let values): values.withUnsafeBytes(body)
    case .float16(let values): values.withUnsafeBytes(body)
    case .float32(let values): values.withUnsafeBytes(body)
    case .float64(let values): values.withUnsafeBytes(body)
    case .complex64(let values): values.withUnsafeBytes(body)
    case .complex128(let values): values.withUnsafeBytes(body)
    }
  }
}

/// A complex number in NumPy's layout: the real part, then the imaginary part.
public struct Complex<Part: BinaryFloatingPoint & Sendable & BitwiseCopyable>: Sendable, Equatable, BitwiseCopyable {
  public var real: Part
  public var imaginary: Part

  public init(_ real: Part, _ imaginary: Part = 0) { (self.real, self.imaginary) = (real, imaginary) }

  /// The product with a complex number whose imaginary part is 0: zeros keep NumPy's signs.
  fileprivate func amplified(by factor: Part) -> Complex {
    Complex(real * factor - imaginary * 0, real * 0 + imaginary * factor)
  }
}
