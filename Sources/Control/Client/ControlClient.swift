import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// Requests over a daemon's control socket, each on a connection of its own.
public struct ControlClient: Sendable {
  /// Of the socket.
  public let path: String
  /// Seconds that a request may take, answer included.
  public let timeout: Double

  public struct Response: Sendable, Equatable {
    /// HTTP status code.
    public var status: Int
    public var contentType: String?
    public var body: [UInt8]
  }

  private typealias Channel = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

  /// Bytes of the longest answer that is read.
  private static let maximumBytes = 16 << 20

  public init(path: String, timeout: Double = 60) {
    self.path = path
    self.timeout = timeout
  }

  /// - Parameters:
  ///   - target: path and query, percent-encoded.
  ///   - body: nil: none.
  /// - Throws: where there is no answer; an answer that refuses is returned like any other.
  public func request(
    _ method: String, _ target: String, contentType: String? = nil, body: [UInt8]? = nil
  ) async throws(ControlError) -> Response {
    var headers = HTTPHeaders([("Host", "localhost"), ("Connection", "close")])
    if let contentType { headers.add(name: "Content-Type", value: contentType) }
    if let body { headers.add(name: "Content-Length", value: "\(body.count)") }
    let head = HTTPRequestHead(version: .http1_1, method: HTTPMethod(rawValue: method), uri: target, headers: headers)
    let parts: [HTTPClientRequestPart] = [.head(head)] + (body.map { [.body(.byteBuffer(ByteBuffer(bytes: $0)))] } ?? []) + [.end(nil)]
    do {
      return try await withDeadline { try await exchange(parts) }
    } catch let error as ControlError {
      throw error
    } catch {
      throw .brokenOff(path: path, reason: "\(error)")
    }
  }

  private func exchange(_ request: [HTTPClientRequestPart]) async throws -> Response {
    let channel = try await connect()
    return try await channel.executeThenClose { inbound, outbound in
      // A server that refuses may answer before it has read everything, and close.
      try? await outbound.write(contentsOf: request)
      return try await answer(inbound)
    }
  }

  /// `GET /v1/events`: gives each event to `take`, until that returns false or its task is cancelled.
  ///
  /// - Throws: where the daemon is not reached or refuses, and when it ends the connection.
  public func events(_ take: (Event) async -> Bool) async throws(ControlError) {
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/v1/events", headers: ["Host": "localhost"])
    do {
      let channel = try await connect()
      try await channel.executeThenClose { inbound, outbound in
        try await outbound.write(contentsOf: [.head(head), .end(nil)])
        try await self.take(inbound, take)
      }
    } catch let error as ControlError {
      throw error
    } catch {
      throw brokenOff("\(error)")
    }
  }

  private func take(_ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>, _ take: (Event) async -> Bool) async throws {
    var status = 0
    var text: [UInt8] = []
    for try await part in parts {
      switch part {
      case .head(let head): status = Int(head.status.code)
      case .body(let bytes):
        text += bytes.readableBytesView
        guard text.count <= Self.maximumBytes else { throw brokenOff("an event does not end") }
        while status == 200, let end = text.firstRange(of: Array("\n\n".utf8)) {
          let lines = String(decoding: text[..<end.lowerBound], as: UTF8.self).split(separator: "\n")
          text.removeSubrange(..<end.upperBound)
          if let event = Event(lines: lines), await !take(event) { return }
        }
      case .end where status != 200: throw ControlError.problem(problem(of: Response(status: status, body: text)))
      case .end: throw brokenOff("it sends no more events")
      }
    }
    if !Task.isCancelled { throw brokenOff("it closed") }
  }

  private func connect() async throws -> Channel {
    let bootstrap = ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
    return try await bootstrap.withConnectedSocket(connectedSocket()) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHTTPClientHandlers()
        return try Channel(wrappingChannelSynchronously: channel)
      }
    }
  }

  /// connect(2)
  private func connectedSocket() async throws -> CInt {
    guard !path.isEmpty, !path.utf8.contains(0) else { throw ControlError.noSocket(path: path) }
    guard path.utf8.count <= SocketFile.maximumPathBytes else { throw ControlError.pathTooLong(path: path) }
    while true {
      if let descriptor = SocketFile.connected(to: path) { return descriptor }
      switch errno {
      case ENOENT, ENOTDIR: throw ControlError.noSocket(path: path)
      case EACCES, EPERM: throw ControlError.notPermitted(path: path)
      case ECONNREFUSED, EPROTOTYPE: throw ControlError.refused(path: path)
      // Many wait to be accepted.
      case EAGAIN: try await Task.sleep(for: .milliseconds(20))
      default: throw brokenOff(String(cString: strerror(errno)))
      }
    }
  }

  private func answer(_ parts: NIOAsyncChannelInboundStream<HTTPClientResponsePart>) async throws -> Response {
    var response: Response?
    do {
      for try await part in parts {
        switch part {
        case .head(let head):
          response = Response(status: Int(head.status.code), contentType: head.headers.first(name: "content-type"), body: [])
        case .body(let bytes):
          response?.body += bytes.readableBytesView
          guard response?.body.count ?? 0 <= Self.maximumBytes else { throw brokenOff("the answer does not end") }
        case .end: if let response { return response }
        }
      }
    } catch let error as HTTPParserError {
      throw brokenOff("what answers does not speak HTTP/1.1: \(error)")
    }
    throw brokenOff("it closed before the answer was complete")
  }

  private func brokenOff(_ reason: String) -> ControlError { .brokenOff(path: path, reason: reason) }

  private func withDeadline(_ work: @escaping @Sendable () async throws -> Response) async throws -> Response {
    try await withThrowingTaskGroup(of: Response.self) { tasks in
      tasks.addTask(operation: work)
      tasks.addTask {
        try await Task.sleep(for: .seconds(timeout))
        throw ControlError.timedOut(path: path, seconds: timeout)
      }
      defer { tasks.cancelAll() }
      return try await tasks.next()!
    }
  }
}
