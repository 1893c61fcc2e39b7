import Glibc
import Platform

/// An open file, closed with the value.
struct FileDescriptor: ~Copyable {
  let number: Int32

  /// Opens a regular file for reading, and nothing else.
  static func reading(_ path: String) throws(AudioFileError) -> FileDescriptor {
    let number = openRegularFile(path)
    if number >= 0 { return FileDescriptor(owning: number) }
    switch errno {
    case EISDIR: throw AudioFileError(.badData, "\(path): it is a folder: name a file")
    case ENODEV:
      let kind = specialKind(path)
      throw AudioFileError(.badData, "\(path): it is \(kind), and not a regular file: save what comes from it to a file, and name that")
    case let code: throw .reading(path, code)
    }
  }

  init(owning number: Int32) { self.number = number }

  deinit { _ = close(number) }

  /// The first `count` bytes, or fewer. The position does not move.
  func head(_ count: Int) -> [UInt8] { Self.bytes(of: number, at: 0, count) }

  /// `count` bytes from `offset` on, or fewer at the end. The position does not move. Source: pread(2)
  static func bytes(of number: Int32, at offset: Int, _ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { $1 = max(0, pread(number, $0.baseAddress, count, off_t(offset))) }
  }

  /// Reads the whole file.
  func contents(name: String, limit: KernelLimit = .none) throws(AudioFileError) -> [UInt8] {
    try contents(0..<size(name: name), name: name, limit: limit)
  }

  /// Reads a part of the file, or less where it has become shorter.
  func contents(_ range: Range<Int>, name: String, limit: KernelLimit = .none) throws(AudioFileError) -> [UInt8] {
    let size = range.count
    try AudioFileError.checkMemory(size, for: name)
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size, !limit.isCancelled() {
        let portion = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count..<min(count + (4 << 20), size)])
        let more = read(at: range.lowerBound + count, into: portion, &failure)
        if more == 0 { break }
        count += more
      }
    }
    if failure != 0 { throw .reading(name, failure) }
    try limit.checkCancellation(name)
    return bytes
  }

  /// The size in bytes. Source: fstat(2)
  func size(name: String) throws(AudioFileError) -> Int {
    var status = stat()
    if fstat(number, &status) != 0 { throw .reading(name, errno) }
    return Int(status.st_size)
  }

  /// Fills memory with the bytes from `offset` on. Source: pread(2)
  ///
  /// - Parameter failure: set to the `errno` of a failure.
  /// - Returns: how many bytes were read.
  func read(at offset: Int, into memory: UnsafeMutableRawBufferPointer, _ failure: inout Int32) -> Int {
    var count = 0
    while count < memory.count {
      let result = pread(number, memory.baseAddress! + count, memory.count - count, off_t(offset + count))
      if result < 0 && errno == EINTR { continue }
      if result < 0 { failure = errno }
      if result <= 0 { break }
      count += result
    }
    return count
  }

  /// Writes all bytes. Source: write(2)
  func write(_ bytes: UnsafeRawBufferPointer, name: String) throws(AudioFileError) {
    var written = 0
    while written < bytes.count {
      let result = Glibc.write(number, bytes.baseAddress! + written, bytes.count - written)
      if result < 0 && errno == EINTR { continue }
      if result < 0 { throw .writing(name, errno) }
      written += result
    }
  }
}
