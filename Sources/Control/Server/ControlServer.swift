import ControlAPI
import Glibc
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// HTTP/1.1 with JSON on a Unix socket: what `GET /v1/openapi.json` lists.
///
/// A request reaches its handler whole or not at all, and every refusal is a problem document.
package final class ControlServer: Sendable {
  /// Method and path of all that is served, as "GET /v1/status".
  package static var routes: [String] { Endpoint.all.map { "\($0.method) \($0.path)" } }

  private let file: SocketFile?
  private let group: MultiThreadedEventLoopGroup
  private let feed: StatusFeed
  private let accepting: Task<Void, Never>

  private init(file: SocketFile?, group: MultiThreadedEventLoopGroup, feed: StatusFeed, accepting: Task<Void, Never>) {
    (self.file, self.group, self.feed, self.accepting) = (file, group, feed, accepting)
  }

  /// Serves a socket of its own. One that was left behind there is replaced.
  ///
  /// - Parameter mode: permission bits of the socket, set before anybody can connect.
  package static func start(
    path: String, mode: UInt16, handler: any ControlHandler, limits: ControlLimits = ControlLimits(), logger: Logger
  ) async throws(ControlError) -> ControlServer {
    let (file, descriptor) = try await SocketFile.listen(at: path, mode: mode)
    return try await serve(descriptor, file: file, handler: handler, limits: limits, logger: logger)
  }

  /// Serves a socket that already listens, and stays when the server stops. It takes over the descriptor.
  package static func start(
    inherited descriptor: CInt, handler: any ControlHandler, logger: Logger
  ) async throws(ControlError) -> ControlServer {
    try await serve(descriptor, file: nil, handler: handler, limits: ControlLimits(), logger: logger)
  }

  /// Has listeners told of a change at once. Returns without waiting for that.
  package func tellSoon() { Task { await feed.hurry() } }

  /// Closes the socket and its connections, and waits for the handlers to return.
  package func stop() async {
    file?.remove()
    accepting.cancel()
    await accepting.value
    try? await group.shutdownGracefully()
  }

  private static func serve(
    _ descriptor: CInt, file: SocketFile?, handler: any ControlHandler, limits: ControlLimits, logger: Logger
  ) async throws(ControlError) -> ControlServer {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do {
      let listener = try await ServerBootstrap(group: group)
        .childChannelOption(.allowRemoteHalfClosure, value: true)
        .bind(descriptor) { channel in
          channel.eventLoop.makeCompletedFuture {
            try prepare(channel, limits)
            return channel
          }
        }
      let connection = Connection(handler: handler, limits: limits, executor: LoopExecutor(group.any()))
      let accepting = Task {
        await accept(listener, connection, logger)
        await connection.feed.stop()
      }
      return ControlServer(file: file, group: group, feed: connection.feed, accepting: accepting)
    } catch {
      file?.remove()
      try? await group.shutdownGracefully()
      throw .cannotServe(path: file?.path ?? "descriptor \(descriptor)", reason: "\(error)")
    }
  }

  private static func prepare(_ channel: any Channel, _ limits: ControlLimits) throws {
    var parsing = NIOHTTPDecoderLimitConfiguration()
    parsing.maxHeaderFieldSize = limits.headerBytes
    parsing.maxHeaderListSize = limits.headersBytes
    parsing.maxHeaderFieldCount = limits.headers
    let pipeline = channel.pipeline.syncOperations
    // SwiftNIO leaves accepted sockets open for the programs that a process starts.
    _ = try pipeline.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { fcntl($0, F_SETFD, FD_CLOEXEC) }
    let bytes = HeldBytes()
    try pipeline.addHandler(bytes)
    try pipeline.addHandler(HTTPResponseEncoder())
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: parsing)))
    try pipeline.addHandler(RequestGate(limits: limits, bytes: bytes))
  }

  /// Nil where the client has gone.
  private static func wrapped(_ channel: any Channel) async -> Connection.Channel? {
    let wrapped = channel.eventLoop.submit { () throws -> Connection.Channel? in
      guard channel.isActive else { return nil }
      return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
    }
    return try? await wrapped.get()
  }

  /// SO_PEERCRED of unix(7).
  private struct PeerCredentials {
    var process: Int32
    var user: UInt32
    var group: UInt32
  }

  /// The user at the other end of a connection; nobody where it is gone.
  private static func user(of channel: any Channel) async -> UInt32 {
    guard let provider = channel as? any SocketOptionProvider else { return .max }
    let found: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
    return (try? await found.get().user) ?? .max
  }

  /// Between two warnings: a client may connect thousands of times a second.
  private static let warningInterval = Duration.seconds(10)

  /// Until its task is cancelled.
  ///
  /// What is accepted is no asynchronous channel yet: one that nobody serves, as this loop has ended, would end the process.
  private static func accept(_ listener: NIOAsyncChannel<any Channel, Never>, _ connection: Connection, _ logger: Logger) async {
    let limits = connection.limits
    let places = Allowance(limits.connections)
    do {
      try await withThrowingDiscardingTaskGroup { tasks in
        try await listener.executeThenClose { channels in
          var warned: ContinuousClock.Instant?
          for try await channel in channels {
            let user = await user(of: channel)
            let isWelcome = places.take(for: user)
            if !isWelcome, warned.map({ .now - $0 >= warningInterval }) ?? true {
              logger.warning("control: too many connections, of user \(user) last: some are turned away")
              warned = .now
            }
            tasks.addTask {
              let channel = await wrapped(channel)
              if isWelcome {
                if let channel { await connection.of(user).serve(channel) }
                places.giveBack(of: user)
              } else if let channel {
                await Connection.turnAway(channel, limits: limits)
              }
            }
          }
        }
      }
    } catch {
      if !Task.isCancelled { logger.error("control: the socket failed: \(error)") }
    }
  }
}
