import ControlAPI
import NIOHTTP1

/// Tells what a request may do: by its token, or by the cookie of a session that began with one.
struct Keeper: Sendable {
  /// Nil: everybody may read.
  let tokens: TokenFile?
  let sessions: Sessions
  let cookie: SessionCookie
  /// Of wrong tokens. A right one takes nothing.
  private let attempts: Rates
  /// Addresses that have shown a right token: the wrong ones of others do not keep them out.
  private let known: KnownAddresses

  init(tokens: TokenFile?, sessions: Sessions, cookie: SessionCookie, limits: WebLimits) {
    (self.tokens, self.sessions, self.cookie) = (tokens, sessions, cookie)
    attempts = Rates(each: limits.wrongTokensEach, all: limits.wrongTokens)
    known = KnownAddresses()
  }

  /// What a request is allowed, and by what it says so.
  struct Grant {
    let access: Access
    /// The session of its cookie.
    var session: Secret?
  }

  /// - Throws: its token is wrong, or too many were.
  func grant(_ headers: HTTPHeaders, _ address: ClientAddress) throws(Refusal) -> Grant {
    guard tokens != nil else { return Grant(access: .open) }
    if let field = headers.first(name: "authorization") { return Grant(access: try access(field, address)) }
    guard let secret = cookie.secret(in: headers), let access = sessions.access(secret) else { return Grant(access: .none) }
    return Grant(access: access, session: secret)
  }

  /// What a token allows.
  func access(token: some Sequence<UInt8>, _ address: ClientAddress) throws(Refusal) -> Access {
    guard let tokens else { throw Refusal(.notFound, "no token is configured: everybody may read, and nobody change") }
    if let wait = attempts.take(for: address, isKnown: known.contains(address)) {
      throw .later(wait, "too many wrong tokens have come")
    }
    guard let access = Secret(token).flatMap(tokens.access) else { throw Self.missing("the token is not one of this server's") }
    attempts.giveBack(for: address)
    known.insert(address)
    return access
  }

  static func missing(_ detail: String) -> Refusal {
    Refusal(.unauthorized, detail, ("WWW-Authenticate", "Bearer realm=\"convolved\""))
  }

  /// RFC 6750, 2.1
  private func access(_ field: String, _ address: ClientAddress) throws(Refusal) -> Access {
    let words = field.utf8.split(separator: 32)
    guard words.count == 2, words[0].count == 6, String(decoding: words[0], as: UTF8.self).lowercased() == "bearer" else {
      throw Self.missing("Authorization is not `Bearer` and a token")
    }
    return try access(token: words[1], address)
  }
}
