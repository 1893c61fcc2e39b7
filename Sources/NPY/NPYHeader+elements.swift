extension NPYHeader {
  /// Reads the values, in C order and in this machine's byte order; none if one could not be read.
  ///
  /// Precondition: the file has as many values as the header says.
  func elements(_ file: NPYFile, from start: Int) -> NumPyArray.Elements {
    let range = start..<file.count
    let isFirstFastest = isFortranOrder && shape.count > 1
    let reordered = isBigEndian || isFirstFastest ? inOrder(file.bytes(range), isFirstFastest) : nil
    func copy<Element: BitwiseCopyable>(_: Element.Type) -> [Element] {
      reordered.map { NPYFile($0).values(Element.self, 0..<$0.count) } ?? file.values(Element.self, range)
    }
    return switch type {
    // NumPy writes 0 and 1, and reads other bytes as C does: as true.
    case .bool: .bool(copy(UInt8.self).map { $0 != 0 })
    case .int8: .int8(copy(Int8.self))
    case .int16: .int16(copy(Int16.self))
    case .int32: .int32(copy(Int32.self))
    case .int64: .int64(copy(Int64.self))
    case .uint8: .uint8(copy(UInt8.self))
    case .uint16: .uint16(copy(UInt16.self))
    case .uint32: .uint32(copy(UInt32.self))
    case .uint64: .uint64(copy(UInt64.self))
    case .float16: .float16(copy(Float16.self))
    case .float32: .float32(copy(Float.self))
    case .float64: .float64(copy(Double.self))
    case .complex64: .complex64(copy(Complex<Float>.self))
    case .complex128: .complex128(copy(Complex<Double>.self))
    }
  }

  /// Puts bytes in this machine's order, and elements in C order.
  private func inOrder(_ bytes: [UInt8], _ isFirstFastest: Bool) -> [UInt8] {
    let size = type.kind == .complex ? type.bytes / 2 : type.bytes
    let native = isBigEndian ? reversedBytes(bytes, size: size) : bytes
    return isFirstFastest ? inCOrder(native) : native
  }

  /// Reverses each `size` bytes.
  private func reversedBytes(_ bytes: [UInt8], size: Int) -> [UInt8] {
    var result = [UInt8]()
    result.reserveCapacity(bytes.count)
    for start in stride(from: 0, to: bytes.count, by: size) { result += bytes[start..<start + size].reversed() }
    return result
  }

  /// Reorders elements from Fortran order, in which the first index varies fastest, to C order.
  ///
  /// Complexity: O(elements * dimensions)
  private func inCOrder(_ bytes: [UInt8]) -> [UInt8] {
    var result = [UInt8]()
    result.reserveCapacity(bytes.count)
    // The distance of neighbours along each dimension, in elements. It cannot overflow unless the array is empty.
    var steps = [1]
    if bytes.isEmpty { return [] }
    for length in shape.dropLast() { steps.append(steps.last! * length) }
    var index = [Int](repeating: 0, count: shape.count)
    var element = 0
    for _ in 0..<bytes.count / type.bytes {
      let start = element * type.bytes
      result += bytes[start..<start + type.bytes]
      var dimension = shape.count - 1
      while dimension >= 0 {
        index[dimension] += 1
        element += steps[dimension]
        if index[dimension] < shape[dimension] { break }
        element -= steps[dimension] * shape[dimension]
        index[dimension] = 0
        dimension -= 1
      }
    }
    return result
  }
}
