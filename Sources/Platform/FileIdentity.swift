import Glibc

/// A file, whatever it is called: two paths that lead to one file have one identity. Source: stat(2), fstat(2)
package struct FileIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt

  /// - Returns: nil where there is no file of that name.
  package init?(_ path: String) {
    var status = stat()
    guard withSystemPath(path, { stat($0, &status) }) == 0 else { return nil }
    self.init(status)
  }

  /// The regular file that a descriptor leads to. A terminal may be both ends of a program, and takes no harm.
  ///
  /// - Returns: nil where it leads to something else.
  package init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    self.init(status)
  }

  private init(_ status: stat) { (device, inode) = (UInt(status.st_dev), UInt(status.st_ino)) }
}
