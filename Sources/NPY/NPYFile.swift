import Buffers

/// The bytes of a `.npy` file, read as they are needed.
public struct NPYFile {
  let count: Int
  private let read: (_ offset: Int, _ destination: UnsafeMutableRawBufferPointer) -> Int

  /// - Parameters:
  ///   - count: bytes of the file.
  ///   - read: fills memory with the bytes from an offset on, and returns how many it got. Never asked for bytes past the end.
  public init(count: Int, read: @escaping (_ offset: Int, _ destination: UnsafeMutableRawBufferPointer) -> Int) {
    (self.count, self.read) = (count, read)
  }

  /// A file in memory.
  init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { offset, destination in
      bytes.withUnsafeBytes { bytes in
        destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + destination.count]))
      }
      return destination.count
    }
  }

  /// The bytes of a range; none if one of them could not be read.
  func bytes(_ range: Range<Int>) -> [UInt8] { values(UInt8.self, range) }

  /// The values in a range of bytes; none if a byte could not be read.
  func values<Value: BitwiseCopyable>(_: Value.Type, _ range: Range<Int>) -> [Value] {
    [Value](unsafeUninitializedCapacity: range.count / MemoryLayout<Value>.stride) { values, count in
      let destination = UnsafeMutableRawBufferPointer(values)
      adviseLargePages(destination)
      count = read(range.lowerBound, destination) == range.count ? values.count : 0
    }
  }
}

extension NumPyArray {
  /// The first bytes, which tell such a file.
  public static let headBytes = NPYHeader.magic.count

  /// Whether `bytes` begin as a `.npy` file does.
  public static func isNPY(_ bytes: some Collection<UInt8>) -> Bool { bytes.starts(with: NPYHeader.magic) }

  /// Reads a `.npy` file of version 1.0 to 3.0.
  ///
  /// - Parameter name: what messages call the file.
  /// - Throws: the file is malformed, shorter or longer than its header says, or its dtype is no `ElementType`.
  public init(npy bytes: [UInt8], name: String) throws(NumPyError) {
    try self.init(npy: NPYFile(bytes), name: name)
  }

  /// Reads a `.npy` file without a copy of its bytes. Throws as `init(npy:name:)` of bytes does.
  public init(npy file: NPYFile, name: String) throws(NumPyError) {
    let layout = try NPYLayout(file, name: name)
    let elements = layout.header.elements(file, from: layout.offset)
    try layout.check(elements.count * layout.type.bytes)
    self.init(shape: layout.shape, elements: elements, isByteSwapped: layout.header.isBigEndian)
  }

  /// The bytes that `np.save` writes for the array.
  public func npy() -> [UInt8] { withNPY { header, values in header + values } }

  /// Calls `body` with these bytes in two parts, without a copy of the values.
  public func withNPY<Result>(_ body: (_ header: [UInt8], _ values: UnsafeRawBufferPointer) -> Result) -> Result {
    elements.withUnsafeBytes { body(NPYHeader.bytes(type: elementType, shape: shape), $0) }
  }

  /// The bytes before the values of an array in C order. Their number is equal for all shapes of one dimension.
  public static func header(_ type: ElementType, shape: [Int]) -> [UInt8] { NPYHeader.bytes(type: type, shape: shape) }
}

/// How the values of a `.npy` file lie, and where they begin.
public struct NPYLayout: Sendable {
  /// What messages call the file.
  private let name: String
  let header: NPYHeader
  /// Bytes before the values.
  public let offset: Int

  /// - Throws: the file is malformed, shorter or longer than its header says, or its dtype is no `ElementType`.
  public init(_ file: NPYFile, name: String) throws(NumPyError) {
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
  /// Whether values lie as in memory: in this machine's byte order, and in C order if there are several dimensions.
  public var isPlain: Bool { !header.isBigEndian && (!header.isFortranOrder || shape.count <= 1) }

  /// Throws unless as many bytes of values are `present` as the header says.
  public func check(_ present: Int) throws(NumPyError) {
    // Like NumPy, without the lengths of 0: sums and products of the others then fit, in any order.
    var expected = type.bytes
    for length in shape where length > 0 {
      let (product, overflow) = expected.multipliedReportingOverflow(by: length)
      if overflow { throw NumPyError("\(name): its header says shape \(shape), more than a file can hold") }
      expected = product
    }
    if shape.contains(0) { expected = 0 }
    if present != expected {
      let fault = present < expected ? "it is truncated" : "it is longer than it should be"
      throw NumPyError("\(name): \(fault): its header says \(expected) bytes of \(type.rawValue) values, \(present) are present")
    }
  }

  /// Bytes of a dictionary, far above that of 64 dimensions.
  private static let longestHeader = 1 << 20

  private static func headerRange(_ file: NPYFile) throws(NumPyError) -> Range<Int> {
    let longestStart = 12
    let bytes = file.bytes(0..<min(longestStart, file.count))
    if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      throw NumPyError("it is a ZIP archive, as .npz is: save one array of it with np.save")
    }
    guard NumPyArray.isNPY(bytes) else { throw NumPyError("it is not a .npy file: save it with np.save") }
    let major = bytes.count > 6 ? bytes[6] : 0
    let lengthBytes = major == 1 ? 2 : 4
    let start = 8 + lengthBytes
    guard bytes.count >= start else { throw NumPyError("it is truncated: \(bytes.count) bytes do not hold a header") }
    guard (1...3).contains(major), bytes[7] == 0 else {
      throw NumPyError("its format version is \(major).\(bytes[7]): save it anew with np.save, which writes 1.0 to 3.0")
    }
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= longestHeader else {
      throw NumPyError("its header takes \(length) bytes, and NumPy writes less than \(longestHeader): save it anew with np.save")
    }
    guard file.count - start >= length else {
      throw NumPyError("it is truncated: its header takes \(length) bytes, \(file.count - start) are present")
    }
    return start..<start + length
  }
}
