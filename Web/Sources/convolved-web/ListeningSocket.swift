import Glibc
import Terminal
import WebServing

/// A socket of TCP that listens.
struct ListeningSocket: Sendable {
  let descriptor: CInt
  /// Address and port, as in 127.0.0.1:8095 or [::1]:8095.
  let text: String

  var isOfLoopback: Bool { isLoopback(Self.parts(of: text).address) }

  init(descriptor: CInt, text: String) { (self.descriptor, self.text) = (descriptor, text) }

  /// - Parameter text: an address in digits and a port.
  init(_ text: String) throws(Failure) {
    let (address, port) = Self.parts(of: text)
    guard let number = UInt16(port) else {
      throw Failure(.usage, "--listen \(text) is no address and port: write it as 127.0.0.1:8095 or [::1]:8095")
    }
    var hints = addrinfo()
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(address, "\(number)", &hints, &found) == 0, let found else {
      throw Failure(.usage, "--listen \(text): \(address) is no address in digits, as 127.0.0.1, 0.0.0.0 or [::1]")
    }
    defer { freeaddrinfo(found) }
    descriptor = Glibc.socket(found.pointee.ai_family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var yes: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard descriptor >= 0, bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0, Glibc.listen(descriptor, SOMAXCONN) == 0
    else { throw Self.failure(text) }
    self.text = text
  }

  /// The address without brackets.
  private static func parts(of text: String) -> (address: String, port: String) {
    guard let colon = text.lastIndex(of: ":") else { return (text, "") }
    let address = text[..<colon]
    let isBracketed = address.hasPrefix("[") && address.hasSuffix("]")
    return (String(isBracketed ? address.dropFirst().dropLast() : address), String(text[text.index(after: colon)...]))
  }

  private static func failure(_ text: String) -> Failure {
    switch errno {
    case EADDRINUSE: Failure(.cannotCreate, "\(text) is in use: end who listens there, or name another port with --listen")
    case EADDRNOTAVAIL: Failure(.cannotCreate, "\(text) is no address of this machine: name one with --listen")
    case EACCES: Failure(.notPermitted, "\(text) may not be listened at: take a port from 1024 on")
    default: Failure(.cannotCreate, "\(text) cannot be listened at: \(String(cString: strerror(errno)))")
    }
  }
}
