import AudioFile
import Glibc
import Platform
import Terminal

/// Whether a path leads to one of `files` that are read, by whichever name.
func isFile(_ path: String, among files: [String]) -> Bool {
  guard let identity = FileIdentity(path) else { return false }
  return files.contains { FileIdentity(read: $0) == identity }
}

/// - Throws: `output` is one of the files that are read for it, by whichever name.
func checkOverwriting(_ output: String, reading files: [String]) throws(Failure) {
  if let error = AudioFileError.overwriting(output, reading: files) { throw Failure(error) }
}

extension FileIdentity {
  /// Of a file that an argument names: `-` is what standard input was redirected from.
  init?(read name: String) {
    if name == "-" { self.init(descriptor: STDIN_FILENO) } else { self.init(name) }
  }

  /// Of an output: `-` is where standard output was redirected to.
  init?(written name: String) {
    if name == "-" { self.init(descriptor: STDOUT_FILENO) } else { self.init(name) }
  }
}

extension AudioFileError {
  /// Why `output` is not written: it is one of the files that are read for it, by whichever name; nil: it is none.
  static func overwriting(_ output: String, reading files: [String]) -> AudioFileError? {
    guard let identity = FileIdentity(written: output), let source = files.first(where: { FileIdentity(read: $0) == identity })
    else { return nil }
    return overwriting(output, source)
  }

  /// - Parameter source: what is read, which is the same file.
  static func overwriting(_ output: String, _ source: String) -> AudioFileError {
    let (written, read) = (output == "-" ? "standard output" : output, source == "-" ? "standard input" : source)
    let other = written == read ? "" : ", which is \(read),"
    return AudioFileError(
      .specification, "\(written)\(other) is read, and would be overwritten: nothing was written: choose another -o")
  }
}
