import NPY
import Platform

extension NumPyArray {
  /// Whether a file is `.npy`, by its extension or its first bytes.
  public static func isFile(_ path: String) throws(AudioFileError) -> Bool {
    let descriptor = try FileDescriptor.reading(path)
    return fileExtension(path) == "npy" || isNPY(descriptor.head(headBytes))
  }

  /// Reads a `.npy` file.
  ///
  /// - Throws: the file is missing, unreadable, malformed or larger than the memory that is free, or its dtype is no `ElementType`.
  public init(path: String) throws(AudioFileError) {
    let file = try ArrayBytes(path)
    let bytes = NPYFile(count: file.count) { file.read(at: $0, into: $1) }
    do throws(NumPyError) {
      let layout = try NPYLayout(bytes, name: path)
      let copies = layout.isPlain && layout.type != .bool ? 1 : 3
      do throws(AudioFileError) { try AudioFileError.checkMemory(saturatedProduct(file.count, copies), for: path) } catch {
        throw NumPyError(error.message)
      }
      try self.init(npy: bytes, name: path)
    } catch {
      throw file.failure == 0 ? AudioFileError(.badData, error.message) : .reading(path, file.failure)
    }
  }

  init(file bytes: [UInt8], name: String) throws(AudioFileError) {
    do throws(NumPyError) {
      try self.init(npy: bytes, name: name)
    } catch {
      throw AudioFileError(.badData, error.message)
    }
  }

  /// The elements as float64.
  ///
  /// - Throws: the elements are complex.
  public func values(name: String) throws(AudioFileError) -> [Double] {
    if elementType != .float64 { try AudioFileError.checkMemory(saturatedProduct(elements.count, 8), for: name) }
    do throws(NumPyError) { return try doubles } catch { throw AudioFileError(.badData, "\(name): \(error.message)") }
  }

  /// The detected format: "NumPy, float64, 2 x 3 values".
  public var layout: String {
    let lengths = shape.isEmpty ? "1" : shape.map(String.init).joined(separator: " x ")
    return "NumPy, \(elementType.rawValue), \(lengths) \(lengths == "1" ? "value" : "values")"
  }
}

extension StagedFile {
  /// Writes an array as `np.save` does.
  public func write(_ array: NumPyArray) throws(AudioFileError) {
    let result = array.withNPY { header, values in
      Result { () throws(AudioFileError) in
        try write(header)
        try write(values)
      }
    }
    try result.get()
  }
}

/// A `.npy` file of float64 in one dimension, read once from start to end in constant memory.
///
/// Any thread may use it, one at a time.
public final class ArraySource: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  /// Values of the array.
  public let count: Int
  /// The layout of the values that `read` delivers.
  public let stored = StoredEncoding.double
  private let file: ArrayBytes
  private let layout: NPYLayout
  private var position: Int

  /// - Returns: nil if the array has another type or more dimensions, or its values do not lie as in memory.
  /// - Throws: the file is missing, unreadable or malformed, or its dtype is no `ElementType`.
  public init?(path: String) throws(AudioFileError) {
    (name, file) = (path, try ArrayBytes(path))
    let bytes = NPYFile(count: file.count) { [file] in file.read(at: $0, into: $1) }
    do throws(NumPyError) {
      layout = try NPYLayout(bytes, name: path)
    } catch {
      throw file.failure == 0 ? AudioFileError(.badData, error.message) : .reading(path, file.failure)
    }
    guard layout.type == .float64, layout.isPlain, layout.shape.count == 1 else { return nil }
    (count, position) = (layout.shape[0], layout.offset)
  }

  /// Reads the next values: as many as fit into `bytes`, or fewer at the end.
  ///
  /// - Returns: how many values were read; 0 at the end.
  /// - Throws: the file has become shorter, or cannot be read.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    let left = layout.offset + count * stored.bytes - position
    let wanted = UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(bytes.count / stored.bytes * stored.bytes, left)])
    let read = file.read(at: position, into: wanted)
    position += read
    if file.failure != 0 { throw .reading(name, file.failure) }
    if read < wanted.count {
      do throws(NumPyError) { try layout.check(position - layout.offset) } catch { throw AudioFileError(.badData, error.message) }
    }
    return read / stored.bytes
  }
}

/// The bytes of an open `.npy` file, and the `errno` of a failed read.
final class ArrayBytes {
  let count: Int
  private let descriptor: FileDescriptor
  private(set) var failure: Int32 = 0

  init(_ path: String) throws(AudioFileError) {
    let descriptor = try FileDescriptor.reading(path)
    count = try descriptor.size(name: path)
    self.descriptor = descriptor
  }

  func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer) -> Int { descriptor.read(at: offset, into: memory, &failure) }
}

/// A `.npy` file of float64 in one dimension, written once from start to end. It appears whole or not at all.
///
/// Without `commit` nothing stays behind. Any thread may use it, one at a time.
public final class ArraySink: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  /// The layout of the values that `write` takes.
  public let stored = StoredEncoding.double
  private var staged: StagedFile?
  private var count = 0

  /// - Throws: the file cannot be created.
  public init(path: String) throws(AudioFileError) {
    name = path
    let staged = try StagedFile(path)
    // Its length does not depend on the count.
    try staged.write(NumPyArray.header(.float64, shape: [0]))
    self.staged = consume staged
  }

  /// Writes the next values.
  ///
  /// - Throws: the medium is full.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    guard let staged = staged.take() else { return }
    try staged.write(bytes)
    count += bytes.count / stored.bytes
    self.staged = consume staged
  }

  /// Completes the file and gives it its name. Call it once, after the last value.
  public func commit() throws(AudioFileError) {
    guard let staged = staged.take() else { return }
    try staged.rewind()
    try staged.write(NumPyArray.header(.float64, shape: [count]))
    try staged.commit()
  }
}
