import Glibc

/// A path from the root, without links; nil with `errno` where nothing has that name. realpath(3)
package func resolvedPath(_ path: String) -> String? {
  guard let resolved = withSystemPath(path, { realpath($0, nil) }) else { return nil }
  defer { free(resolved) }
  return String(systemBytes: UnsafeBufferPointer(start: resolved, count: strlen(resolved)).map { UInt8(bitPattern: $0) })
}

/// A path with its folder resolved, whether or not the file is there; unchanged where there is no such folder.
package func pathInResolvedFolder(_ path: String) -> String {
  let (folder, name) = folderAndName(of: path)
  guard let folder = resolvedPath(folder) else { return path }
  return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
}

/// A path's folder, `.` where it has none, and what stands after the last slash.
package func folderAndName(of path: String) -> (folder: String, name: String) {
  // Of bytes: a mark that follows a slash would make one character of both.
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
  return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.utf8.index(after: slash)...]))
}
