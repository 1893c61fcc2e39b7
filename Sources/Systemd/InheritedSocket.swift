import Glibc

/// A listening socket that the service manager has made for this process. sd_listen_fds(3)
public struct InheritedSocket: Sendable, Equatable {
  /// What it may be a socket of.
  public enum Kind: Sendable {
    /// This machine's. unix(7)
    case unix
    /// TCP.
    case network
  }

  public let descriptor: CInt
  /// Where it listens: a path, or an abstract address, which begins with an @; of TCP an address and a port, as in [::1]:8095.
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
  public static func fromEnvironment(_ kind: Kind = .unix) throws(Unusable) -> InheritedSocket? {
    let (count, process) = (take("LISTEN_FDS").flatMap(CInt.init), take("LISTEN_PID"))
    unsetenv("LISTEN_FDNAMES")
    guard process == "\(getpid())", let count, count > 0 else { return nil }
    // Whoever says more has not handed them over.
    for descriptor in first..<first + min(count, mostDescriptors) { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    guard count == 1 else { throw Unusable(description: "\(count) sockets were handed over, one is served: leave one ListenStream=") }
    return try InheritedSocket(descriptor: first, kind)
  }

  /// - Throws: where the descriptor is no socket of this kind that listens for streams.
  package init(descriptor: CInt, _ kind: Kind = .unix) throws(Unusable) {
    func option(_ name: CInt) -> CInt? {
      var (value, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
      return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    let domains = kind == .unix ? [AF_UNIX] : [AF_INET, AF_INET6]
    guard let domain = option(SO_DOMAIN), domains.contains(domain), option(SO_TYPE) == CInt(SOCK_STREAM.rawValue),
      option(SO_ACCEPTCONN) == 1
    else {
      let (name, address) = kind == .unix ? ("Unix", "a path") : ("TCP", "an address and a port")
      throw Unusable(
        description: "descriptor \(descriptor) is no listening \(name) socket: give \(address) as ListenStream=, with Accept=no")
    }
    self.descriptor = descriptor
    path = kind == .unix ? Self.path(of: descriptor) : Self.networkAddress(of: descriptor)
  }

  /// getnameinfo(3)
  private static func networkAddress(of descriptor: CInt) -> String {
    var (address, length) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
    var (host, port) = ([CChar](repeating: 0, count: Int(NI_MAXHOST)), [CChar](repeating: 0, count: Int(NI_MAXSERV)))
    let status = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length) == 0
          ? getnameinfo($0, length, &host, socklen_t(host.count), &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV) : -1
      }
    }
    guard status == 0 else { return "descriptor \(descriptor)" }
    func text(_ characters: [CChar]) -> String {
      String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    let (name, number) = (text(host), text(port))
    return name.contains(":") ? "[\(name)]:\(number)" : "\(name):\(number)"
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
