import Glibc
import Platform
import Terminal

/// Whether a path leads to one of `files`, by whichever name.
func isFile(_ path: String, among files: [String]) -> Bool {
  var wanted = stat()
  guard withSystemPath(path, { stat($0, &wanted) }) == 0 else { return false }
  return files.contains { file in
    var status = stat()
    return withSystemPath(file) { stat($0, &status) } == 0 && status.st_dev == wanted.st_dev && status.st_ino == wanted.st_ino
  }
}

/// - Throws: `output` is one of the files that are read for it, by whichever name.
func checkOverwriting(_ output: String, reading files: [String]) throws(Failure) {
  guard output != "-", let source = files.first(where: { $0 != "-" && isFile(output, among: [$0]) }) else { return }
  let other = source == output ? "" : ", which is \(source),"
  throw Failure(.usage, "\(output)\(other) is read, and would be overwritten: nothing was written: choose another -o")
}
