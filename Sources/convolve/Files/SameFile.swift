import Glibc
import Platform

/// Whether a path leads to one of `files`, by whichever name.
func isFile(_ path: String, among files: [String]) -> Bool {
  var wanted = stat()
  guard withSystemPath(path, { stat($0, &wanted) }) == 0 else { return false }
  return files.contains { file in
    var status = stat()
    return withSystemPath(file) { stat($0, &status) } == 0 && status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino
  }
}
