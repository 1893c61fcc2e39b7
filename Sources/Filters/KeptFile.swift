import Glibc
import Platform

/// A small file that one run of the daemon leaves for the next: whole, or not at all.
package struct KeptFile: Sendable {
  package enum Kind {
    /// Can be found out again.
    case cache
    /// Was set by somebody.
    case state
  }

  /// Nil where there is no folder for it: then nothing is kept.
  package let path: String?

  /// In the folder that systemd gives a service, else in the user's. Source: systemd.exec(5), XDG Base Directory Specification.
  package init(_ kind: Kind, name: String) {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    let (service, user, home) =
      switch kind {
      case .cache: ("CACHE_DIRECTORY", "XDG_CACHE_HOME", "/.cache")
      case .state: ("STATE_DIRECTORY", "XDG_STATE_HOME", "/.local/state")
      }
    // A service may have several, separated by colons.
    let given = variable(service).map { String($0.prefix { $0 != ":" }) }
    let folder = given ?? (variable(user) ?? variable("HOME").map { $0 + home }).map { $0 + "/convolved" }
    path = folder.map { "\($0)/\(name)" }
  }

  package init(path: String?) { self.path = path }

  /// What was kept; nil with `errno` where it cannot be read.
  package func read() -> String? { path.flatMap(fileText) }

  /// Returns whether the text is kept; if not, `errno` says why and what was kept before is still there.
  @discardableResult
  package func save(_ text: String) -> Bool { save { write in Array(text.utf8).withUnsafeBytes(write) } }

  /// - Parameter contents: hands parts to its argument, one after the other, as long as that returns true; returns whether all were taken.
  package func save(_ contents: (_ write: (UnsafeRawBufferPointer) -> Bool) -> Bool) -> Bool {
    guard let path else { return false }
    makeFolders(of: path)
    let draft = "\(path).\(getpid())"
    // An earlier process of that number may have left one, and another user of the folder a link.
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o666)
    guard descriptor >= 0, let file = fdopen(descriptor, "w") else { return false }
    let isWhole = contents { part in part.isEmpty || fwrite(part.baseAddress, 1, part.count, file) == part.count }
    let isWritten = isWhole && fflush(file) == 0 && fsync(fileno(file)) == 0
    if fclose(file) == 0, isWritten, rename(draft, path) == 0 {
      syncFolder(of: path)
      return true
    }
    let reason = errno
    unlink(draft)
    errno = reason
    return false
  }

  /// Lets the new name outlive a power cut too. fsync(2)
  private func syncFolder(of path: String) {
    let descriptor = open(folderAndName(of: path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The user's alone, as the specification wants it. What cannot be made shows when the file is opened.
  private func makeFolders(of path: String) {
    for slash in path.indices.dropFirst() where path[slash] == "/" { mkdir(String(path[..<slash]), 0o700) }
  }
}
