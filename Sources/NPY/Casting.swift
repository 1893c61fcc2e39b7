// Elements of one type as values of another, as NumPy casts operands to their common type. None loses anything but
// integers of 64 bits as float64, which are rounded to even.

extension NumPyArray.Elements {
  /// Truth values and integers; those that `Integer` does not hold wrap around.
  ///
  /// Precondition: they are no floats.
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

  /// Real numbers.
  ///
  /// Precondition: they are not complex.
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

  /// Numbers of any type.
  @inlinable package func complexes<Part>(_: Part.Type) -> [Complex<Part>] {
    switch self {
    case .complex64(let values): values.map { Complex(Part($0.real), Part($0.imaginary)) }
    case .complex128(let values): values.map { Complex(Part($0.real), Part($0.imaginary)) }
    default: floats(Part.self).map { Complex($0) }
    }
  }
}
