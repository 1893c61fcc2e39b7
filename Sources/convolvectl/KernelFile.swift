import ControlAPI
import Glibc
import Terminal

/// A file to be sent as a kernel.
struct KernelFile {
  /// `-`: standard input.
  let path: String

  /// The bytes, as long as the daemon takes so many. read(2)
  func read() throws(Failure) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    while true {
      let filled = bytes.count
      let room = max(64 << 10, filled)
      bytes += repeatElement(0, count: room)
      let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, room) }
      bytes.removeLast(room - max(count, 0))
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      guard bytes.count <= maximumKernelBytes else {
        throw Failure(.badData, "\(path) is larger than \(maximumKernelBytes >> 20) MiB, the most that can be sent: is it a kernel?")
      }
      if count == 0 { return bytes }
    }
  }

  private func failure() -> Failure {
    let reason = String(cString: strerror(errno))
    switch errno {
    case EACCES, EPERM: return Failure(.notPermitted, "\(path): \(reason): it cannot be read by this user")
    case ENOENT, ENOTDIR, EISDIR, ELOOP, ENAMETOOLONG: return Failure(.noInput, "\(path): \(reason): give a kernel file")
    default: return Failure(.inputOutput, "\(path): \(reason)")
    }
  }
}
