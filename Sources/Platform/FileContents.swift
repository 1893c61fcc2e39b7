import Glibc

/// O_PATH, which Swift does not see. Source: the kernel's asm-generic/fcntl.h
private let lookingOnly: Int32 = 0o10_000_000

/// Opens a regular file for reading. Anything else is looked at, and not opened: to open a device or a FIFO may do something by itself.
///
/// Source: open(2), O_PATH; proc_pid_fd(5)
///
/// - Returns: a descriptor; below 0 with `errno` where there is none, which is EISDIR for a folder and ENODEV for a FIFO, socket or
///   device.
package func openRegularFile(_ path: String) -> Int32 {
  let place = withSystemPath(path) { open($0, lookingOnly | O_CLOEXEC) }
  guard place >= 0 else { return -1 }
  defer {
    let reason = errno
    close(place)
    errno = reason
  }
  var status = stat()
  guard fstat(place, &status) == 0 else { return -1 }
  guard status.st_mode & S_IFMT == S_IFREG else {
    errno = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : ENODEV
    return -1
  }
  // The same file, whatever has its name by now. A lease must not be waited for.
  return open("/proc/self/fd/\(place)", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
}

/// The first `limit` bytes of a regular file, or all if it has fewer; nil with `errno` where it cannot be read: see `openRegularFile`.
/// Never waits for another program.
package func regularFileContents(_ path: String, limit: Int) -> [UInt8]? {
  let descriptor = openRegularFile(path)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  return fileContents(descriptor, limit: limit)
}

/// All bytes of a regular file; nil with `errno` where it cannot be read, which is EFBIG for one of more than `most` bytes. No memory is
/// taken for that one.
package func wholeRegularFile(_ path: String, most: Int) -> [UInt8]? {
  let descriptor = openRegularFile(path)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { return nil }
  guard status.st_size <= most, let bytes = fileContents(descriptor, limit: most + 1, expected: Int(status.st_size)) else {
    if status.st_size > most { errno = EFBIG }
    return nil
  }
  // It has grown meanwhile.
  guard bytes.count <= most else {
    errno = EFBIG
    return nil
  }
  return bytes
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
///
/// - Parameter expected: bytes for which memory is taken at once.
package func fileContents(_ descriptor: Int32, limit: Int, expected: Int = 0) -> [UInt8]? {
  var bytes: [UInt8] = []
  let portion = 64 << 10
  if expected > 0 { bytes.reserveCapacity(min(expected, limit) + portion) }
  while bytes.count < limit {
    let filled = bytes.count
    let next = filled < expected ? expected - filled : expected > 0 ? portion : max(portion, filled)
    let room = min(next, limit - filled)
    bytes += repeatElement(0, count: room)
    let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, room) }
    bytes.removeLast(room - max(count, 0))
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { return nil }
    if count == 0 { break }
  }
  return bytes
}
