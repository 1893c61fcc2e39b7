extension NumPyArray {
  /// The first of the first dimension: values of a list, rows of an image.
  ///
  /// Precondition: there are as many, and at least one dimension.
  public func leading(_ count: Int) -> NumPyArray {
    if count == shape.first { return self }
    return NumPyArray(
      shape: [count] + shape.dropFirst(), elements: elements.leading(count * shape.dropFirst().reduce(1, *)),
      isByteSwapped: isByteSwapped)
  }
}

extension NumPyArray.Elements {
  fileprivate func leading(_ count: Int) -> Self {
    switch self {
    case .bool(let values): .bool(Array(values.prefix(count)))
    case .int8(let values): .int8(Array(values.prefix(count)))
    case .int16(let values): .int16(Array(values.prefix(count)))
    case .int32(let values): .int32(Array(values.prefix(count)))
    case .int64(let values): .int64(Array(values.prefix(count)))
    case .uint8(let values): .uint8(Array(values.prefix(count)))
    case .uint16(let values): .uint16(Array(values.prefix(count)))
    case .uint32(let values): .uint32(Array(values.prefix(count)))
    case .uint64(let values): .uint64(Array(values.prefix(count)))
    case .float16(let values): .float16(Array(values.prefix(count)))
    case .float32(let values): .float32(Array(values.prefix(count)))
    case .float64(let values): .float64(Array(values.prefix(count)))
    case .complex64(let values): .complex64(Array(values.prefix(count)))
    case .complex128(let values): .complex128(Array(values.prefix(count)))
    }
  }
}
