import Glibc
import Platform

/// A path's parts, by bytes: marks that follow a slash or a dot do not hide it.
struct FileNameParts {
  /// Without folder.
  let name: String
  /// Before the last dot, unless that is the first character.
  let stem: String
  /// After it; empty without one.
  let `extension`: String
  let folder: String

  init(_ path: String) {
    (folder, name) = folderAndName(of: path)
    guard let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex else {
      (stem, `extension`) = (name, "")
      return
    }
    (stem, `extension`) = (String(name[..<dot]), String(name[name.utf8.index(after: dot)...]))
  }

  static func isMissing(_ path: String) -> Bool { withSystemPath(path) { access($0, F_OK) } != 0 && errno == ENOENT }
}
