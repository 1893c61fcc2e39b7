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
