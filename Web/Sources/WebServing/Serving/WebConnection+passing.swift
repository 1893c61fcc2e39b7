import Glibc
import NIOCore
import NIOHTTP1

// A request goes to the daemon piece by piece, and so does its answer to the client: neither is held whole, and who is slow is waited for.

extension WebConnection {
  /// - Returns: whether another request may follow.
  func passOn(
    _ head: HTTPRequestHead, _ request: Checked, _ kind: Route.Kind, _ parts: inout Parts, _ writer: Writer, _ call: PresentCall
  ) async throws -> Bool {
    let places = try places(kind, request.address)
    defer { for place in places { place.giveBack(of: request.address) } }
    let channel: Daemon.Channel
    do {
      channel = try await daemon.connect()
    } catch {
      let reason = (error as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(error)"
      throw Refusal(.badGateway, "the daemon is not reached at \(site.socket): \(reason): systemctl status convolved says why")
    }
    call.set(channel.channel)
    defer { call.set(nil) }
    return try await channel.executeThenClose { answer, sending in
      let passed = HTTPRequestHead(version: .http1_1, method: head.method, uri: request.target.text, headers: head.headers.passedOn)
      if head.headers.contains(name: "expect"), head.version == .http1_1 {
        try await writer.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
      }
      switch try await send(passed, &parts, sending) {
      case .whole: return try await passBack(answer, head, writer)
      case .gone: return false
      case .refused(let refusal):
        try await writer.write(contentsOf: Answer(refusal).parts(isHead: false, isLast: true))
        return false
      }
    }
  }

  /// What a call takes, until it is over.
  private func places(_ kind: Route.Kind, _ address: ClientAddress) throws(Refusal) -> [Places] {
    var taken: [Places] = []
    let needed: [(places: Places, name: String)] =
      switch kind {
      case .short: [(site.calls, "requests are under way")]
      case .events: [(site.calls, "requests are under way"), (site.events, "clients listen to events")]
      case .upload: [(site.calls, "requests are under way"), (site.uploads, "uploads are under way")]
      }
    for (places, name) in needed {
      guard places.take(for: address) else {
        for place in taken { place.giveBack(of: address) }
        let most = "of \(places.all) that there can be, or of \(places.each) for each address"
        throw Refusal(.serviceUnavailable, "too many \(name), \(most): try again later", ("Retry-After", "5"))
      }
      taken.append(places)
    }
    return taken
  }

  private enum Sent {
    case whole
    case refused(Refusal)
    case gone
  }

  private func send(
    _ head: HTTPRequestHead, _ parts: inout Parts, _ sending: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
  ) async throws -> Sent {
    var isHeard = await write(.head(head), sending)
    var count = 0
    while let part = try await parts.next() {
      switch part {
      case .body(let piece):
        count += piece.readableBytes
        guard count <= site.limits.bodyBytes else { return .refused(tooLarge) }
        // A daemon that reads no more may have answered: the client has to send the rest all the same.
        if isHeard { isHeard = await write(.body(.byteBuffer(piece)), sending) }
      case .end:
        if isHeard { _ = await write(.end(nil), sending) }
        return .whole
      case .refused(let problem): return .refused(Refusal(problem))
      case .head: return .gone
      }
    }
    return .gone
  }

  /// Returns whether the daemon still reads.
  private func write(_ part: HTTPClientRequestPart, _ sending: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>) async -> Bool {
    do {
      try await sending.write(part)
      return true
    } catch {
      return false
    }
  }

  private func passBack(
    _ answer: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ head: HTTPRequestHead, _ writer: Writer
  ) async throws -> Bool {
    var parts = answer.makeAsyncIterator()
    guard let first = try await firstPart(&parts) else {
      throw Refusal(.badGateway, "the daemon at \(site.socket) broke off before it had answered: try again")
    }
    // A client of HTTP/1.0 knows no chunks: to it the answer ends with the connection.
    let hasLength = first.headers.contains(name: "content-length")
    let isLast = isLast(head) || !hasLength
    var headers = first.headers.passedBack
    if isLast { headers.add(name: "Connection", value: "close") }
    let version = head.version == .http1_1 ? HTTPVersion.http1_1 : .http1_0
    try await writer.write(.head(HTTPResponseHead(version: version, status: first.status, headers: headers)))
    while let part = try await parts.next() {
      switch part {
      case .head: break
      case .body(let bytes):
        try await writer.write(.body(.byteBuffer(bytes)))
      case .end:
        try await writer.write(.end(nil))
        return !isLast
      }
    }
    // Cut off: so is the client's answer, that it be not taken for whole.
    return false
  }

  /// Nil: it has gone, or what it says is no HTTP.
  private func firstPart(_ parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator) async throws
    -> HTTPResponseHead?
  {
    while let part = try? await parts.next() {
      if case .head(let head) = part, head.status.code >= 200 { return head }
    }
    return nil
  }
}
