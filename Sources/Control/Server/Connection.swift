import ControlAPI
import NIOCore
import NIOHTTP1

/// Serves the requests of one client, one after the other.
struct Connection {
  typealias Channel = NIOAsyncChannel<RequestPart, HTTPServerResponsePart>
  typealias Parts = NIOAsyncChannelInboundStream<RequestPart>.AsyncIterator
  typealias Writer = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

  let handler: any ControlHandler
  let limits: ControlLimits
  let feed: StatusFeed
  /// Where events are sent.
  let executor: LoopExecutor
  /// The answers that take the longest to make.
  let status: SharedAnswer
  let metrics: SharedAnswer
  /// Bytes of bodies.
  let bodies: Allowance
  /// Of requests with large bodies.
  let uploads: Allowance
  let listeners: Allowance
  /// At the other end.
  var user = UInt32.max

  init(handler: any ControlHandler, limits: ControlLimits, executor: LoopExecutor) {
    let feed = StatusFeed(limits: limits, handler: handler, executor: executor)
    (self.handler, self.limits, self.feed, self.executor) = (handler, limits, feed, executor)
    status = SharedAnswer {
      let status = await feed.status()
      return await Response.of(status, count: status.filters.count)
    }
    metrics = SharedAnswer {
      let status = await handler.status(takingPeaks: false)
      return Response(text: Array(Metrics(status: status).text.utf8), contentType: Metrics.contentType)
    }
    bodies = Allowance(limits.bodiesBytes)
    (uploads, listeners) = (Allowance(limits.uploads), Allowance(limits.eventListeners))
  }

  /// A connection of a user, which shares all else.
  func of(_ user: UInt32) -> Connection {
    var connection = self
    connection.user = user
    return connection
  }

  /// Serves until the client goes away or sends what no further request can follow.
  func serve(_ channel: Channel) async {
    channel.channel.triggerUserOutboundEvent(HeldBytes.Admission(), promise: nil)
    // A client that is gone wants no answer. One that has only said all that it will is still there.
    let present = PresentWork()
    channel.channel.closeFuture.whenComplete { _ in present.close() }
    // A connection that breaks off concerns nobody but its client.
    try? await channel.executeThenClose { inbound, writer in
      var parts = inbound.makeAsyncIterator()
      while let part = try await parts.next() {
        switch part {
        case .head(let head):
          guard try await answer(head, &parts, writer, present), !Task.isCancelled else { return }
          // Further requests may be there already: those of others come first.
          await Task.yield()
        case .refused(let problem): return try await writer.write(contentsOf: Response(problem).parts(isHead: false, isLast: true))
        case .body, .end: continue
        }
      }
    }
  }

  /// Refuses a client, since too many are connected.
  static func turnAway(_ channel: Channel, limits: ControlLimits) async {
    let most = "of \(limits.connections.all) that there can be, or of \(limits.connections.each) for each user"
    let problem = Problem(status: 503, detail: "too many connections are open, \(most): try again later")
    try? await channel.executeThenClose { _, writer in
      try await writer.write(contentsOf: Response(problem).parts(isHead: false, isLast: true))
    }
  }

  /// - Returns: whether another request may follow.
  private func answer(
    _ head: HTTPRequestHead, _ parts: inout Parts, _ writer: Writer, _ present: PresentWork
  ) async throws -> Bool {
    let request: Request
    do throws(Refusal) {
      request = try Request(head, limits: limits)
    } catch {
      return try await refuse(error, head, &parts, writer)
    }
    let isUpload = Request.isUpload(head, limits)
    guard !isUpload || uploads.take(for: user) else {
      let most = "of \(limits.uploads.all) that there can be, or of \(limits.uploads.each) for each user"
      return try await refuse(Refusal(503, "too many uploads are under way, \(most): try again later"), head, &parts, writer)
    }
    defer { if isUpload { uploads.giveBack(of: user) } }
    if request.waitsForContinue { try await writer.write(.head(HTTPResponseHead(version: .http1_1, status: .continue))) }
    var body = BodyMemory(bodies, of: user, freeBytes: limits.freeBytes)
    defer { body.release() }
    let length = head.headers.first(name: "content-length").flatMap { Int($0) }
    switch try await readBody(&parts, limit: request.limit, length: length, into: &body) {
    case .gone: return false
    case .broken(let problem):
      try await writer.write(contentsOf: Response(problem).parts(isHead: false, isLast: true))
      return false
    case .refused(let refusal):
      // What is drained is not held.
      body.release()
      return try await refuse(refusal, head, &parts, writer, isInBody: true)
    case .whole where request.endpoint.kind == .events && head.method != .HEAD:
      try await sendEvents(writer, head.version)
      return false
    case .whole:
      let call = Endpoint.Call(
        name: request.name, query: request.query, contentType: request.contentType, body: body.bytes, handler: handler, status: status,
        metrics: metrics)
      let response = await perform(request.endpoint, call, present)
      let isLast = isLast(head)
      try await writer.write(contentsOf: response.parts(isHead: head.method == .HEAD, isLast: isLast))
      return !isLast
    }
  }

