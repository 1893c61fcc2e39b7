import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

@Suite("A client of the control socket")
struct ControlClientTests {
  @Test("tells why there is nobody")
  func unreachable() async throws {
    let folder = try ScratchFolder()
    let path = folder.file("s")
    await #expect(throws: ControlError.noSocket(path: path)) { try await ControlClient(path: path).status() }
    await #expect(throws: ControlError.noSocket(path: "")) { try await ControlClient(path: "").status() }
    try leaveStaleSocket(path)
    await #expect(throws: ControlError.refused(path: path)) { try await ControlClient(path: path).status() }
    try "a file".write(toFile: folder.file("f"), atomically: true, encoding: .utf8)
    await #expect(throws: ControlError.refused(path: folder.file("f"))) { try await ControlClient(path: folder.file("f")).status() }
    await #expect(throws: ControlError.noSocket(path: folder.file("f/s"))) { try await ControlClient(path: folder.file("f/s")).status() }
  }

  @Test("waits no longer than it was told to")
  func timeout() async throws {
    let served = try await Served(delay: .seconds(30))
    let client = ControlClient(path: served.path, timeout: 0.3)
    await #expect(throws: ControlError.timedOut(path: served.path, seconds: 0.3)) {
      try await client.replaceKernel("left", KernelUpload(bytes: [1]))
    }
    await served.server.stop()
  }

  @Test(
    "believes no other kind of server",
    arguments: [
      "", "hello\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
      " HTTP/1.1 200 OK\r\n\r\n{}", "HTTP/2 200\r\n\r\n{}", "HTTP/1.1 99 OK\r\n\r\n{}", "HTTP/1.1 200 OK\r\nno colon\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\n: empty\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 100_000),
      "HTTP/1.1 200 OK\r\na\u{345}\u{301}: 1\r\nContent-Length: 2\r\n\r\n{}",
      String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 10_000),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + String(repeating: "1;" + String(repeating: "x", count: 4_000) + "\r\n1\r\n", count: 100),
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "T: x\r\n", count: 50_000),
      answer("{\"a\(String(repeating: "\u{345}", count: 31))\":1}"),
      answer("{\"a\(String(repeating: "\\u0345", count: 31))\":1}"),
    ])
  func otherServers(answer: String) async throws {
    let folder = try ScratchFolder()
    try answerOnce(folder.file("s"), answer)
    let error = await #expect(throws: ControlError.self) { try await ControlClient(path: folder.file("s"), timeout: 10).status() }
    guard case .brokenOff(folder.file("s"), _) = error else { Issue.record("\(String(describing: error))"); return }
  }

  /// A whole answer.
  private static func answer(_ body: String) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)" }

  @Test("reads one-byte chunks, each of which pays for itself")
  func smallChunks() async throws {
    let folder = try ScratchFolder()
    let chunks = String(repeating: "1\r\nx\r\n", count: 100_000)
    try answerOnce(folder.file("s"), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)0\r\n\r\n")
    let answer = try await ControlClient(path: folder.file("s"), timeout: 60).request("GET", "/")
    #expect(answer.body.count == 100_000)
  }

  @Test(
    "is not held by a server that never stops", .timeLimit(.minutes(1)),
    arguments: ["HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n"])
  func endless(answer: String) async throws {
    let folder = try ScratchFolder()
    try answerOnce(folder.file("s"), answer, endless: true)
    let client = ControlClient(path: folder.file("s"), timeout: 0.5)
    await #expect(throws: ControlError.self) { try await client.status() }
  }

  @Test("reads chunks and skips interim answers")
  func chunked() async throws {
    let folder = try ScratchFolder()
    try answerOnce(
      folder.file("s"),
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: text/x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: x\r\n\r\n"
    )
    let answer = try await ControlClient(path: folder.file("s"), timeout: 10).request("GET", "/")
    #expect(answer == ControlClient.Answer(status: 200, contentType: "text/x", body: Array("abc0123456789".utf8)))
  }

  /// Listens at `path` and answers one request; `endless`: again and again, until the client closes.
  private func answerOnce(_ path: String, _ answer: String, endless: Bool = false) throws {
    let descriptor = try bound(path)
    listen(descriptor, 4)
    Thread.detachNewThread {
      let connection = accept(descriptor, nil, nil)
      var request = [UInt8](repeating: 0, count: 4096)
      _ = recv(connection, &request, request.count, 0)
      while answer.withCString({ send(connection, $0, strlen($0), CInt(MSG_NOSIGNAL)) }) > 0 && endless {}
      close(connection)
      close(descriptor)
    }
  }
}
