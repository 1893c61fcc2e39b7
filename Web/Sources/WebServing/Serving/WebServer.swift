import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Serves the page over TCP, and passes the daemon's API on.
package final class WebServer: Sendable {
  private let site: Site
  private let group: MultiThreadedEventLoopGroup
  private let accepting: Task<Void, Never>
  private let activity: Activity

  private init(site: Site, group: MultiThreadedEventLoopGroup, accepting: Task<Void, Never>, activity: Activity) {
    (self.site, self.group, self.accepting, self.activity) = (site, group, accepting, activity)
  }

  /// Serves a socket that already listens. It takes over the descriptor.
  package static func start(_ descriptor: CInt, _ options: WebOptions, logger: Logger) async throws -> WebServer {
    // Of one thread: a connection's turn is short, and the sound comes first.
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let site = Site(options, logger: logger)
    let activity = Activity()
    do {
      let listener = try await ServerBootstrap(group: group)
        .serverChannelOption(.maxMessagesPerRead, value: 16)
        .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
        .childChannelOption(.socketOption(.so_keepalive), value: 1)
        .childChannelOption(.writeBufferWaterMark, value: .init(low: 8 << 10, high: 32 << 10))
        .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1 << 10, initial: 2 << 10, maximum: 16 << 10))
        .bind(descriptor) { channel in
          channel.eventLoop.makeCompletedFuture { try prepare(channel, site.limits, options.certificate) }
        }
      let daemon = Daemon(socket: site.socket, group: group)
      let accepting = Task { await accept(listener, site, daemon, activity, isEncrypted: options.certificate != nil) }
      return WebServer(site: site, group: group, accepting: accepting, activity: activity)
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }

  /// Returns when nobody has been connected for so long.
  package func idle(for time: Duration) async {
    while !Task.isCancelled {
      let rest = activity.rest(of: time)
      if rest <= .zero { return }
      try? await Task.sleep(for: rest)
    }
  }

  /// Closes the socket and its connections. Who waits in the queue of an inherited socket is left to the next process.
  package func stop() async {
    accepting.cancel()
    await accepting.value
    site.keepSessions()
    try? await group.shutdownGracefully()
  }

  private static func prepare(_ channel: any Channel, _ limits: WebLimits, _ certificate: Certificate?) throws -> WebConnection.Channel {
    var parsing = NIOHTTPDecoderLimitConfiguration()
    parsing.maxHeaderFieldSize = limits.requests.headerBytes
    parsing.maxHeaderListSize = limits.requests.headersBytes
    parsing.maxHeaderFieldCount = limits.requests.headers
    let pipeline = channel.pipeline.syncOperations
    // SwiftNIO leaves accepted sockets open for the programs that a process starts.
    _ = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { fcntl($0, F_SETFD, FD_CLOEXEC) }
    try pipeline.addHandler(FrontDoor())
    if let certificate { try pipeline.addHandler(NIOSSLServerHandler(context: certificate.context)) }
    let bytes = HeldBytes()
    try pipeline.addHandler(bytes)
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parsing)))
    try pipeline.addHandler(RequestGate(limits: limits.requests, bytes: bytes))
    let few = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(lowWatermark: 1, highWatermark: 4)
    return try NIOAsyncChannel(
      wrappingChannelSynchronously: channel, configuration: .init(backPressureStrategy: few, isOutboundHalfClosureEnabled: false))
  }

  /// Between two warnings: a client may connect thousands of times a second.
  private static let warningInterval = Duration.seconds(10)

  /// Until its task is cancelled.
  private static func accept(
    _ listener: NIOAsyncChannel<WebConnection.Channel, Never>, _ site: Site, _ daemon: Daemon, _ activity: Activity, isEncrypted: Bool
  ) async {
    do {
      try await withThrowingDiscardingTaskGroup { tasks in
        try await listener.executeThenClose { channels in
          var warned: ContinuousClock.Instant?
          for try await channel in channels {
            let address = channel.channel.remoteAddress?.ipAddress ?? ""
            let peer = ClientAddress(address) ?? .others
            activity.begin()
            guard site.connections.take(for: peer) else {
              if warned.map({ .now - $0 >= warningInterval }) ?? true {
                site.logger.warning("too many connections, of \(address) last: some are turned away")
                warned = .now
              }
              tasks.addTask {
                // What it says first would be a handshake.
                if isEncrypted { channel.channel.triggerUserOutboundEvent(FrontDoor.Shut(), promise: nil) }
                await WebConnection.turnAway(channel)
                activity.end()
              }
              continue
            }
            tasks.addTask {
              let local = channel.channel.localAddress?.ipAddress ?? ""
              await WebConnection(site: site, peer: peer, local: local, daemon: daemon).serve(channel)
              // Its memory is held until then.
              try? await channel.channel.closeFuture.get()
              site.connections.giveBack(of: peer)
              activity.end()
            }
          }
        }
      }
    } catch {
      if !Task.isCancelled { site.logger.error("the socket failed: \(error)") }
    }
  }
}
