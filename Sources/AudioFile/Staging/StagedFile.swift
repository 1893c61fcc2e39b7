import Glibc
import Platform

/// A file that appears whole or not at all: it has no name until `commit`, which replaces any file of that name in one step. It
/// keeps the mode of a file that it replaces, and the owner and group as far as this user may give them; a new one has those of any
/// new file.
///
/// On file systems without unnamed files it has a temporary name beside its final one. It is then removed with the value, or when
/// SIGINT, SIGTERM or SIGHUP ends the process; this works for one file at a time.
public struct StagedFile: ~Copyable {
  /// The path that the caller gave, for messages.
  public let name: String
  /// The path with symbolic links resolved.
  private let path: String
  private var hiddenName: String?
  let descriptor: FileDescriptor

  /// O_TMPFILE, which the Glibc module lacks. It has one value on x86-64 and Arm.
  private static let unnamed = O_DIRECTORY | 0o20000000

  /// Creates a file for the path `name`. Source: open(2), O_TMPFILE
  ///
  /// - Throws: the folder takes no file, or something other than a regular file has that name.
  public init(_ name: String) throws(AudioFileError) {
    let path = try Self.resolved(name)
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    var number = open(folder, Self.unnamed | O_RDWR | O_CLOEXEC, 0o666)
    var hiddenName: String?
    if number < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT) {
      var template = Array("\(path).XXXXXX".utf8CString)
      number = mkstemp(&template)
      if number >= 0 { Self.share(number) }
      hiddenName = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      RemovalOnSignal.arm(hiddenName!)
    }
    if number < 0 { throw .creating(name, errno) }
    self.name = name
    self.path = path
    self.hiddenName = hiddenName
    descriptor = FileDescriptor(owning: number)
  }

  deinit {
    guard let hiddenName else { return }
    unlink(hiddenName)
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
    if rename(hiddenName!, path) != 0 { throw .creating(name, errno) }
    hiddenName = nil
    RemovalOnSignal.disarm()
    let folder = open(folderAndName(of: path).folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder < 0 { return }
    // Some file systems sync no folders. The file has its name whatever comes of it.
    fsync(folder)
    close(folder)
  }

  /// Takes over owner, group and mode of the file that is replaced. Source: fchown(2), fchmod(2)
  private func keepAttributes() throws(AudioFileError) {
    var (old, new) = (stat(), stat())
    guard stat(path, &old) == 0, fstat(descriptor.number, &new) == 0 else { return }
    var mode = old.st_mode & 0o777
    if old.st_uid != new.st_uid { _ = fchown(descriptor.number, old.st_uid, .max) }
    // Nobody gets in who did not before: another group gets what all others have.
    if old.st_gid != new.st_gid, fchown(descriptor.number, .max, old.st_gid) != 0 { mode = mode & 0o707 | (mode & 0o7) << 3 }
    if fchmod(descriptor.number, mode) != 0 { throw .writing(name, errno) }
  }

  /// Gives the file a temporary name beside its final one, since a link cannot replace a file.
  private func link() throws(AudioFileError) -> String {
    for attempt in 0..<100 {
      let candidate = "\(path).\(getpid()).\(attempt)"
      if access(candidate, F_OK) == 0 { continue }
      RemovalOnSignal.arm(candidate)
      if linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.number)", AT_FDCWD, candidate, AT_SYMLINK_FOLLOW) == 0 { return candidate }
      if errno != EEXIST { break }
    }
    throw .creating(name, errno)
  }

  /// Gives the file the permissions of any new file: mkstemp(3) makes it private.
  private static func share(_ number: Int32) {
    let mask = umask(0)
    umask(mask)
    fchmod(number, 0o666 & ~mask)
  }

  private static func resolved(_ name: String) throws(AudioFileError) -> String {
    var status = stat()
    guard stat(name, &status) == 0 else { return name }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw AudioFileError(.cannotCreate, "\(name): it is a folder: name a file in it")
    default: throw AudioFileError(.cannotCreate, "\(name): it is not a regular file, and would be replaced: choose another name")
    }
    return resolvedPath(name) ?? name
  }
}

/// Removes a file when a signal ends the process: one file at a time.
///
/// The handler calls only what signal-safety(7) allows.
private enum RemovalOnSignal {
  /// Read by the handler.
  nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Removes `path` if one of the signals arrives. Source: sigaction(2)
  static func arm(_ path: String) {
    Self.path = strdup(path)
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        if let path = RemovalOnSignal.path { unlink(path) }
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
      }
      // A signal that is ignored stays ignored: nohup(1).
      var before = sigaction()
      sigaction(signal, nil, &before)
      if before.__sigaction_handler.sa_handler.map({ unsafeBitCast($0, to: Int.self) }) != 1 { sigaction(signal, &action, nil) }
    }
  }

  /// Forgets the file, which is gone or is to stay. Its name is not freed: a handler might be reading it.
  static func disarm() { path = nil }
}
