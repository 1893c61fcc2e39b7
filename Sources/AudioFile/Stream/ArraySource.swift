import NPY

/// A `.npy` file of float64 in one dimension, read once from start to end in memory that does not grow with its length.
///
/// One thread at a time may use it, not always the same.
public final class ArraySource: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  /// Values of the array.
  public let count: Int
  /// How values lie in what `read` delivers.
  public let stored = StoredEncoding.double
  private let file: ArrayBytes
  private let layout: NPYLayout
  private var position: Int

  /// - Returns: nil if its values are others, or lie otherwise than in memory.
  /// - Throws: the file is missing, unreadable, malformed, or of an element type that we do not take.
  public init?(path: String) throws(AudioFileError) {
    (name, file) = (path, try ArrayBytes(path))
    let bytes = NPYBytes(count: file.count) { [file] in file.read(at: $0, into: $1) }
    do throws(NumPyError) {
      layout = try NPYLayout(bytes, name: path)
    } catch {
      throw file.failure == 0 ? AudioFileError(.badData, error.message) : .reading(path, file.failure)
    }
    guard layout.type == .float64, layout.isPlain, layout.shape.count == 1 else { return nil }
    (count, position) = (layout.shape[0], layout.offset)
  }

  /// Reads the next values, as many as `bytes` holds; fewer come only at the end.
  ///
  /// - Returns: the values read; 0 at the end.
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

/// The bytes of a `.npy` file, and why they could not be read.
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
