import NIOCore
import NIOHTTP1
import NIOPosix

/// The way to the daemon: a connection for each call, so that no request can be taken for a part of another.
struct Daemon: Sendable {
  typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  let socket: String
  let group: MultiThreadedEventLoopGroup

  func connect() async throws -> Channel {
    try await ClientBootstrap(group: group)
      .connectTimeout(.seconds(5))
      .channelOption(.writeBufferWaterMark, value: .init(low: 8 << 10, high: 32 << 10))
      .channelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 4 << 10, maximum: 16 << 10))
      .connect(unixDomainSocketPath: socket) { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(HTTPRequestEncoder())
          try pipeline.addHandler(ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes)))
          let few = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(lowWatermark: 1, highWatermark: 4)
          return try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(backPressureStrategy: few, isOutboundHalfClosureEnabled: false))
        }
      }
  }
}
