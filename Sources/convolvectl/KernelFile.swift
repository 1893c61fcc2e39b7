import ControlAPI
import Glibc
import Platform
import Terminal

/// A file to be sent as a kernel.
struct KernelFile {
  /// `-`: standard input.
  let path: String

  /// The bytes, as long as the daemon takes so many.
  func read() throws(Failure) -> [UInt8] {
    let limit = maximumKernelBytes + 1
    guard let bytes = path == "-" ? fileContents(STDIN_FILENO, limit: limit) : fileContents(path, limit: limit) else { throw failure() }
    guard bytes.count < limit else {
      throw Failure(.badData, "\(path) is larger than \(maximumKernelBytes >> 20) MiB, the most that can be sent: is it a kernel?")
    }
    return bytes
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
