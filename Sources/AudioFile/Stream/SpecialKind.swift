import Glibc
import Platform

/// What a path leads to, where that is no regular file: "a pipe", "a device". For messages.
package func specialKind(_ path: String) -> String {
  var status = stat()
  guard withSystemPath(path, { stat($0, &status) }) == 0 else { return "gone" }
  return specialKind(status)
}

package func specialKind(_ status: stat) -> String {
  switch status.st_mode & S_IFMT {
  case S_IFIFO: "a pipe"
  case S_IFSOCK: "a socket"
  case S_IFCHR, S_IFBLK: "a device"
  default: "something else"
  }
}
