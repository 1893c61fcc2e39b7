import AudioFile
import Platform
import Terminal

/// Whether a path leads to one of `files`, by whichever name.
func isFile(_ path: String, among files: [String]) -> Bool {
  guard let identity = FileIdentity(path) else { return false }
  return files.contains { FileIdentity($0) == identity }
}

/// - Throws: `output` is one of the files that are read for it, by whichever name.
func checkOverwriting(_ output: String, reading files: [String]) throws(Failure) {
  if let error = AudioFileError.overwriting(output, reading: files) { throw Failure(error) }
}

extension AudioFileError {
  /// Why `output` is not written: it is one of the files that are read for it, by whichever name; nil: it is none.
  static func overwriting(_ output: String, reading files: [String]) -> AudioFileError? {
    guard output != "-", let source = files.first(where: { $0 != "-" && isFile(output, among: [$0]) }) else { return nil }
    return overwriting(output, source)
  }

  /// - Parameter source: what is read, which is the same file.
  static func overwriting(_ output: String, _ source: String) -> AudioFileError {
    let other = source == output ? "" : ", which is \(source),"
    return AudioFileError(
      .specification, "\(output)\(other) is read, and would be overwritten: nothing was written: choose another -o")
  }
}
