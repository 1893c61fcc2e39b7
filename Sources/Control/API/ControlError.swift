/// Why the control socket cannot be served or reached.
public enum ControlError: Error, Sendable, Equatable {
  // MARK: Serving
  case inUse(path: String)
  case notASocket(path: String)
  case missingFolder(path: String)
  case cannotServe(path: String, reason: String)

  // MARK: Either
  case pathTooLong(path: String)
  case notPermitted(path: String)

  // MARK: Reaching
  case noSocket(path: String)
  case refused(path: String)
  case timedOut(path: String, seconds: Double)
  case brokenOff(path: String, reason: String)
  /// The daemon answered that it will not do it.
  case problem(Problem)
}

extension ControlError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .inUse(let path): "\(path) is in use by another daemon: stop that one, or choose another socket"
    case .notASocket(let path): "\(path) is there and is no socket: remove it, or choose another path for the socket"
    case .missingFolder(let path): "\(path): the folder of the socket is missing: make it, or choose another path"
    case .cannotServe(let path, let reason): "\(path) cannot become the control socket: \(reason)"
    case .pathTooLong(let path):
      "\(path) has \(path.utf8.count) bytes, and a socket's path \(UnixSocket.maximumPathBytes) at the most: choose a shorter one"
    case .notPermitted(let path): "\(path): not permitted: the socket's or its folder's owner and mode do not allow it to this user"
    case .noSocket(let path): "\(path): there is no such socket"
    case .refused(let path): "\(path): nobody listens at this socket"
    case .timedOut(let path, let seconds): "\(path): no answer within \(seconds) s"
    case .brokenOff(let path, let reason): "\(path): the connection broke off: \(reason)"
    case .problem(let problem): problem.detail
    }
  }
}
