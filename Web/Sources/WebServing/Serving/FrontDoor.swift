import NIOCore

/// Closes a connection at once, without the farewell of TLS, for which a client can be waited for.
final class FrontDoor: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  struct Shut: Sendable {}

  func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
    guard event is Shut else { return context.triggerUserOutboundEvent(event, promise: promise) }
    context.close(promise: promise)
  }
}
