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
    let layout = try NPYLayout(file, name: name)
    let elements = layout.header.elements(file, from: layout.offset)
    try layout.check(elements.count * layout.type.bytes)
    self.init(shape: layout.shape, elements: elements)
  }

  /// The bytes that `np.save` would write.
  public func npy() -> [UInt8] { withNPY { header, values in header + values } }

  /// The same in two parts: what stands before the values, and those.
  public func withNPY<Result>(_ body: (_ header: [UInt8], _ values: UnsafeRawBufferPointer) -> Result) -> Result {
    elements.withUnsafeBytes { body(NPYHeader.bytes(type: elementType, shape: shape), $0) }
  }

  /// What stands before the values of an array in C order; of the same length for all shapes of one dimension.
  public static func header(_ type: ElementType, shape: [Int]) -> [UInt8] { NPYHeader.bytes(type: type, shape: shape) }
}

/// What a `.npy` file says of its values, and where they begin.
public struct NPYLayout: Sendable {
  /// The file's, for messages.
  private let name: String
  let header: NPYHeader
  /// Bytes before the values.
  public let offset: Int

  /// - Throws: as `NumPyArray(npy:name:)`.
  public init(_ file: NPYBytes, name: String) throws(NumPyError) {
    self.name = name
    do throws(NumPyError) {
      let range = try Self.headerRange(file)
      (header, offset) = (try NPYHeader(file.bytes(range)), range.upperBound)
    } catch {
      throw NumPyError("\(name): \(error.message)")
    }
    try check(file.count - offset)
  }

  public var type: ElementType { header.type }
  public var shape: [Int] { header.shape }
  /// Whether values lie as in memory, one after another: in this machine's byte order, and in C order where that matters.
  public var isPlain: Bool { !header.isBigEndian && (!header.isFortranOrder || shape.count <= 1) }

  /// - Throws: there are not as many bytes of values as the header says.
  public func check(_ present: Int) throws(NumPyError) {
    var expected = type.bytes
    for length in shape {
      let (product, overflow) = expected.multipliedReportingOverflow(by: length)
      if overflow { throw NumPyError("\(name): its header says shape \(shape), more than a file can hold") }
      expected = product
    }
    if present != expected {
      let fault = present < expected ? "it is truncated" : "it is longer than it should be"
      throw NumPyError("\(name): \(fault): its header says \(expected) bytes of \(type.rawValue) values, \(present) are there")
    }
  }

  private static func headerRange(_ file: NPYBytes) throws(NumPyError) -> Range<Int> {
    let longestStart = 12
    let bytes = file.bytes(0..<min(longestStart, file.count))
    guard NumPyArray.isNPY(bytes) else { throw NumPyError("it is no .npy file: save it with np.save") }
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
}
