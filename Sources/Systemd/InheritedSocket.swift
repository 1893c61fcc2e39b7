import Glibc

/// A listening socket that the service manager has made for this process. sd_listen_fds(3)
public struct InheritedSocket: Sendable, Equatable {
  public let descriptor: CInt
  /// Where it listens; an abstract address begins with an @.
  public let path: String

  /// What was handed over cannot be served.
  public struct Unusable: Error, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Descriptors are handed over from here on.
  private static let first: CInt = 3
  private static let mostDescriptors: CInt = 1024

  /// Nil where nothing was handed over to this process.
  ///
  /// Takes its variables out of the environment, and the descriptors from the programs that this one starts. To be called
  /// before there are other threads.
  public static func fromEnvironment() throws(Unusable) -> InheritedSocket? {
    let (count, process) = (take("LISTEN_FDS").flatMap(CInt.init), take("LISTEN_PID"))
    unsetenv("LISTEN_FDNAMES")
    guard process == "\(getpid())", let count, count > 0 else { return nil }
    // Whoever says more has not handed them over.
    for descriptor in first..<first + min(count, mostDescriptors) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    guard count == 1 else { throw Unusable(description: "\(count) sockets were handed over, one is served: leave one ListenStream=") }
    return try InheritedSocket(descriptor: first)
  }

  /// - Throws: where the descriptor is no Unix socket that listens for streams.
  package init(descriptor: CInt) throws(Unusable) {
    func option(_ name: CInt) -> CInt? {
      var (value, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
      return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    guard option(SO_DOMAIN) == AF_UNIX, option(SO_TYPE) == CInt(SOCK_STREAM.rawValue), option(SO_ACCEPTCONN) == 1 else {
      throw Unusable(description: "descriptor \(descriptor) is no listening Unix socket: give a path as ListenStream=, with Accept=no")
    }
    self.descriptor = descriptor
    path = Self.path(of: descriptor)
  }

  /// unix(7): an abstract address has no zero at its end.
  private static func path(of descriptor: CInt) -> String {
    var (address, length) = (sockaddr_un(), socklen_t(MemoryLayout<sockaddr_un>.size))
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
    }
    guard status == 0 else { return "descriptor \(descriptor)" }
    let count = max(0, Int(length) - MemoryLayout<sockaddr_un>.offset(of: \.sun_path)!)
    let bytes = withUnsafeBytes(of: &address.sun_path) { Array($0.prefix(count)) }
    guard bytes.first == 0 else { return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self) }
    return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self)
  }
}
