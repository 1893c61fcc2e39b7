extension NumPyArray {
  /// Whether `bytes` begin as a `.npy` file does.
  public static func isNPY(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: NPYHeader.magic) }

  /// The array that a `.npy` file holds, versions 1.0 to 3.0.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: the file is malformed, shorter or longer than its header says, or of a dtype that is no `ElementType`.
  public init(npy bytes: [UInt8], name: String) throws(NumPyError) {
    try self.init(npy: NPYBytes(bytes), name: name)
  }

  /// The same, of a file that is read as it is needed, without a copy of its values.
  public init(npy file: NPYBytes, name: String) throws(NumPyError) {
    do throws(NumPyError) {
      let start = try Self.headerRange(file)
      let header = try NPYHeader(file.bytes(start))
      try Self.check(file.count - start.upperBound, header)
      let elements = header.elements(file, from: start.upperBound)
      try Self.check(elements.count * header.type.bytes, header)
      self.init(shape: header.shape, elements: elements)
    } catch {
      throw NumPyError("\(name): \(error.message)")
    }
  }

  /// The bytes that `np.save` would write.
  public func npy() -> [UInt8] { withNPY { header, values in header + values } }

  /// The same in two parts: what stands before the values, and those.
  public func withNPY<Result>(_ body: (_ header: [UInt8], _ values: UnsafeRawBufferPointer) -> Result) -> Result {
    elements.withUnsafeBytes { body(NPYHeader.bytes(type: elementType, shape: shape), $0) }
  }

  /// What stands before the values of an array in C order; of the same length for all shapes of one dimension.
  public static func header(_ type: ElementType, shape: [Int]) -> [UInt8] { NPYHeader.bytes(type: type, shape: shape) }

  private static func headerRange(_ file: NPYBytes) throws(NumPyError) -> Range<Int> {
    let longestStart = 12
    let bytes = file.bytes(0..<min(longestStart, file.count))
    guard isNPY(bytes) else { throw NumPyError("it is no .npy file: save it with np.save") }
    let major = bytes.count > 6 ? bytes[6] : 0
    let lengthBytes = major == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw NumPyError("it is truncated: \(bytes.count) bytes do not hold a header") }
    guard (1...3).contains(major), bytes[7] == 0 else {
      throw NumPyError("its format version is \(major).\(bytes[7]): save it anew with np.save, which writes 1.0 to 3.0")
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard file.count - start >= length else {
      throw NumPyError("it is truncated: its header takes \(length) bytes, \(file.count - start) are there")
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
