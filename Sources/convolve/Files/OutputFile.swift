import AudioFile
import Glibc
import Platform
import Terminal

/// A file that an argument names, as the writers of AudioFile take it.
enum OutputFile {
  /// Calls `body` with a path of UTF-8. A name of other bytes gets its file when `body` has made one.
  static func reach(_ name: String, _ body: (String) throws(AudioFileError) -> Void) throws(AudioFileError) {
    guard name.isSystemText else { return try body(name) }
    let parts = FileNameParts(name)
    let descriptor = withSystemPath(parts.folder) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if descriptor < 0 { throw failure(name, errno) }
    defer { close(descriptor) }
    var old = stat()
    let isThere = withSystemPath(name) { stat($0, &old) } == 0
    if isThere && old.st_mode & S_IFMT != S_IFREG {
      throw AudioFileError(.cannotCreate, "\(name): it is not a regular file, and would be replaced: choose another name")
    }
    let hidden = ".convolve-\(getpid()).\(parts.extension.isSystemText ? "" : parts.extension)"
    let path = "/proc/self/fd/\(descriptor)/\(hidden)"
    ShownNames.add(path, shown: name)
    try body(path)
    // A dry run makes none.
    guard faccessat(descriptor, hidden, F_OK, 0) == 0 else { return }
    if isThere { fchmodat(descriptor, hidden, old.st_mode & 0o777, 0) }
    guard withSystemPath(name, { renameat(descriptor, hidden, AT_FDCWD, $0) }) != 0 else { return }
    let code = errno
    unlinkat(descriptor, hidden, 0)
    throw failure(name, code)
  }

  private static func failure(_ name: String, _ code: Int32) -> AudioFileError {
    switch code {
    case EACCES, EPERM, EROFS: AudioFileError(.notPermitted, "\(name): you may not write there")
    case ENOENT, ENOTDIR: AudioFileError(.cannotCreate, "\(name): its folder does not exist: create it first")
    default: AudioFileError(.cannotCreate, "\(name): it cannot be created: \(String(cString: strerror(code)))")
    }
  }
}
