import Glibc

/// A file, whatever it is called: two paths that lead to one file have one identity. Source: stat(2)
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt

  /// - Returns: nil where there is no file of that name.
  package init?(_ path: String) {
    var status = stat()
    guard withSystemPath(path, { stat($0, &status) }) == 0 else { return nil }
    (device, inode) = (UInt(status.st_dev), UInt(status.st_ino))
  }
}
