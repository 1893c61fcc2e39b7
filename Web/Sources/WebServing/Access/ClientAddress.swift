import Glibc

/// Where a client is, as far as limits tell clients apart: an address of IPv4, or the network of one of IPv6, of which a machine has many.
struct ClientAddress: Hashable, Sendable {
  private let bytes: [UInt8]

  /// All for which there is no place of their own.
  static let others = ClientAddress(bytes: [])

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// - Parameter text: in digits, as 192.0.2.1 or 2001:db8::1; nil for anything else.
  init?(_ text: some StringProtocol) {
    guard text.utf8.count <= 45, let all = addressBytes(String(text)) else { return nil }
    bytes = all.count == 4 ? all : Array(all.prefix(8))
  }
}

/// The 4 or 16 bytes of an address in digits; nil for anything else. One of IPv4 within IPv6 is one of IPv4. inet_pton(3)
func addressBytes(_ text: String) -> [UInt8]? {
  var bytes = [UInt8](repeating: 0, count: 16)
  if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
  guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
  let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
  return isMapped ? Array(bytes.suffix(4)) : bytes
}

/// Whether an address in digits is this machine's own. RFC 5735, RFC 4291
package func isLoopback(_ text: String) -> Bool {
  guard let bytes = addressBytes(text) else { return false }
  return bytes.count == 4 ? bytes[0] == 127 : bytes == [UInt8](repeating: 0, count: 15) + [1]
}
