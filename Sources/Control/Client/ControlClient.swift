import ControlAPI
import Numbers

/// Requests over a daemon's control socket, each on a connection of its own.
public struct ControlClient: Sendable {
  /// Of the socket.
  public let path: String
  /// Seconds that a request may take, answer included, and that may pass between two events.
  public let timeout: Double

  public struct Answer: Sendable, Equatable {
    /// HTTP status code.
    public var status: Int
    public var contentType: String?
    public var body: [UInt8]

    package init(status: Int, contentType: String?, body: [UInt8]) {
      (self.status, self.contentType, self.body) = (status, contentType, body)
    }
  }

  public init(path: String, timeout: Double = 60) {
    self.path = path
    self.timeout = timeout
  }

  /// - Parameters:
  ///   - target: path and query, percent-encoded.
  ///   - body: nil: none.
  /// - Returns: any answer, also one that refuses.
  /// - Throws: where there is no answer.
  public func request(
    _ method: String, _ target: String, contentType: String? = nil, body: [UInt8]? = nil
  ) async throws(ControlError) -> Answer {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    if let contentType { head += "Content-Type: \(contentType)\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    let deadline = Deadline(seconds: timeout)
    let socket = try await ClientSocket(path: path, until: deadline)
    try await socket.send(Array((head + "\r\n").utf8) + (body ?? []), until: deadline)
    var reader = AnswerReader()
    while !reader.isComplete { try await read(&reader, from: socket, until: deadline) }
    guard let head = reader.head else { throw brokenOff("it sent no answer") }
    return Answer(status: head.status, contentType: head.contentType, body: reader.body)
  }

  /// `GET /v1/events`: gives each event to `take`, until that returns false or its task is cancelled.
  ///
  /// - Throws: where the daemon is not reached or refuses, and when it ends the connection.
  public func events(_ take: (Event) async -> Bool) async throws(ControlError) {
    var deadline = Deadline(seconds: timeout)
    let socket = try await ClientSocket(path: path, until: deadline)
    try await socket.send(Array("GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8), until: deadline)
    var reader = AnswerReader()
    while !Task.isCancelled {
      while reader.head?.status == 200, let end = reader.body.firstRange(of: Array("\n\n".utf8)) {
        let bytes = reader.body[..<end.lowerBound]
        let lines = MarkRuns.areLong(json: bytes) ? [] : String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        reader.body.removeSubrange(..<end.upperBound)
        guard let event = Event(lines: lines) else { continue }
        if await !take(event) { return }
        deadline = Deadline(seconds: timeout)
      }
      if let head = reader.head, reader.isComplete {
        guard head.status == 200 else {
          throw .problem(problem(of: Answer(status: head.status, contentType: head.contentType, body: reader.body)))
        }
        throw brokenOff("it sends no more events")
      }
      do throws(ControlError) {
        try await read(&reader, from: socket, until: deadline)
      } catch {
        if !Task.isCancelled { throw error }
      }
    }
  }

  private func read(_ reader: inout AnswerReader, from socket: ClientSocket, until deadline: Deadline) async throws(ControlError) {
    let bytes = try await socket.receive(until: deadline)
    do throws(AnswerReader.Malformed) {
      if bytes.isEmpty { try reader.end() } else { try reader.take(bytes) }
    } catch {
      throw brokenOff(bytes.isEmpty ? error.reason : "what answers does not speak HTTP/1.1: \(error.reason)")
    }
  }

  private func brokenOff(_ reason: String) -> ControlError { .brokenOff(path: path, reason: reason) }
}
