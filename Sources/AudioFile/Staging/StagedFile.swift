import Glibc
import Platform

/// A file that appears whole or not at all: it has no name until `commit`, and then replaces what was there in one step.
///
/// Where the file system knows no unnamed files it lies beside its place under a hidden name, and goes away with the value, or
/// when SIGINT, SIGTERM or SIGHUP ends the process; one such file at a time.
public struct StagedFile: ~Copyable {
  /// What the caller named, for messages.
  public let name: String
  /// The same with symbolic links followed.
  private let path: String
  private var hiddenName: String?
  let descriptor: FileDescriptor

  /// O_TMPFILE, which Glibc's module does not show: the same on x86-64 and Arm.
  private static let unnamed = O_DIRECTORY | 0o20000000

  /// Source: open(2), O_TMPFILE
  ///
  /// - Throws: nothing can be created in that folder, or something other than a regular file has that name.
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
      Leftover.guarding(hiddenName!)
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
    Leftover.release()
  }

  /// Writes bytes after those that were written last.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) { try descriptor.write(bytes, name: name) }

  /// The same.
  public func write(_ bytes: [UInt8]) throws(AudioFileError) {
    let result = bytes.withUnsafeBytes { bytes in Result { () throws(AudioFileError) in try write(bytes) } }
    try result.get()
  }

  /// Goes back to the first byte, to write it anew. Source: lseek(2)
  func rewind() throws(AudioFileError) {
    if lseek(descriptor.number, 0, SEEK_SET) < 0 { throw .writing(name, errno) }
  }

  /// Gives the file its name. Source: linkat(2), rename(2)
  public consuming func commit() throws(AudioFileError) {
    if hiddenName == nil { hiddenName = try link() }
    if rename(hiddenName!, path) != 0 { throw .creating(name, errno) }
    hiddenName = nil
    Leftover.release()
  }

  /// Names the file beside its place, since a link replaces nothing.
  private func link() throws(AudioFileError) -> String {
    for attempt in 0..<100 {
      let candidate = "\(path).\(getpid()).\(attempt)"
      if access(candidate, F_OK) == 0 { continue }
      Leftover.guarding(candidate)
      if linkat(AT_FDCWD, "/proc/self/fd/\(descriptor.number)", AT_FDCWD, candidate, AT_SYMLINK_FOLLOW) == 0 { return candidate }
      if errno != EEXIST { break }
    }
    throw .creating(name, errno)
  }

  /// Lets others read it as they may any new file: mkstemp(3) makes it private.
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
    default: throw AudioFileError(.cannotCreate, "\(name): it is no regular file, and would be replaced: choose another name")
    }
    return resolvedPath(name) ?? name
  }
}
