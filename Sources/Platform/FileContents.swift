import Glibc

/// The first `limit` bytes of a regular file, or all if it has fewer; nil with `errno` where it cannot be read, which is EISDIR for a
/// folder and ENODEV for a FIFO, socket or device. Never waits for another program.
package func regularFileContents(_ path: String, limit: Int) -> [UInt8]? {
  let descriptor = withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { return nil }
  guard status.st_mode & S_IFMT == S_IFREG else {
    errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENODEV
    return nil
  }
  return fileContents(descriptor, limit: limit)
}

/// The first 64 KiB of a regular file, as text.
package func fileText(_ path: String) -> String? { regularFileContents(path, limit: 1 << 16).map { String(decoding: $0, as: UTF8.self) } }

/// The first `limit` bytes of a file of any kind: for a FIFO, its writer is waited for. Nil with `errno` where it cannot be read.
package func fileContents(_ path: String, limit: Int) -> [UInt8]? {
  let descriptor = withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  return fileContents(descriptor, limit: limit)
}

/// The next `limit` bytes of an open file, or all that are left; nil with `errno` where it cannot be read. read(2)
package func fileContents(_ descriptor: Int32, limit: Int) -> [UInt8]? {
  var bytes: [UInt8] = []
  while bytes.count < limit {
    let filled = bytes.count
    let room = min(max(64 << 10, filled), limit - filled)
    bytes += repeatElement(0, count: room)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, room) }
    bytes.removeLast(room - max(count, 0))
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { return nil }
    if count == 0 { break }
  }
  return bytes
}
