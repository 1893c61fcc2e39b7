import NIOHTTP1

/// Whether a request comes from where it says, and from this page: pages of others, and names of others that lead here, are refused.
struct Sender: Sendable {
  /// Names that lead here besides the addresses themselves, in small letters.
  let names: Set<String>
  /// What the page's own addresses begin with.
  let scheme: String
  /// Whether a proxy stands before: the port of its address is its own.
  let isBehindProxy: Bool

  /// A name or an address with its port, as Host and Origin have it.
  struct Authority: Equatable {
    /// In small letters; an address of IPv6 without brackets.
    let host: String
    /// Nil: the scheme's own.
    let port: String?

    init?(_ text: some StringProtocol) {
      let bytes = text.utf8
      guard !bytes.isEmpty, bytes.count <= 255, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
      let host: Substring, rest: Substring
      let text = Substring(text)
      if text.hasPrefix("[") {
        guard let end = text.firstIndex(of: "]") else { return nil }
        (host, rest) = (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
        guard addressBytes(String(host)) != nil else { return nil }
      } else {
        let end = text.firstIndex(of: ":") ?? text.endIndex
        (host, rest) = (text[..<end], text[end...])
        guard !host.isEmpty, host.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." || $0 == "_" }) else { return nil }
      }
      let port = rest.dropFirst()
      guard rest.isEmpty || rest.first == ":" && !port.isEmpty && port.count <= 5 && port.allSatisfy(\.isNumber) else { return nil }
      self.host = host.lowercased()
      self.port = port.isEmpty ? nil : String(port)
    }

    func isSame(as other: Authority, _ scheme: String) -> Bool {
      let usual = scheme == "https" ? "443" : "80"
      return host == other.host && (port ?? usual) == (other.port ?? usual)
    }
  }

  /// - Parameters:
  ///   - local: the address that the client has reached, in digits.
  ///   - isPage: whether it shows nothing but the page: any page may have a link to it.
  func check(_ head: HTTPRequestHead, local: String, isPage: Bool) throws(Refusal) {
    let hosts = head.headers["host"]
    guard hosts.count == 1, let host = Authority(hosts[0]) else {
      throw Refusal(.badRequest, "a request has one Host header, a name with a port")
    }
    guard isOwn(host.host, local) else {
      throw Refusal(.misdirectedRequest, "this is not \(host.host): if it should be, start convolved-web with --host \(host.host)")
    }
    let origins = head.headers["origin"]
    if !origins.isEmpty {
      guard origins.count == 1, isOwn(origin: origins[0], host) else { throw Refusal(.forbidden, "requests of other pages are refused") }
    }
    let isNavigation = isPage && head.headers.first(name: "sec-fetch-mode") == "navigate"
    let site = head.headers.first(name: "sec-fetch-site") ?? "none"
    guard isNavigation || site == "same-origin" || site == "none" else { throw Refusal(.forbidden, "requests of other pages are refused") }
  }

  /// Nobody else's name leads to an address, or to localhost. RFC 6761, 6.3
  private func isOwn(_ host: String, _ local: String) -> Bool {
    if names.contains(host) { return true }
    if host == "localhost" { return isLoopback(local) }
    guard let address = addressBytes(host) else { return false }
    return address == addressBytes(local)
  }

  private func isOwn(origin: String, _ host: Authority) -> Bool {
    guard origin.hasPrefix("\(scheme)://"), let authority = Authority(origin.dropFirst(scheme.utf8.count + 3)) else { return false }
    return authority.isSame(as: host, scheme) || isBehindProxy && names.contains(authority.host)
  }
}
