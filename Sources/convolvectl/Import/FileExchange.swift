import Glibc
import Import
import Platform
import Terminal

/// Moves files from a trial to their places. What they replace is kept until all is done, and can be put back.
struct FileExchange {
  private let trial: TrialFolder
  private let folder: String
  private var newFolders: [String] = []
  /// Places that were taken, with what was there.
  private var moved: [(target: String, kept: String?)] = []

  init(_ trial: TrialFolder, to folder: String) { (self.trial, self.folder) = (trial, folder) }

  mutating func move(_ file: MadeFile) throws(Failure) {
    let target = "\(folder)/\(file.name)"
    for parent in [folder, folderAndName(of: target).folder] {
      if try TrialFolder.makeFolder(parent) { newFolders.append(parent) }
    }
    moved.append((target, try keep(target)))
    try rename("\(trial.path)/\(file.name)", target)
  }

  /// Moves what has a name out of the way.
  ///
  /// - Returns: where it is; nil: nothing has that name.
  private func keep(_ target: String) throws(Failure) -> String? {
    var status = stat()
    guard withSystemPath(target, { lstat($0, &status) }) == 0 else { return nil }
    guard [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) else {
      throw Failure(.cannotCreate, "\(target) is no file, and would be replaced: nothing is written: remove it, or name another with -o")
    }
    let kept = "\(trial.replaced)/\(moved.count)"
    try rename(target, kept)
    return kept
  }

  private func rename(_ from: String, _ target: String) throws(Failure) {
    let result = withSystemPath(from) { from in withSystemPath(target) { Glibc.rename(from, $0) } }
    guard result == 0 else { throw Failure(.cannotCreate, "\(target) cannot be written: \(String(cString: strerror(errno)))") }
  }

  /// Puts everything back.
  func undo() {
    for (target, kept) in moved.reversed() {
      if let kept { try? rename(kept, target) } else { _ = withSystemPath(target) { unlink($0) } }
    }
    for folder in newFolders.reversed() { _ = withSystemPath(folder) { rmdir($0) } }
  }

  /// Lets go of what was replaced.
  func finish() {
    for case let kept? in moved.map(\.kept) { _ = withSystemPath(kept) { unlink($0) } }
  }
}
