import AudioFile
import Glibc
import Import
import Platform
import Terminal

/// A folder beside the configuration, for what is not yet found sound. It goes away with `remove`: to be used in `RemovalOnSignal.held`.
struct TrialFolder {
  /// Of the made files.
  let path: String
  /// The same, relative to the configuration.
  let name: String
  /// Of what they replace.
  let replaced: String
  /// All that there may be in it, and itself: what a folder holds before it.
  private let contents: [String]

  init(in home: String, for files: [MadeFile]) throws(Failure) {
    var template = (home.systemBytes + "/.convolved-import-XXXXXX".utf8 + [0]).map { CChar(bitPattern: $0) }
    guard mkdtemp(&template) != nil else { throw Self.failure(home, errno) }
    let root = String(systemBytes: template.dropLast().map { UInt8(bitPattern: $0) })
    (path, replaced) = ("\(root)/new", "\(root)/old")
    let made = files.map { "\(root)/new/\($0.name)" }
    let folders = Set(made.map { folderAndName(of: $0).folder }).subtracting([path])
    contents = made + folders + [path, replaced, root]
    name = folderAndName(of: root).name + "/new"
    do throws(Failure) {
      try Self.makeFolder(path)
      try Self.makeFolder(replaced)
    } catch {
      remove()
      throw error
    }
  }

  func remove() {
    for path in contents {
      if withSystemPath(path, { unlink($0) }) != 0 { _ = withSystemPath(path) { rmdir($0) } }
    }
  }

  func write(_ file: MadeFile) throws(Failure) {
    let path = "\(path)/\(file.name)"
    try Self.makeFolder(folderAndName(of: path).folder)
    do throws(AudioFileError) {
      switch file.content {
      case .taps(let channels, let rate): try AudioWriter(encoding: .double, sampleRate: rate).write(channels, path: path)
      case .bytes(let bytes):
        let staged = try StagedFile(path)
        try staged.write(bytes)
        try staged.commit()
      }
    } catch {
      throw Failure(error)
    }
  }

  /// - Returns: whether it was not there.
  @discardableResult
  static func makeFolder(_ folder: String) throws(Failure) -> Bool {
    if withSystemPath(folder, { mkdir($0, 0o777) }) == 0 { return true }
    guard errno == EEXIST else { throw failure(folder, errno) }
    return false
  }

  private static func failure(_ folder: String, _ code: Int32) -> Failure {
    Failure(.cannotCreate, "\(folder): no folder can be made there: \(String(cString: strerror(code)))")
  }
}
