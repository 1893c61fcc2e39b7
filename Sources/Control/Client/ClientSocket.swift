import ControlAPI
import Dispatch
import Glibc

/// The time until which something is waited for.
struct Deadline: Sendable {
  let seconds: Double
  private let end: ContinuousClock.Instant

  init(seconds: Double) { (self.seconds, end) = (seconds, .now + .seconds(seconds)) }

  var hasPassed: Bool { end <= .now }

  /// What is left, as poll(2) takes it.
  fileprivate var milliseconds: CInt { CInt(clamping: Int(max(0, (end - .now) / .milliseconds(1)).rounded(.up))) }
}

/// A connection to the daemon for one request. It waits on a queue of its own, never on Swift's cooperative threads.
final class ClientSocket: Sendable {
  private let path: String
  private let descriptor: CInt
  private let queue = DispatchQueue(label: "control client")

  /// Bytes that are read at once.
  private static let portion = 64 << 10

  /// connect(2)
  init(path: String, until deadline: Deadline) async throws(ControlError) {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw .noSocket(path: path) }
    guard path.utf8.count <= UnixSocket.maximumPathBytes else { throw .pathTooLong(path: path) }
    self.path = path
    while true {
      if let descriptor = UnixSocket.connected(to: path) {
        self.descriptor = descriptor
        return
      }
      switch errno {
      case ENOENT, ENOTDIR: throw .noSocket(path: path)
      case EACCES, EPERM: throw .notPermitted(path: path)
      case ECONNREFUSED, EPROTOTYPE: throw .refused(path: path)
      // Many wait to be accepted.
      case EAGAIN:
        guard !deadline.hasPassed else { throw .timedOut(path: path, seconds: deadline.seconds) }
        guard (try? await Task.sleep(for: .milliseconds(20))) != nil else { throw .brokenOff(path: path, reason: "it was cancelled") }
      case let code: throw .brokenOff(path: path, reason: String(cString: strerror(code)))
      }
    }
  }

  deinit { close(descriptor) }

  /// Sends a whole request. A server that refuses may answer before it has read everything, and close: what it said is read next.
  func send(_ bytes: [UInt8], until deadline: Deadline) async throws(ControlError) {
    try await onQueue { () throws(ControlError) in
      var rest = bytes[...]
      while !rest.isEmpty {
        try self.wait(for: POLLOUT, until: deadline)
        let count = rest.withUnsafeBytes { Glibc.send(self.descriptor, $0.baseAddress!, $0.count, Int32(MSG_NOSIGNAL)) }
        if count < 0 && errno != EINTR && errno != EAGAIN { return }
        rest = rest.dropFirst(max(0, count))
      }
    }
  }

  /// Returns the next bytes; none at the end. recv(2)
  func receive(until deadline: Deadline) async throws(ControlError) -> [UInt8] {
    try await onQueue { () throws(ControlError) in
      var bytes = [UInt8](repeating: 0, count: Self.portion)
      while true {
        try self.wait(for: POLLIN, until: deadline)
        let count = recv(self.descriptor, &bytes, bytes.count, 0)
        if count >= 0 { return Array(bytes[..<count]) }
        guard errno == EINTR || errno == EAGAIN else {
          throw .brokenOff(path: self.path, reason: String(cString: strerror(errno)))
        }
      }
    }
  }

  private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws(ControlError) -> Value) async throws(ControlError) -> Value {
    let result: Result<Value, ControlError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        queue.async { continuation.resume(returning: Result(catching: work)) }
      }
    } onCancel: {
      shutdown(descriptor, CInt(SHUT_RDWR))
    }
    return try result.get()
  }

  /// poll(2)
  private func wait(for events: CInt, until deadline: Deadline) throws(ControlError) {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    // A server that never stops sending is not waited for either.
    while !deadline.hasPassed {
      let count = poll(&entry, 1, deadline.milliseconds)
      if count > 0 { return }
      guard count == 0 || errno == EINTR else { throw .brokenOff(path: path, reason: String(cString: strerror(errno))) }
    }
    throw .timedOut(path: path, seconds: deadline.seconds)
  }
}
