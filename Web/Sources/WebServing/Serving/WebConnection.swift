import ControlAPI
import Logging
import NIOCore
import NIOHTTP1
import Terminal

/// Serves the requests of one client, one after the other.
struct WebConnection: Sendable {
  typealias Channel = NIOAsyncChannel<RequestPart, HTTPServerResponsePart>
  typealias Parts = NIOAsyncChannelInboundStream<RequestPart>.AsyncIterator
  typealias Writer = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

  let site: Site
  /// The client's, or its proxy's.
  let peer: ClientAddress
  /// The address that it has reached, in digits.
  let local: String
  let daemon: Daemon

  /// Serves until the client goes away or sends what no further request can follow.
  func serve(_ channel: Channel) async {
    channel.channel.triggerUserOutboundEvent(HeldBytes.Admission(), promise: nil)
    let call = PresentCall()
    channel.channel.closeFuture.whenComplete { _ in call.end() }
    // A connection that breaks off concerns nobody but its client.
    try? await channel.executeThenClose { inbound, writer in
      var parts = inbound.makeAsyncIterator()
      while let part = try await parts.next() {
        switch part {
        case .head(let head):
          guard try await answer(head, &parts, writer, call), !Task.isCancelled else { return }
          // Further requests may be there already: those of others come first.
          await Task.yield()
        case .refused(let problem):
          return try await writer.write(contentsOf: Answer(Refusal(problem)).parts(isHead: false, isLast: true))
        case .body, .end: continue
        }
      }
    }
  }

  /// Refuses a client, since too many are connected.
  static func turnAway(_ channel: Channel) async {
    let refusal = Refusal(.serviceUnavailable, "too many connections are open: try again later")
    try? await channel.executeThenClose { _, writer in
      try await writer.write(contentsOf: Answer(refusal).parts(isHead: false, isLast: true))
    }
  }

  /// - Returns: whether another request may follow.
  private func answer(
    _ head: HTTPRequestHead, _ parts: inout Parts, _ writer: Writer, _ call: PresentCall
  ) async throws -> Bool {
    do {
      let request = try checked(head)
      switch request.route {
      case .daemon(_, let kind): return try await passOn(head, request, kind, &parts, writer, call)
      case .login: return try await logIn(head, request, &parts, writer)
      case .logout: return try await write(logOut(head, request), head, writer)
      case .session: return try await write(Answer(session(request.grant)), head, writer)
      case .page(let name): return try await write(site.page.answer(name, head.headers), head, writer)
      }
    } catch let refusal as Refusal {
      return try await refuse(refusal, head, &parts, writer)
    }
  }

  // MARK: Checks

  struct Checked {
    let route: Route
    let target: RequestTarget
    let grant: Keeper.Grant
    let address: ClientAddress
  }

  /// - Throws: what can be refused without reading the body.
  private func checked(_ head: HTTPRequestHead) throws(Refusal) -> Checked {
    let address = address(of: head)
    if let wait = site.requests.take(for: address) { throw .later(wait, "too many requests have come") }
    guard !head.headers.contains(name: "upgrade"), head.method != .CONNECT else {
      throw Refusal(.badRequest, "no other protocol is spoken here: send no Upgrade header")
    }
    let target = try RequestTarget(head.uri)
    let length = try bodyLength(head)
    let route = try Route(head.method, target, hasLargeBody: length.map { $0 > site.limits.smallBodyBytes } ?? true)
    if case .page = route {
      try site.sender.check(head, local: local, isPage: true)
      return Checked(route: route, target: target, grant: Keeper.Grant(access: .none), address: address)
    }
    try site.sender.check(head, local: local, isPage: false)
    if case .login = route { return Checked(route: route, target: target, grant: Keeper.Grant(access: .none), address: address) }
    let grant = try site.keeper.grant(head.headers, address)
    if case .daemon(let needs, _) = route { try check(grant, needs, head) }
    return Checked(route: route, target: target, grant: grant, address: address)
  }

  /// A proxy says for whom it speaks, after what its client has said.
  private func address(of head: HTTPRequestHead) -> ClientAddress {
    guard site.sender.isBehindProxy, let said = head.headers[canonicalForm: "x-forwarded-for"].last else { return peer }
    return ClientAddress(said) ?? peer
  }

  private func check(_ grant: Keeper.Grant, _ needs: Access, _ head: HTTPRequestHead) throws(Refusal) {
    switch grant.access {
    case let access where access >= needs: break
    case .none: throw Keeper.missing("a token is needed: log in, or send Authorization: Bearer and the token")
    case .open:
      throw Refusal(.forbidden, "without a token only status, events and metrics can be read: start convolved-web with --token-file")
    default: throw Refusal(.forbidden, "this token only reads: use the other one")
    }
    let isReading = head.method == .GET || head.method == .HEAD
    // Browsers send it with every such request.
    guard isReading || grant.session == nil || head.headers.contains(name: "origin") else {
      throw Refusal(.forbidden, "a request with a cookie that changes something has an Origin header")
    }
  }

