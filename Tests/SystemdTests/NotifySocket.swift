import Foundation
import Testing

/// The service manager's end: a datagram socket, with what comes in.
final class NotifySocket: @unchecked Sendable {
  let address: String
  private let descriptor: CInt
  /// Messages in the order in which they came.
  private(set) var received: [String] = []

  struct Missing: Error, CustomStringConvertible {
    var description: String
  }

  /// - Parameter address: a path, or an abstract address that begins with an @.
  init(_ address: String) throws {
    self.address = address
    descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let path = address.utf8.map { $0 == UInt8(ascii: "@") ? 0 : $0 }
    withUnsafeMutableBytes(of: &name.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + path.count)
    let status = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
    }
    try #require(status == 0, "\(address): \(String(cString: strerror(errno)))")
  }

  deinit { close(descriptor) }

  /// Waits until a message comes that passes, and returns it.
  @discardableResult
  func wait(_ what: String, seconds: Double = 20, where passes: (String) -> Bool) throws -> String {
    let deadline = Date().addingTimeInterval(seconds)
    while Date() < deadline {
      var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&poller, 1, 100) == 1 else { continue }
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(descriptor, &bytes, bytes.count, 0)
      let message = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      received.append(message)
      if passes(message) { return message }
    }
    throw Missing(description: "no \(what) in \(seconds) s: \(received)")
  }
}
