import Glibc
import Platform

/// A file that appears whole or not at all: it has no name until `commit`, which replaces any file of that name in one step. It
/// keeps the mode of a file that it replaces, and the owner and group as far as this user may give them; a new one has those of any
/// new file.
///
/// On file systems without unnamed files it has a temporary name beside its final one, and is nobody else's until then. It is removed
/// with the value, or when a signal ends the process; this works for one file at a time.
public struct StagedFile: ~Copyable {
  /// The path that the caller gave, for messages.
  public let name: String
  /// The path with symbolic links resolved.
  private let path: String
  /// Whose mode, owner and group it gets, if it is there.
  private let model: String
  // `String?` would have a first value, with which Swift 6.2's compiler aborts where an initialiser throws.
  // swift-format-ignore: UseShorthandTypeNames
  private var hiddenName: Optional<String>
  let descriptor: FileDescriptor

  /// O_TMPFILE, which the Glibc module lacks. It has one value on x86-64 and Arm.
  private static let unnamed = O_DIRECTORY | 0o20000000

  /// Creates a file for the path `name`.
  ///
  /// - Throws: the folder takes no file, or something other than a regular file has that name.
  public init(_ name: String) throws(AudioFileError) {
    let path = try Self.resolved(name)
    try self.init(name, path: path, model: path)
  }

  /// Creates a copy's file, with mode, owner and group of `original`. A symbolic link of that name is replaced, not followed.
  ///
  /// - Throws: the folder takes no file, or a folder or another kind of file has that name.
  public init(backup name: String, of original: String) throws(AudioFileError) {
    try Self.check(name) { lstat($0, &$1) }
    try self.init(name, path: name, model: original)
  }

  /// - Parameter isUnnamed: false: as on a file system without unnamed files.
  package init(_ name: String, isUnnamed: Bool) throws(AudioFileError) {
    let path = try Self.resolved(name)
    try self.init(name, path: path, model: path, isUnnamed: isUnnamed)
  }

  /// Source: open(2), O_TMPFILE; mkstemp(3)
  private init(_ name: String, path: String, model: String, isUnnamed: Bool = true) throws(AudioFileError) {
    var number = isUnnamed ? withSystemPath(folderAndName(of: path).folder) { open($0, Self.unnamed | O_RDWR | O_CLOEXEC, 0o666) } : -1
    var hiddenName: String?
    if number < 0 && (!isUnnamed || [EOPNOTSUPP, EISDIR, ENOENT].contains(errno)) {
      var template = (Self.hidden(path, ".XXXXXX").systemBytes + [0]).map { CChar(bitPattern: $0) }
      // Private, until it is whole.
      number = mkstemp(&template)
      if number >= 0 {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        hiddenName = String(systemBytes: template.dropLast().map { UInt8(bitPattern: $0) })
        RemovalOnSignal.arm(hiddenName!)
      }
    }
    if number < 0 { throw .creating(name, errno) }
    (self.name, self.path, self.model, self.hiddenName) = (name, path, model, hiddenName)
    descriptor = FileDescriptor(owning: number)
  }

