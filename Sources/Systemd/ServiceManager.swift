import Glibc

/// The way to the service manager that started this process: datagrams of lines to a socket. sd_notify(3)
public struct ServiceManager: Sendable {
  /// What it can be told.
  public enum Message: Sendable, Equatable {
    /// The service can be used, for the first time or again after `reloading`.
    case ready
    /// The configuration is being read again, until `ready`.
    case reloading
    case stopping
    /// The service does what it is there for: due within `watchdogInterval`.
    case alive
    /// For people: what `systemctl status` shows.
    case status(String)
  }

  /// As sun_path holds it: an abstract address begins with a zero.
  private let path: [UInt8]
  /// The longest time between two messages that the service is alive; nil: nobody waits for them.
  public let watchdogInterval: Duration?

  /// Nil where no service manager listens.
  ///
  /// Takes its variables out of the environment: they are not for the programs that this one starts. To be called before there
  /// are other threads.
  public static func fromEnvironment() -> ServiceManager? {
    let (address, microseconds, watched) = (take("NOTIFY_SOCKET"), take("WATCHDOG_USEC"), take("WATCHDOG_PID"))
    guard let address else { return nil }
    let isWatched = watched.map { $0 == "\(getpid())" } ?? true
    let interval = microseconds.flatMap(Int.init).flatMap { $0 > 0 && isWatched ? Duration.microseconds($0) : nil }
    return ServiceManager(address: address, watchdogInterval: interval)
  }

  /// - Parameter address: a path, or an abstract address that begins with an @. Anything else is nobody's.
  package init?(address: String, watchdogInterval: Duration? = nil) {
    var path = Array(address.utf8)
    guard path.count > 1, path.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
    switch path[0] {
    case UInt8(ascii: "/"): break
    case UInt8(ascii: "@"): path[0] = 0
    default: return nil
    }
    self.path = path
    self.watchdogInterval = watchdogInterval
  }

  /// Sends messages as one. It waits while the manager's queue is full: not for the audio thread.
  ///
  /// - Returns: what went wrong, from errno.h; nil: nothing.
  @discardableResult
  public func send(_ messages: Message...) -> Int32? {
    let text = messages.map(\.lines).joined(separator: "\n")
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return errno }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
    // An abstract address ends where its length says.
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.count)
    while true {
      let sent = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          sendto(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL), $0, length)
        }
      }
      if sent >= 0 { return nil }
      if errno != EINTR { return errno }
    }
  }
}

extension ServiceManager.Message {
  /// As the protocol has it.
  var lines: String {
    switch self {
    case .ready: return "READY=1"
    case .reloading:
      var now = timespec()
      clock_gettime(CLOCK_MONOTONIC, &now)
      return "RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1000)"
    case .stopping: return "STOPPING=1"
    case .alive: return "WATCHDOG=1"
    case .status(let text): return "STATUS=" + text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }
  }
}

/// A variable of the environment, which it leaves; nil where there is none, or an empty one.
func take(_ variable: String) -> String? {
  defer { unsetenv(variable) }
  return getenv(variable).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
}
