import ControlAPI
import Glibc
import Synchronization

/// The file that names a listening Unix socket. unix(7)
struct SocketFile: Sendable {
  let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Makes a socket that listens at `path`, in place of one that nobody listens at.
  ///
  /// Until it listens nobody can connect to it, and it listens only when its permission bits are set.
  static func listen(at path: String, mode: UInt16) async throws(ControlError) -> (file: SocketFile, descriptor: CInt) {
    try check(path)
    let (lock, lockFile) = try await locked(path)
    defer {
      unlink(lockFile)
      close(lock)
    }
    try removeStale(path)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(path) }
    guard UnixSocket.withAddress(path, { bind(descriptor, $0, $1, mode: mode) }) == 0 else {
      defer { close(descriptor) }
      throw failure(path)
    }
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK, Glibc.listen(descriptor, SOMAXCONN) == 0 else {
      defer {
        close(descriptor)
        unlink(path)
      }
      throw failure(path)
    }
    return (SocketFile(path: path, device: status.st_dev, inode: status.st_ino), descriptor)
  }

  /// Makes the file with its permission bits: set afterwards, by its path, they would be those of whatever a link there leads to.
  private static func bind(_ descriptor: CInt, _ address: UnsafePointer<sockaddr>, _ length: socklen_t, mode: UInt16) -> CInt {
    // The process has one mask. What other threads make meanwhile has no more bits than the socket.
    masking.withLock { _ in
      let mask = umask(~mode_t(mode) & 0o777)
      defer { _ = umask(mask) }
      return Glibc.bind(descriptor, address, length)
    }
  }

  private static let masking = Mutex(())

  /// Removes the file, unless another one has taken its place.
  func remove() {
    var status = stat()
    if lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { unlink(path) }
  }

  /// Checks what no system call explains well.
  static func check(_ path: String) throws(ControlError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .cannotServe(path: path, reason: "a path without zero bytes is needed") }
    guard path.utf8.count <= UnixSocket.maximumPathBytes else { throw .pathTooLong(path: path) }
  }

  /// A file beside the socket, locked for this process: of two daemons that start at once, the second then sees the first one's socket.
  /// Nobody else can open the file, and so lock it.
  private static func locked(_ path: String) async throws(ControlError) -> (descriptor: CInt, file: String) {
    let file = path + ".lock"
    for _ in 0..<200 {
      let descriptor = open(file, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw failure(path) }
      var (own, named) = (stat(), stat())
      if fstat(descriptor, &own) == 0, own.st_uid == geteuid(), flock(descriptor, LOCK_EX | LOCK_NB) == 0,
        // Whoever held it before has removed it.
        lstat(file, &named) == 0, named.st_dev == own.st_dev, named.st_ino == own.st_ino
      {
        return (descriptor, file)
      }
      close(descriptor)
      try? await Task.sleep(for: .milliseconds(10))
    }
    throw .cannotServe(path: path, reason: "another process keeps \(file): end it, or remove the file if it is another user's")
  }

  private static func removeStale(_ path: String) throws(ControlError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT { return }
      throw failure(path)
    }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: path) }
    if let probe = UnixSocket.connected(to: path) {
      close(probe)
      throw .inUse(path: path)
    }
    switch errno {
    case ECONNREFUSED: break
    case EACCES: throw .notPermitted(path: path)
    // EAGAIN: many wait for it; EPROTOTYPE: it is of another kind.
    default: throw .inUse(path: path)
    }
    guard unlink(path) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> ControlError {
    switch errno {
    case EACCES, EPERM, EROFS: .notPermitted(path: path)
    case ENOENT, ENOTDIR: .missingFolder(path: path)
    case EADDRINUSE: .inUse(path: path)
    default: .cannotServe(path: path, reason: String(cString: strerror(errno)))
    }
  }
}
