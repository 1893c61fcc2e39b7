extension NumPyArray {
  /// Whether `bytes` begin as a `.npy` file does.
  public static func isNPY(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: NPYHeader.magic) }

  /// The array that a `.npy` file holds, versions 1.0 to 3.0.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: the file is malformed, shorter or longer than its header says, or of a dtype that is no `ElementType`.
  public init(npy bytes: [UInt8], name: String) throws(NumPyError) {
    do throws(NumPyError) {
      let start = try Self.headerRange(bytes)
      let header = try NPYHeader(bytes[start])
      try Self.check(bytes.count - start.upperBound, header)
      self.init(shape: header.shape, elements: header.elements(bytes[start.upperBound...]))
    } catch {
      throw NumPyError("\(name): \(error.message)")
    }
  }

  /// The bytes that `np.save` would write.
  public func npy() -> [UInt8] {
    let header = NPYHeader.bytes(type: elementType, shape: shape)
    return elements.withUnsafeBytes { header + $0 }
  }

  /// What stands before the values of an array in C order; of the same length for all shapes of one dimension.
  public static func header(_ type: ElementType, shape: [Int]) -> [UInt8] { NPYHeader.bytes(type: type, shape: shape) }

  private static func headerRange(_ bytes: [UInt8]) throws(NumPyError) -> Range<Int> {
    guard isNPY(bytes) else { throw NumPyError("it is no .npy file: save it with np.save") }
    let major = bytes.count > 6 ? bytes[6] : 0
    let lengthBytes = major == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw NumPyError("it is truncated: \(bytes.count) bytes do not hold a header") }
    guard (1...3).contains(major), bytes[7] == 0 else {
      throw NumPyError("its format version is \(major).\(bytes[7]): save it anew with np.save, which writes 1.0 to 3.0")
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count - start >= length else {
      throw NumPyError("it is truncated: its header takes \(length) bytes, \(bytes.count - start) are there")
    }
    return start..<start + length
  }

  private static func check(_ present: Int, _ header: NPYHeader) throws(NumPyError) {
    var expected = header.type.bytes
    for length in header.shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: length)
      if overflow { throw NumPyError("its header says shape \(header.shape), more than a file can hold") }
      expected = product
    }
    if present != expected {
      let fault = present < expected ? "it is truncated" : "it is longer than it should be"
      throw NumPyError("\(fault): its header says \(expected) bytes of \(header.type.rawValue) values, \(present) are there")
    }
  }
}
