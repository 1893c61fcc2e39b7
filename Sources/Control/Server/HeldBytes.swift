import NIOCore

/// Holds what a client sends until it is wanted, and gives it to the decoder in small pieces, one a turn of the event loop: other
/// connections come between them.
///
/// SwiftNIO reads all that has come once the client has closed, whatever was asked for. What a client sent that is gone is dropped here
/// before it costs anything.
final class HeldBytes: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The connection has a place among those that are served.
  struct Admission: Sendable {}

  /// Whether the decoder may have more: a request is in its body, or none is unanswered.
  var isWanted: () -> Bool = { true }

  private var isAdmitted = false
  private var held = ByteBuffer()
  /// Whether the client has said that it sends no more. That comes after what is held.
  private var hasEnded = false
  /// Whether the next piece is given in a turn of the event loop to come.
  private var isScheduled = false
  /// Whether more is to be read once nothing is held.
  private var isReadAsked = false
  private var isClosed = false
  /// While it is in a pipeline.
  private var context: ChannelHandlerContext?

  /// Bytes of a piece: a few hundred requests, or chunks, at most.
  private static let pieceBytes = 4 << 10

  func handlerAdded(context: ChannelHandlerContext) { self.context = context }

  func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is Admission else { return context.triggerUserOutboundEvent(event, promise: promise) }
    isAdmitted = true
    promise?.succeed()
    giveSoon()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosed else { return }
    var bytes = unwrapInboundIn(data)
    if held.readableBytes == 0 { held = bytes } else { held.writeBuffer(&bytes) }
    giveSoon()
  }

  // What is read is not given yet: `give` tells of it.
  func channelReadComplete(context: ChannelHandlerContext) {}

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else { return context.fireUserInboundEventTriggered(event) }
    hasEnded = true
    giveSoon()
  }

  func channelInactive(context: ChannelHandlerContext) {
    drop()
    context.fireChannelInactive()
  }

  func read(context: ChannelHandlerContext) {
    if held.readableBytes == 0 { context.read() } else { isReadAsked = true }
  }

  /// Forgets what is held: nothing more of it is wanted.
  func drop() {
    isClosed = true
    held = ByteBuffer()
  }

  /// Gives the next piece in a turn to come, if it is wanted by then.
  func giveSoon() {
    guard let context, isAdmitted, !isScheduled, !isClosed, held.readableBytes > 0 || hasEnded else { return }
    isScheduled = true
    context.eventLoop.assumeIsolated().execute {
      self.isScheduled = false
      self.give(context)
    }
  }

  private func give(_ context: ChannelHandlerContext) {
    guard !isClosed, isWanted() else { return }
    if let piece = held.readSlice(length: min(held.readableBytes, Self.pieceBytes)), piece.readableBytes > 0 {
      context.fireChannelRead(wrapInboundOut(piece))
      context.fireChannelReadComplete()
    } else if hasEnded {
      hasEnded = false
      context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
      return
    }
    if held.readableBytes == 0, isReadAsked {
      isReadAsked = false
      context.read()
    }
    giveSoon()
  }
}
