import AudioFile
import ControlAPI
import Glibc
import Platform
import Terminal

/// A file to be sent to the daemon.
struct SentFile {
  enum Kind: String {
    case kernel = "kernel file"
    /// From which words make a kernel.
    case text = "file for these words"
    case configuration
  }

  /// How a kernel is named that is no file.
  private static let words = "words: lowpass:LR4@2000, eq:FILE, taps:0.5,1, box:8, diff or dirac"

  /// `-`: standard input.
  let path: String
  let kind: Kind

  init(_ path: String, _ kind: Kind) { (self.path, self.kind) = (path, kind) }

  /// The bytes, as long as the daemon takes so many.
  func read() throws(Failure) -> [UInt8] {
    let limit = maximumKernelBytes + 1
    guard let bytes = contents(limit) else { throw failure() }
    guard bytes.count < limit else {
      throw Failure(
        .badData, "\(path): it is larger than \(maximumKernelBytes >> 20) MiB, the most that can be sent: is it a \(kind.rawValue)?")
    }
    return bytes
  }

  private func contents(_ limit: Int) -> [UInt8]? {
    if path == "-" { return fileContents(STDIN_FILENO, limit: limit) }
    if isAwaited {
      errno = ENODEV
      return nil
    }
    let descriptor = withSystemPath(path) { open($0, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return fileContents(descriptor, limit: limit)
  }

  /// Whether it is a FIFO, to open which waits for a writer. A shell's `<(...)` is open already.
  private var isAwaited: Bool {
    var status = stat()
    return withSystemPath(path) { stat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFIFO
      && !["/dev/fd/", "/dev/stdin", "/proc/self/fd/"].contains { path.hasPrefix($0) }
  }

  private func failure() -> Failure {
    switch errno {
    case ENODEV:
      Failure(.badData, "\(path): it is \(specialKind(path)), and not a regular file: give - in its place, and redirect it: < \(path)")
    case EACCES, EPERM: Failure(.notPermitted, "\(path): you may not read it: let this user read it (chmod), or call with sudo")
    case ENOENT where kind == .kernel, ENOTDIR where kind == .kernel:
      Failure(.noInput, AudioFileError.missing(path, or: "give a kernel file, or \(Self.words)").message)
    case ENOENT, ENOTDIR: Failure(.noInput, "\(path): there is no such file: give a \(kind.rawValue)")
    case EISDIR: Failure(.noInput, "\(path): it is a folder: give a \(kind.rawValue)")
    case let code: Failure(.inputOutput, "\(path): it cannot be read: \(String(cString: strerror(code)))")
    }
  }
}
