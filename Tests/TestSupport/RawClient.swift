import Foundation

/// A client that sends any bytes, at any pace: it blocks, so it has threads of its own.
public struct RawClient: Sendable {
  public enum Step: Sendable {
    case send([UInt8])
    case wait(milliseconds: UInt32)
    /// No more will be sent, but the answer is read.
    case halfClose
    /// Everything is closed, and nothing read.
    case abort
    /// Reads until this text has come.
    case await(String)
  }

  let path: String

  /// - Parameter path: the server's socket.
  public init(path: String) { self.path = path }

  public struct Unreachable: Error {
    public var errno: CInt
  }

  /// Takes the steps, then reads until the server closes.
  ///
  /// - Returns: all that the server sent; nil if it neither read nor closed for a minute: tests that keep the processors busy may hold the server up.
  public func run(_ steps: Step...) async throws -> String? {
    try await run(steps)
  }

  public func run(_ steps: [Step]) async throws -> String? { await run(steps, on: try open()) }

  /// Takes the steps on a connection that `open` made, and closes it.
  public func run(_ steps: [Step], on descriptor: CInt) async -> String? {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: take(steps, descriptor)) }
    }
  }

  /// One text, then the end of what is sent.
  public func send(_ text: String) async throws -> String? { try await run(.send(Array(text.utf8)), .halfClose) }

  private func take(_ steps: [Step], _ descriptor: CInt) -> String? {
    defer { close(descriptor) }
    var answer: [UInt8] = []
    for step in steps {
      switch step {
      case .send(let bytes): if !sendAll(bytes, descriptor) { return nil }
      case .wait(let milliseconds): usleep(milliseconds * 1000)
      case .halfClose: shutdown(descriptor, CInt(SHUT_WR))
      case .abort: return ""
      case .await(let text):
        while !String(decoding: answer, as: UTF8.self).contains(text) { if !receive(descriptor, &answer) { return nil } }
      }
    }
    while receive(descriptor, &answer) {}
    return errno == EAGAIN ? nil : String(decoding: answer, as: UTF8.self)
  }

  /// A connection.
  public func open() throws -> CInt {
    let descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
    guard status == 0 else {
      defer { close(descriptor) }
      throw Unreachable(errno: errno)
    }
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    return descriptor
  }

  /// A server that has closed takes nothing more: why is for the answer to tell.
  ///
  /// - Returns: false where the server is there, but does not read.
  private func sendAll(_ bytes: [UInt8], _ descriptor: CInt) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, CInt(MSG_NOSIGNAL))
      }
      if count <= 0 { return errno != EAGAIN }
      sent += count
    }
    return true
  }

  /// - Returns: whether something came.
  private func receive(_ descriptor: CInt, _ answer: inout [UInt8]) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    errno = 0
    let count = recv(descriptor, &bytes, bytes.count, 0)
    if count > 0 { answer += bytes[..<count] }
    return count > 0
  }
}
