/// Casts to the common type of two operands, as NumPy does. Only integers of 64 bits lose anything: as float64 they round to even.
///
/// Each writes the elements of `range` to their places in `y`, which has room for all.
extension StoredElements {
  /// Truth values and integers as values of `Integer`, which wrap around.
  ///
  /// Precondition: the elements are neither floats nor complex.
  @inlinable package func cast<Integer: FixedWidthInteger>(_ range: Range<Int>, to y: UnsafeMutablePointer<Integer>) {
    func copy<Stored: FixedWidthInteger>(_: Stored.Type) {
      let x = base.assumingMemoryBound(to: Stored.self)
      for n in range { y[n] = Integer(truncatingIfNeeded: x[n]) }
    }
    switch type {
    case .bool: castTruths(range, to: y)
    case .int8: copy(Int8.self)
    case .int16: copy(Int16.self)
    case .int32: copy(Int32.self)
    case .int64: copy(Int64.self)
    case .uint8: copy(UInt8.self)
    case .uint16: copy(UInt16.self)
    case .uint32: copy(UInt32.self)
    case .uint64: copy(UInt64.self)
    case .float16, .float32, .float64, .complex64, .complex128: preconditionFailure("\(type) is no type of integers")
    }
  }

  /// Real elements as values of `Scalar`.
  ///
  /// Precondition: the elements are not complex.
  @inlinable package func cast<Scalar: BinaryFloatingPoint>(_ range: Range<Int>, to y: UnsafeMutablePointer<Scalar>) {
    func copy<Stored: FixedWidthInteger>(_: Stored.Type) {
      let x = base.assumingMemoryBound(to: Stored.self)
      for n in range { y[n] = Scalar(x[n]) }
    }
    func copy<Stored: BinaryFloatingPoint>(_: Stored.Type) {
      let x = base.assumingMemoryBound(to: Stored.self)
      for n in range { y[n] = Scalar(x[n]) }
    }
    switch type {
    case .bool: castTruths(range, to: y)
    case .int8: copy(Int8.self)
    case .int16: copy(Int16.self)
    case .int32: copy(Int32.self)
    case .int64: copy(Int64.self)
    case .uint8: copy(UInt8.self)
    case .uint16: copy(UInt16.self)
    case .uint32: copy(UInt32.self)
    case .uint64: copy(UInt64.self)
    case .float16: copy(Float16.self)
    case .float32: copy(Float.self)
    case .float64: copy(Double.self)
    case .complex64, .complex128: preconditionFailure("\(type) is no type of real numbers")
    }
  }

  /// Elements of any type as complex numbers.
  @inlinable package func cast<Part>(_ range: Range<Int>, to y: UnsafeMutablePointer<Complex<Part>>) {
    func copy<Stored>(_: Complex<Stored>.Type) {
      let x = base.assumingMemoryBound(to: Complex<Stored>.self)
      for n in range { y[n] = Complex(Part(x[n].real), Part(x[n].imaginary)) }
    }
    switch type {
    case .complex64: return copy(Complex<Float>.self)
    case .complex128: return copy(Complex<Double>.self)
    default: break
    }
    // Real values go to the second half of the room first, which the complex ones then overtake.
    let parts = UnsafeMutableRawPointer(y).assumingMemoryBound(to: Part.self)
    for first in stride(from: range.lowerBound, to: range.upperBound, by: 256) {
      let part = first..<min(first + 256, range.upperBound)
      let reals = parts + (2 * part.lowerBound + part.count)
      cast(part, to: reals - part.lowerBound)
      for n in part { y[n] = Complex(reals[n - part.lowerBound]) }
    }
  }

  /// A byte that is not 0 is true, as in C.
  @inlinable func castTruths<Number: Numeric>(_ range: Range<Int>, to y: UnsafeMutablePointer<Number>) {
    let x = base.assumingMemoryBound(to: UInt8.self)
    for n in range { y[n] = x[n] != 0 ? 1 : 0 }
  }
}

extension NumPyArray.Elements {
  /// Truth values and integers as values of `Integer`, which wrap around.
  ///
  /// Precondition: the elements are neither floats nor complex.
  @inlinable package func integers<Integer: FixedWidthInteger>(_: Integer.Type) -> [Integer] {
    [Integer](unsafeUninitializedCapacity: count) { values, initialized in
      if let y = values.baseAddress { stored { $0.cast(0..<$0.count, to: y) } }
      initialized = count
    }
  }

  /// Real elements as values of `Scalar`.
  ///
  /// Precondition: the elements are not complex.
  @inlinable package func floats<Scalar: BinaryFloatingPoint>(_: Scalar.Type) -> [Scalar] {
    switch self {
    case .float32(let values as [Scalar]): values
    case .float64(let values as [Scalar]): values
    default:
      [Scalar](unsafeUninitializedCapacity: count) { values, initialized in
        if let y = values.baseAddress { stored { $0.cast(0..<$0.count, to: y) } }
        initialized = count
      }
    }
  }

  /// Elements of any type as complex numbers.
  @inlinable package func complexes<Part>(_: Part.Type) -> [Complex<Part>] {
    [Complex<Part>](unsafeUninitializedCapacity: count) { values, initialized in
      if let y = values.baseAddress { stored { $0.cast(0..<$0.count, to: y) } }
      initialized = count
    }
  }

  /// Calls `body` with the elements.
  @usableFromInline func stored(_ body: (StoredElements) -> Void) {
    withUnsafeBytes { bytes in
      if let base = bytes.baseAddress { body(StoredElements(base, count: count, type: type)) }
    }
  }
}
