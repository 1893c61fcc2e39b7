/// Casts to the common type of two operands, as NumPy does. Only integers of 64 bits lose anything: as float64 they round to even.
extension NumPyArray.Elements {
  /// Truth values and integers as values of `Integer`, which wrap around.
  ///
  /// Precondition: the elements are neither floats nor complex.
  @inlinable package func integers<Integer: FixedWidthInteger>(_: Integer.Type) -> [Integer] {
    switch self {
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    case .int8(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .int16(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .int32(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .int64(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .uint8(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .uint16(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .uint32(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .uint64(let values): return values.map { Integer(truncatingIfNeeded: $0) }
    case .float16, .float32, .float64, .complex64, .complex128: preconditionFailure("\(type) is no type of integers")
    }
  }

  /// Real elements as values of `Scalar`.
  ///
  /// Precondition: the elements are not complex.
  @inlinable package func floats<Scalar: BinaryFloatingPoint>(_: Scalar.Type) -> [Scalar] {
    switch self {
    case .float32(let values as [Scalar]): return values
    case .float64(let values as [Scalar]): return values
    case .bool(let values): return values.map { $0 ? 1 : 0 }
    case .int8(let values): return values.map { Scalar($0) }
    case .int16(let values): return values.map { Scalar($0) }
    case .int32(let values): return values.map { Scalar($0) }
    case .int64(let values): return values.map { Scalar($0) }
    case .uint8(let values): return values.map { Scalar($0) }
    case .uint16(let values): return values.map { Scalar($0) }
    case .uint32(let values): return values.map { Scalar($0) }
    case .uint64(let values): return values.map { Scalar($0) }
    case .float16(let values): return values.map { Scalar($0) }
    case .float32(let values): return values.map { Scalar($0) }
    case .float64(let values): return values.map { Scalar($0) }
    case .complex64, .complex128: preconditionFailure("\(type) is no type of real numbers")
    }
  }

  /// Elements of any type as complex numbers.
  @inlinable package func complexes<Part>(_: Part.Type) -> [Complex<Part>] {
    switch self {
    case .complex64(let values): values.map { Complex(Part($0.real), Part($0.imaginary)) }
    case .complex128(let values): values.map { Complex(Part($0.real), Part($0.imaginary)) }
    default: floats(Part.self).map { Complex($0) }
    }
  }
}
