import Glibc

/// A stream of bytes without positions: a pipe, a socket, a terminal. The descriptor stays the caller's.
struct ByteStream {
  let descriptor: Int32
  /// What messages call it.
  let name: String

  static let standardInput = ByteStream(descriptor: STDIN_FILENO, name: "standard input")

  /// Fills `buffer`, or less of it at the end. Returns how many bytes were read.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    try read(into: buffer, least: buffer.count)
  }

  /// Reads at least `least` bytes, or fewer at the end, and what is there already of those that `buffer` has room for.
  ///
  /// - Returns: how many bytes were read. Source: read(2)
  func read(into buffer: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int {
    var count = 0
    while count < buffer.count, count < least || isReady {
      let result = Glibc.read(descriptor, buffer.baseAddress! + count, buffer.count - count)
      if result == 0 { break }
      if result < 0 {
        if wait(POLLIN) { continue }
        throw .reading(name, errno)
      }
      count += result
    }
    return count
  }

  /// Whether a read would not wait.
  private var isReady: Bool {
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, 0) > 0
  }

  /// Reads `count` bytes, or fewer at the end.
  func read(upTo count: Int) throws(AudioFileError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    let result = bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(AudioFileError) in try read(into: buffer) }
    }
    return Array(bytes[..<(try result.get())])
  }

  /// Reads `count` bytes of a header. Throws if fewer are left.
  func read(_ count: Int) throws(AudioFileError) -> [UInt8] {
    let bytes = try read(upTo: count)
    if bytes.count < count { throw AudioFileError(.badData, "\(name): it ends within its header: send all of it") }
    return bytes
  }

  /// Reads all remaining bytes.
  func contents() throws(AudioFileError) -> [UInt8] {
    var bytes: [UInt8] = []
    while case let more = try read(upTo: 1 << 20), !more.isEmpty {
      if bytes.capacity < bytes.count + more.count { try AudioFileError.checkMemory(3 * bytes.count, for: name) }
      bytes += more
    }
    return bytes
  }

  /// Skips `count` bytes. Throws if fewer are left.
  func skip(_ count: Int) throws(AudioFileError) {
    var left = count
    while left > 0 {
      let part = min(left, 65_536)
      _ = try read(part)
      left -= part
    }
  }

  /// Writes all bytes. Source: write(2)
  func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    var written = 0
    while written < bytes.count {
      let result = Glibc.write(descriptor, bytes.baseAddress! + written, bytes.count - written)
      if result >= 0 {
        written += result
      } else if !wait(POLLOUT) {
        if errno == EPIPE { throw AudioFileError(.inputOutput, "\(name): its reader is gone") }
        throw AudioFileError(.inputOutput, "\(name): writing failed: \(String(cString: strerror(errno)))")
      }
    }
  }

  func write(_ bytes: [UInt8]) throws(AudioFileError) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(AudioFileError) in try write(buffer) }
    }
    try result.get()
  }

  /// Whether to try again: after a signal, or once a non-blocking descriptor is ready.
  private func wait(_ event: Int32) -> Bool {
    if errno == EINTR { return true }
    guard errno == EAGAIN else { return false }
    var request = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    return poll(&request, 1, -1) > 0 || errno == EINTR
  }
}
