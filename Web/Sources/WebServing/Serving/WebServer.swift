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
          channel.eventLoop.makeCompletedFuture {
            try prepare(channel, site.limits, options.certificate)
            return channel
          }
        }
      let daemon = Daemon(socket: site.socket, group: group)
      // On the thread that reads and writes: what a piece of an answer takes here is less than to wake another one.
      let executor = LoopExecutor(group.any())
      let accepting = Task(executorPreference: executor) {
        await accept(listener, site, daemon, activity, isEncrypted: options.certificate != nil)
      }
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

  private static func prepare(_ channel: any Channel, _ limits: WebLimits, _ certificate: Certificate?) throws {
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
  }

  /// Between two warnings: a client may connect thousands of times a second.
  private static let warningInterval = Duration.seconds(10)

  /// Until its task is cancelled.
  ///
  /// What is accepted is no asynchronous channel yet: one that nobody serves, as this loop has ended, would end the process.
  private static func accept(
    _ listener: NIOAsyncChannel<any Channel, Never>, _ site: Site, _ daemon: Daemon, _ activity: Activity, isEncrypted: Bool
  ) async {
    do {
      try await withThrowingDiscardingTaskGroup { tasks in
        try await listener.executeThenClose { channels in
          var warned: ContinuousClock.Instant?
          for try await channel in channels {
            let address = channel.remoteAddress?.ipAddress ?? ""
            let peer = ClientAddress(address) ?? .others
            let isWelcome = site.connections.take(for: peer)
            if !isWelcome, warned.map({ .now - $0 >= warningInterval }) ?? true {
              site.logger.warning("too many connections, of \(address) last: some are turned away")
              warned = .now
            }
            activity.begin()
            tasks.addTask {
              if isWelcome {
                await serve(channel, peer, site, daemon)
                site.connections.giveBack(of: peer)
              } else {
                await turnAway(channel, isEncrypted: isEncrypted)
              }
              activity.end()
            }
          }
        }
      }
    } catch {
      if !Task.isCancelled { site.logger.error("the socket failed: \(error)") }
    }
  }

  private static func serve(_ channel: any Channel, _ peer: ClientAddress, _ site: Site, _ daemon: Daemon) async {
    let local = channel.localAddress?.ipAddress ?? ""
    guard let wrapped = await wrapped(channel) else { return }
    await WebConnection(site: site, peer: peer, local: local, daemon: daemon).serve(wrapped)
    // Its memory is held until then.
    try? await channel.closeFuture.get()
  }

  /// Nobody waits for a handshake to say so.
  private static func turnAway(_ channel: any Channel, isEncrypted: Bool) async {
    if isEncrypted {
      channel.triggerUserOutboundEvent(FrontDoor.Shut(), promise: nil)
    } else if let wrapped = await wrapped(channel) {
      await WebConnection.turnAway(wrapped)
    }
  }

  /// Nil where the client has gone.
  private static func wrapped(_ channel: any Channel) async -> WebConnection.Channel? {
    let few = NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(lowWatermark: 1, highWatermark: 4)
    let wrapped = channel.eventLoop.submit { () throws -> WebConnection.Channel? in
      guard channel.isActive else { return nil }
      return try NIOAsyncChannel(
        wrappingChannelSynchronously: channel, configuration: .init(backPressureStrategy: few, isOutboundHalfClosureEnabled: false))
    }
    return try? await wrapped.get()
  }
}