  private func perform(_ endpoint: Endpoint, _ call: Endpoint.Call, _ present: PresentWork) async -> Response {
    let work = { @Sendable in
      do throws(Problem) {
        return try await endpoint.handle(call)
      } catch {
        return Response(error)
      }
    }
    return endpoint.kind == .long ? await present.response(of: work) : await work()
  }

  /// Sends events until the client goes away or is too far behind, or the server stops. A client of HTTP/1.0 knows no chunks: to it
  /// the answer is of HTTP/1.0, and ends with the connection.
  private func sendEvents(_ writer: Writer, _ version: HTTPVersion) async throws {
    guard listeners.take(for: user) else {
      let most = "of \(limits.eventListeners.all) that there can be, or of \(limits.eventListeners.each) for each user"
      let problem = Problem(status: 503, detail: "too many clients listen to events, \(most): try again later")
      return try await writer.write(contentsOf: Response(problem).parts(isHead: false, isLast: true))
    }
    defer { listeners.giveBack(of: user) }
    let events = await feed.listen()
    let headers = HTTPHeaders([("Content-Type", Event.contentType), ("Cache-Control", "no-cache"), ("Connection", "close")])
    let spoken = version == .http1_1 ? version : .http1_0
    try await writer.write(.head(HTTPResponseHead(version: spoken, status: .ok, headers: headers)))
    try await withTaskExecutorPreference(executor) {
      for await bytes in events { try await writer.write(.body(.byteBuffer(ByteBuffer(bytes: bytes)))) }
    }
    try await writer.write(.end(nil))
  }

  // MARK: Bodies

  private enum Body {
    case whole
    case refused(Refusal)
    /// No more of it comes.
    case broken(Problem)
    case gone
  }

  private func readBody(_ parts: inout Parts, limit: Int, length: Int?, into body: inout BodyMemory) async throws -> Body {
    while let part = try await parts.next() {
      switch part {
      case .body(let piece):
        guard body.bytes.count + piece.readableBytes <= limit else { return .refused(Request.tooLarge(limit)) }
        guard body.append(piece.readableBytesView, length: length, limit: limit) else {
          return .refused(Refusal(503, "too much is being sent at once for the memory that there is: try again later, or send less"))
        }
      case .refused(let problem): return .broken(problem)
      case .end: return .whole
      case .head: return .gone
      }
    }
    return .gone
  }

  /// Answers, then reads what the client still sends, since it may not look at the answer before it has sent all.
  ///
  /// - Returns: whether another request may follow.
  private func refuse(
    _ refusal: Refusal, _ head: HTTPRequestHead, _ parts: inout Parts, _ writer: Writer, isInBody: Bool = false
  ) async throws -> Bool {
    let isLast = isInBody || Request.hasBody(head) || isLast(head)
    let response = Response(refusal.problem, allow: refusal.allow)
    try await writer.write(contentsOf: response.parts(isHead: head.method == .HEAD, isLast: isLast))
    var drained = 0
    while drained <= limits.kernelBytes, let part = try await parts.next() {
      switch part {
      case .body(let piece): drained += piece.readableBytes
      case .end: return !isLast
      case .head, .refused: return false
      }
    }
    return false
  }

  /// An upgrade is never answered by one, but the decoder reads nothing after it.
  private func isLast(_ head: HTTPRequestHead) -> Bool {
    !head.isKeepAlive || head.version != .http1_1 || head.method == .CONNECT || head.headers.contains(name: "upgrade")
  }
}