  /// Nil: nobody knows. RFC 9112, 6
  private func bodyLength(_ head: HTTPRequestHead) throws(Refusal) -> Int? {
    let expected = head.headers.first(name: "expect")
    guard expected == nil || expected?.lowercased() == "100-continue" else {
      throw Refusal(.expectationFailed, "only 100-continue can be expected")
    }
    if head.headers.contains(name: "transfer-encoding") {
      guard head.headers[canonicalForm: "transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
        throw Refusal(.notImplemented, "of transfer codings only chunked is known")
      }
      return nil
    }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) } ?? 0
    guard length <= site.limits.bodyBytes else { throw tooLarge }
    return length
  }

  var tooLarge: Refusal { Refusal(.payloadTooLarge, "the body is larger than \(site.limits.bodyBytes) bytes") }

  // MARK: Answers

  private func session(_ grant: Keeper.Grant) -> JSON {
    .object([
      ("access", .string(grant.access.text)), ("login", .bool(site.keeper.tokens != nil)), ("signedIn", .bool(grant.session != nil)),
    ])
  }

  private func logIn(
    _ head: HTTPRequestHead, _ request: Checked, _ parts: inout Parts, _ writer: Writer
  ) async throws -> Bool {
    guard head.headers.first(name: "content-type")?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false else {
      throw Refusal(.unsupportedMediaType, "the body must be a form: send token= and the token as application/x-www-form-urlencoded")
    }
    var body: [UInt8] = []
    reading: while let part = try await parts.next() {
      switch part {
      case .body(let bytes):
        guard body.count + bytes.readableBytes <= site.limits.formBytes else {
          throw Refusal(.payloadTooLarge, "the form is larger than \(site.limits.formBytes) bytes")
        }
        body += bytes.readableBytesView
      case .end: break reading
      case .head: return false
      case .refused(let problem):
        try await writer.write(contentsOf: Answer(Refusal(problem)).parts(isHead: false, isLast: true))
        return false
      }
    }
    guard body.starts(with: "token=".utf8) else { throw Refusal(.badRequest, "the form has no token: send token= and the token") }
    let access: Access
    do {
      access = try site.keeper.access(token: body.dropFirst("token=".utf8.count), request.address)
    } catch {
      site.logger.notice("login refused: \(error.problem.detail)")
      return try await write(Answer(error), head, writer)
    }
    let secret = site.keeper.sessions.begin(access)
    site.keepSessions()
    let cookie = site.keeper.cookie.setting(secret)
    return try await write(done(Keeper.Grant(access: access, session: secret), cookie, head), head, writer)
  }

  private func logOut(_ head: HTTPRequestHead, _ request: Checked) throws(Refusal) -> Answer {
    guard head.headers.contains(name: "origin") || request.grant.session == nil else {
      throw Refusal(.forbidden, "a request with a cookie that changes something has an Origin header")
    }
    if let secret = request.grant.session {
      site.keeper.sessions.end(secret)
      site.keepSessions()
    }
    let access: Access = site.keeper.tokens == nil ? .open : .none
    return done(Keeper.Grant(access: access), site.keeper.cookie.removal, head)
  }

  /// For a form the page, for a script what the client may do.
  private func done(_ grant: Keeper.Grant, _ cookie: String, _ head: HTTPRequestHead) -> Answer {
    if head.headers[canonicalForm: "accept"].contains(where: { $0.lowercased().hasPrefix("application/json") }) {
      return Answer(session(grant), [("Set-Cookie", cookie)])
    }
    return Answer(.seeOther, [("Location", "/"), ("Set-Cookie", cookie), ("Cache-Control", "no-store")])
  }

  private func write(_ answer: Answer, _ head: HTTPRequestHead, _ writer: Writer) async throws -> Bool {
    let isLast = isLast(head)
    try await writer.write(contentsOf: answer.parts(isHead: head.method == .HEAD, isLast: isLast))
    return !isLast
  }

  /// Answers, then reads a little of what the client still sends, since it may not look at the answer before it has sent all.
  ///
  /// - Returns: whether another request may follow.
  private func refuse(_ refusal: Refusal, _ head: HTTPRequestHead, _ parts: inout Parts, _ writer: Writer) async throws -> Bool {
    let hasBody = head.headers.contains(name: "transfer-encoding") || !["0", nil].contains(head.headers.first(name: "content-length"))
    let isLast = hasBody || isLast(head) || refusal.problem.status == 429
    try await writer.write(contentsOf: Answer(refusal).parts(isHead: head.method == .HEAD, isLast: isLast))
    guard isLast else { return true }
    var drained = 0
    while hasBody, drained <= site.limits.drainedBytes, let part = try await parts.next() {
      guard case .body(let piece) = part else { break }
      drained += piece.readableBytes
    }
    return false
  }

  func isLast(_ head: HTTPRequestHead) -> Bool {
    !head.isKeepAlive || head.version != .http1_1 || head.method == .CONNECT || head.headers.contains(name: "upgrade")
  }
}
