import ControlAPI
import NIOCore
import NIOHTTP1

/// A piece of a request, or why no more of it comes, in the order of arrival.
enum RequestPart: Sendable {
  case head(HTTPRequestHead)
  case body(ByteBuffer)
  case end
  /// To be answered; then the connection closes.
  case refused(Problem)
}

/// Watches a connection's time, turns bytes that are no HTTP into a refusal, and makes one piece of what has come of a body.
final class RequestGate: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = RequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  private let limits: ControlLimits
  private let bytes: HeldBytes
  /// Requests whose header has come and whose answer has not gone out yet.
  private var unanswered = 0
  /// Those whose answer has not even been made.
  private var undone = 0
  private var isInBody = false
  /// What has come of it, and is not passed on yet.
  private var piece: ByteBuffer?
  /// Its chunks that came together with the one before, and the bytes of all; nil where the length was said.
  private var chunks: (count: Int, bytes: Int)?
  /// Whether a part has come since the timer was set.
  private var hasPart = false
  /// When the whole of the body must have come: later with every part.
  private var bodyEnd = NIODeadline.distantFuture
  /// Whether a part of the next header has come.
  private var hasBegunHeader = false
  private var hasRefused = false
  private var requestTimer: Scheduled<Void>?
  private var answerTimer: Scheduled<Void>?
  /// Whether the answer has no end of its own; then each piece has time of its own.
  private var isStream = false
  /// Pieces of it that the client has not taken.
  private var untaken = 0
  /// Other answers that it has not taken whole. The connection is closed after them.
  private var unsent = 0
  private var isToClose = false

  /// Chunks of a body whose mean may be smaller than so many bytes: each takes as much work as a kilobyte.
  private static let smallChunks = (count: 1_000, bytes: 64)
  private static let remedy = "send larger ones, or the whole with Content-Length"

  /// - Parameter bytes: gives the decoder what comes here.
  init(limits: ControlLimits, bytes: HeldBytes) {
    (self.limits, self.bytes) = (limits, bytes)
    bytes.isWanted = { [weak self] in self.map { !$0.hasRefused && $0.undone <= ($0.isInBody ? 1 : 0) } ?? false }
  }

  // What has come before is not looked at, and so not late.
  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    if event is HeldBytes.Admission { startRequestTimer(context) }
    context.triggerUserOutboundEvent(event, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    requestTimer?.cancel()
    answerTimer?.cancel()
  }

  // MARK: Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasRefused else { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      (unanswered, undone, isInBody) = (unanswered + 1, undone + 1, true)
      chunks = head.headers.contains(name: "transfer-encoding") ? (0, 0) : nil
      bodyEnd = .now() + limits.wholeBodyTime
      context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body(let bytes):
      bodyEnd = bodyEnd + .nanoseconds(Int64(bytes.readableBytes) * 1_000_000_000 / Int64(limits.bodyBytesASecond))
      take(bytes, context)
    case .end:
      passPiece(context)
      (isInBody, hasBegunHeader) = (false, false)
      context.fireChannelRead(wrapInboundOut(.end))
    }
    hasPart = true
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    passPiece(context)
    if hasPart {
      hasPart = false
      startRequestTimer(context)
    }
    // The decoder passes this on even where the bytes were too few for a part.
    if !isInBody && unanswered == 0 { hasBegunHeader = true }
    context.fireChannelReadComplete()
  }

  private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
    if let chunks {
      let (count, bytes) = (chunks.count + (piece == nil ? 0 : 1), chunks.bytes + bytes.readableBytes)
      guard count <= Self.smallChunks.count || bytes / count >= Self.smallChunks.bytes else {
        let most = "of more than \(Self.smallChunks.count) chunks the mean has at least \(Self.smallChunks.bytes) bytes"
        return refuse(context, Problem(status: 400, detail: "the body comes in chunks that are too small: \(most): \(Self.remedy)"))
      }
      self.chunks = (count, bytes)
    }
    if piece == nil { piece = bytes } else { piece?.writeImmutableBuffer(bytes) }
  }

  /// Each takes a hop to another thread, and memory.
  private func passPiece(_ context: ChannelHandlerContext) {
    guard let piece else { return }
    self.piece = nil
    context.fireChannelRead(wrapInboundOut(.body(piece)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case HTTPParserError.headerOverflow:
      let most = "\(limits.headers) fields, of \(limits.headerBytes) bytes each and \(limits.headersBytes) in all"
      refuse(context, Problem(status: 431, detail: "the request's header is too large: it may have at most \(most)"))
    case HTTPParserError.invalidEOFState:
      refuse(context, Problem(status: 400, detail: "the connection ended in the middle of a request: nothing was changed"))
    case let error as HTTPParserError:
      refuse(context, Problem(status: 400, detail: "this is not HTTP/1.1: \(error)"))
    default: context.fireErrorCaught(error)
    }
  }

  private func refuse(_ context: ChannelHandlerContext, _ problem: Problem) {
    guard !hasRefused else { return }
    (hasRefused, piece) = (true, nil)
    bytes.drop()
    requestTimer?.cancel()
    context.fireChannelRead(wrapInboundOut(.refused(problem)))
    context.fireChannelReadComplete()
  }

  /// Whether the client is waited for, rather than a whole request for its answer.
  private var isWaiting: Bool { !hasRefused && unanswered <= (isInBody ? 1 : 0) }

  /// Starts again with what comes, and rests while a whole request waits for its answer.
  private func startRequestTimer(_ context: ChannelHandlerContext) {
    requestTimer?.cancel()
    guard isWaiting else { return }
    let time = isInBody ? limits.bodyTime : limits.headerTime
    let end = isInBody ? min(.now() + time, bodyEnd) : .now() + time
    requestTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: end) {
      if self.isInBody || self.hasBegunHeader {
        let isSlow = self.isInBody && self.bodyEnd <= .now()
        let what = isSlow ? "the request's body took too long" : "no more of the request came within \(time.nanoseconds / 1_000_000) ms"
        self.refuse(context, Problem(status: 408, detail: what))
      } else {
        context.close(promise: nil)
      }
    }
  }

  // MARK: Answers

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(let head) where head.status.code >= 200:
      isStream = head.headers.first(name: "content-type") == Event.contentType
      if isStream { return writePiece(context, data, promise) }
      startAnswerTimer(context)
      context.write(data, promise: promise)
    case .body where isStream: writePiece(context, data, promise)
    case .end:
      let written = promise ?? context.eventLoop.makePromise()
      undone -= 1
      // What has begun to come behind the request has waited for its answer.
      if isInBody && undone == 1 { bodyEnd = .now() + limits.wholeBodyTime }
      bytes.giveSoon()
      unsent += isStream ? 0 : 1
      written.futureResult.assumeIsolated().whenComplete { _ in
        self.unsent -= self.isStream ? 0 : 1
        if self.isToClose && self.unsent == 0 { context.close(promise: nil) }
        self.answerTimer?.cancel()
        self.unanswered -= 1
        self.startRequestTimer(context)
      }
      context.write(data, promise: written)
    default: context.write(data, promise: promise)
    }
  }

  /// SwiftNIO would drop what the client has not taken yet: a large answer, or any to a slow reader.
  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .all, unsent > 0, promise == nil else { return context.close(mode: mode, promise: promise) }
    isToClose = true
  }

  private func writePiece(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
    let written = promise ?? context.eventLoop.makePromise()
    untaken += 1
    startAnswerTimer(context)
    written.futureResult.assumeIsolated().whenComplete { _ in
      self.untaken -= 1
      if self.untaken == 0 { self.answerTimer?.cancel() } else { self.startAnswerTimer(context) }
    }
    context.write(data, promise: written)
  }

  private func startAnswerTimer(_ context: ChannelHandlerContext) {
    answerTimer?.cancel()
    answerTimer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.answerTime) { context.close(promise: nil) }
  }
}