  deinit {
    guard let hiddenName else { return }
    _ = withSystemPath(hiddenName) { unlink($0) }
    RemovalOnSignal.disarm()
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) { try descriptor.write(bytes, name: name) }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(AudioFileError) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(AudioFileError) in try write(bytes) } }
    try result.get()
  }

  /// Moves back to the first byte, so that it can be overwritten. Source: lseek(2)
  func rewind() throws(AudioFileError) {
    if lseek(descriptor.number, 0, SEEK_SET) < 0 { throw .writing(name, errno) }
  }

  /// Gives the file its name. After a power cut it is there, whole. Source: fsync(2), linkat(2), rename(2)
  public consuming func commit() throws(AudioFileError) {
    try keepAttributes()
    if fsync(descriptor.number) != 0 && errno != EINVAL { throw .writing(name, errno) }
    if hiddenName == nil { hiddenName = try link() }
    let isRenamed = withSystemPath(hiddenName!) { hidden in withSystemPath(path) { rename(hidden, $0) } } == 0
    if !isRenamed { throw .creating(name, errno) }
    hiddenName = nil
    RemovalOnSignal.disarm()
    let folder = withSystemPath(folderAndName(of: path).folder) { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    if folder < 0 { return }
    // Some file systems sync no folders. The file has its name whatever comes of it.
    fsync(folder)
    close(folder)
  }

  /// Takes over owner, group and mode of the file that is replaced; a new one gets those of any new file. Source: fchown(2), fchmod(2)
  private func keepAttributes() throws(AudioFileError) {
    var (old, new) = (stat(), stat())
    guard withSystemPath(model, { stat($0, &old) }) == 0, fstat(descriptor.number, &new) == 0 else {
      if hiddenName != nil { Self.share(descriptor.number) }
      return
    }
    var mode = old.st_mode & 0o777
    if old.st_uid != new.st_uid { _ = fchown(descriptor.number, old.st_uid, .max) }
    // Nobody gets in who did not before: another group gets what all others have.
    if old.st_gid != new.st_gid, fchown(descriptor.number, .max, old.st_gid) != 0 { mode = mode & 0o707 | (mode & 0o7) << 3 }
    if fchmod(descriptor.number, mode) != 0 { throw .writing(name, errno) }
  }

  /// Gives the file a temporary name beside its final one, since a link cannot replace a file.
  private func link() throws(AudioFileError) -> String {
    for attempt in 0..<100 {
      let candidate = Self.hidden(path, ".\(getpid()).\(attempt)")
      let isTaken = withSystemPath(candidate) { access($0, F_OK) } == 0
      if isTaken { continue }
      RemovalOnSignal.arm(candidate)
      let result = withSystemPath(candidate) {
        linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.number)", AT_FDCWD, $0, AT_SYMLINK_FOLLOW)
      }
      if result == 0 { return candidate }
      let code = errno
      // Another's, which is not to be removed.
      RemovalOnSignal.disarm()
      if code != EEXIST { throw .creating(name, code) }
    }
    throw .creating(name, EEXIST)
  }

  /// A name beside `path`: as much of its own as a name may be long, and `ending`.
  private static func hidden(_ path: String, _ ending: String) -> String {
    let (folder, name) = folderAndName(of: path)
    let kept = name.systemBytes.prefix(Int(NAME_MAX) - ending.utf8.count)
    return String(systemBytes: folder.systemBytes + [UInt8(ascii: "/")] + kept + ending.utf8)
  }

  /// Gives the file the permissions of any new file: mkstemp(3) makes it private.
  private static func share(_ number: Int32) {
    let mask = umask(0)
    umask(mask)
    fchmod(number, 0o666 & ~mask)
  }

  private static func resolved(_ name: String) throws(AudioFileError) -> String {
    let isThere = try check(name) { stat($0, &$1) }
    if isThere { return resolvedPath(name) ?? name }
    var link = stat()
    // Renaming would put a file in the link's place.
    if withSystemPath(name, { lstat($0, &link) }) == 0 {
      throw AudioFileError(.cannotCreate, "\(name): it is a symbolic link to nothing: create what it names, or remove it")
    }
    return name
  }

  /// - Returns: whether there is a file of that name.
  @discardableResult
  private static func check(
    _ name: String, _ look: (UnsafePointer<CChar>, inout stat) -> Int32
  ) throws(AudioFileError) -> Bool {
    var status = stat()
    guard withSystemPath(name, { look($0, &status) }) == 0 else {
      // Said now, and not when all the work is done.
      if errno == ENAMETOOLONG { throw .creating(name, errno) }
      return false
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFLNK: return true
    case S_IFDIR: throw AudioFileError(.cannotCreate, "\(name): it is a folder: name a file in it")
    default: throw AudioFileError(.cannotCreate, "\(name): it is not a regular file, and would be replaced: choose another name")
    }
  }
}
