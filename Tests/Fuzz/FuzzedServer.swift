import ControlAPI
import ControlServing
import Dispatch
import Foundation
import Logging

/// The daemon's server on a socket in the working folder.
struct FuzzedServer {
  static let shared = FuzzedServer()

  private static let path = "control.sock"
  /// What it may answer. 500 would be a fault of ours.
  private static let statuses: Set = [100, 200, 400, 404, 405, 408, 409, 413, 414, 415, 417, 422, 431, 501, 503]

  /// Requests that have a body.
  private static let calls = [
    "PATCH /v1/filters", "PATCH /v1/output", "POST /v1/verify", "PUT /v1/presets/night", "POST /v1/presets/night/activate",
    "PUT /v1/config", "POST /v1/config/check", "PUT /v1/filters/left/kernel",
  ]
  /// Those of them whose body is JSON.
  private static let jsonCalls = 5

  private init() {
    let started = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        let logger = Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() }
        // It lives as long as the process.
        _ = Unmanaged.passRetained(
          try await ControlServer.start(path: Self.path, mode: 0o600, handler: FuzzedHandler(), logger: logger))
      } catch {
        found("the server does not start: \(error)")
      }
      started.signal()
    }
    started.wait()
  }

  /// Sends bytes, and closes.
  ///
  /// Law: what is answered is HTTP, and no fault of ours.
  func check(request: [UInt8]) { _ = statuses(of: answer(to: request)) }

  /// Sends a body to one of the calls that take one.
  ///
  /// Law: there is one answer, and what is taken for JSON is JSON.
  func check(document: [UInt8]) {
    guard let first = document.first else { return }
    let (call, body) = (Int(first) % Self.calls.count, document.dropFirst())
    let type = call < Self.jsonCalls ? "application/json" : call < 7 ? "application/yaml" : "application/octet-stream"
    let head = "\(Self.calls[call]) HTTP/1.1\r\nHost: x\r\nContent-Type: \(type)\r\nContent-Length: \(body.count)\r\n\r\n"
    let found = statuses(of: answer(to: Array(head.utf8) + body))
    if found.count != 1 { Fuzz.found("\(Self.calls[call]) has \(found.count) answers: \(found)") }
    guard call < Self.jsonCalls, found == [200], !body.isEmpty else { return }
    if (try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)) == nil {
      Fuzz.found("\(Self.calls[call]) takes what is no JSON")
    }
  }

  /// All that it answers until it closes; of a stream of events its beginning.
  private func answer(to request: [UInt8]) -> [UInt8] {
    guard let descriptor = UnixSocket.connected(to: Self.path) else { found("it takes no connection: errno \(errno)") }
    defer { close(descriptor) }
    var (sent, answer, piece) = (0, [UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      var waiting = pollfd(fd: descriptor, events: Int16(sent < request.count ? POLLIN | POLLOUT : POLLIN), revents: 0)
      let ready = poll(&waiting, 1, 15_000)
      // libFuzzer has an alarm.
      if ready < 0, errno == EINTR { continue }
      guard ready == 1 else { found("it neither reads, answers nor closes for 15 s") }
      if Int32(waiting.revents) & POLLOUT != 0, sent < request.count {
        let count = request.withUnsafeBytes { send(descriptor, $0.baseAddress! + sent, request.count - sent, CInt(MSG_NOSIGNAL)) }
        sent = count < 0 ? request.count : sent + count
        if sent == request.count { shutdown(descriptor, CInt(SHUT_WR)) }
      }
      guard Int32(waiting.revents) & (POLLIN | POLLHUP | POLLERR) != 0 else { continue }
      let count = recv(descriptor, &piece, piece.count, 0)
      if count <= 0 { return answer }
      answer += piece[..<count]
      if answer.firstRange(of: Event.contentType.utf8) != nil { return answer }
    }
  }

  /// Of all answers, of which the first begins the bytes.
  private func statuses(of answer: [UInt8]) -> [Int] {
    let mark = Array("HTTP/1.".utf8)
    guard answer.isEmpty || answer.starts(with: mark) else { found("what it answers is no HTTP") }
    // Bodies hold no such mark, but for the description's.
    let found = answer.ranges(of: mark).compactMap { Int(String(decoding: answer[$0.upperBound...].dropFirst(2).prefix(3), as: UTF8.self)) }
    if let fault = found.first(where: { !Self.statuses.contains($0) }) { Fuzz.found("it answers with \(fault)") }
    return found
  }
}
