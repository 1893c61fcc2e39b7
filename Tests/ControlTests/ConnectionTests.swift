import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

@Suite("A connection")
struct ConnectionTests {
  private static let status = "GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n"

  @Test("answers requests that are sent together, each in its turn")
  func pipelined() async throws {
    let served = try await Served()
    let changes = (0..<10).map { number in
      let body = "{\"\(number.isMultiple(of: 3) ? "bypass" : "mute")\":\(number.isMultiple(of: 2))}"
      return "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }
    let together = Self.status + changes.joined() + "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n" + Self.status
    let answer = try #require(try await RawClient(path: served.path).send(together))
    let codes = answer.components(separatedBy: "HTTP/1.1 ").dropFirst().map { String($0.prefix(3)) }
    #expect(codes == ["200"] + [String](repeating: "200", count: 10) + ["404", "200"])
    let expected = (0..<10).map {
      $0.isMultiple(of: 3) ? OutputChange(bypass: $0.isMultiple(of: 2)) : OutputChange(mute: $0.isMultiple(of: 2))
    }
    #expect(await served.record.changes == expected)
    await served.server.stop()
  }

  @Test("stays open between requests, unless the client wants it closed")
  func keepAlive() async throws {
    let served = try await Served()
    let raw = RawClient(path: served.path)
    let request = RawClient.Step.send(Array(Self.status.utf8))
    let twice = try #require(
      try await raw.run(request, .await("\"playback\" : 2\n  }\n}\n"), request, .wait(milliseconds: 50), .halfClose))
    #expect(twice.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    for closing in ["GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /v1/status HTTP/1.0\r\n\r\n"] {
      let answer = try #require(try await raw.run(.send(Array((closing + Self.status).utf8))), "stayed open")
      #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 2 && answer.contains("Connection: close\r\n"))
    }
    await served.server.stop()
  }

  @Test("gives an answer of any size whole before it closes, also to a slow reader", .timeLimit(.minutes(1)))
  func largeAnswers() async throws {
    var status = Status.sample
    status.filters = (0..<4096).map { number in
      var filter = Status.Filter()
      (filter.name, filter.kernel) = ("f\(number)", String(repeating: "k", count: number % 300))
      return filter
    }
    let large = status
    let served = try await Served(status: { large })
    #expect(try await served.client.status() == large)
    for closing in ["GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "GET /v1/status HTTP/1.0\r\n\r\n"] {
      let answer = try #require(
        try await RawClient(path: served.path).run(
          .send(Array(closing.utf8)), .halfClose, .wait(milliseconds: 300), .await("HTTP/1.1 200 OK"), .wait(milliseconds: 300)))
      let body = try #require(answer.firstRange(of: "\r\n\r\n").map { Data(answer[$0.upperBound...].utf8) })
      #expect(body.count > 1 << 20 && (try? JSONDecoder().decode(Status.self, from: body)) == large)
    }
    // What a client asks for that cannot be served is answered whole too, whatever it asked for before.
    let both = try #require(try await RawClient(path: served.path).send(Self.status + Self.status + "no HTTP\r\n\r\n"))
    #expect(both.components(separatedBy: "HTTP/1.1 200 OK").count == 3 && both.contains("HTTP/1.1 400 "))
    await served.server.stop()
  }

  @Test("asks for a body that waits to be asked for")
  func expectContinue() async throws {
    let served = try await Served()
    let head = "PUT /v1/filters/left/kernel HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
    let answer = try #require(
      try await RawClient(path: served.path).run(
        .send(Array(head.utf8)), .await("HTTP/1.1 100 Continue\r\n\r\n"), .send([1, 2, 3]), .await("200 OK"), .halfClose))
    #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
    #expect(await served.record.uploads.map(\.upload.bytes) == [[1, 2, 3]])
    // Who speaks HTTP/1.0 waits for nothing.
    let older = head.replacingOccurrences(of: "HTTP/1.1", with: "HTTP/1.0")
    let only = try #require(try await RawClient(path: served.path).run(.send(Array(older.utf8) + [1, 2, 3]), .halfClose))
    #expect(only.hasPrefix("HTTP/1.1 200 OK\r\n"), "\(only)")
    let other = head.replacingOccurrences(of: "100-continue", with: "wonders")
    #expect(try await RawClient(path: served.path).send(other)?.hasPrefix("HTTP/1.1 417 ") == true)
    await served.server.stop()
  }

  @Test("is not upgraded, and a compressed body is refused")
  func codings() async throws {
    let served = try await Served()
    let raw = RawClient(path: served.path)
    let upgrade = "GET /v1/status HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
    #expect(try await raw.run(.send(Array(upgrade.utf8)))?.hasPrefix("HTTP/1.1 200 ") == true)
    let compressed = "PUT /v1/filters/a/kernel HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx"
    #expect(try await raw.send(compressed)?.hasPrefix("HTTP/1.1 415 ") == true)
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("that is refused early still takes what the client sends, so that the client sees why")
  func refusedEarly() async throws {
    let served = try await Served()
    let response = try await served.client.request("PUT", "/v1/nothing", body: [UInt8](repeating: 1, count: 20 << 20))
    #expect(response.status == 404)
    await served.server.stop()
  }

  @Test("ends the work of its request at once when the client goes, and not when it only sends no more", .timeLimit(.minutes(1)))
  func goneClient() async throws {
    let served = try await Served(delay: .seconds(50))
    let upload = "PUT /v1/filters/left/kernel HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"
    let raw = RawClient(path: served.path)
    let waiting = Task { try await raw.run(.send(Array(upload.utf8)), .halfClose) }
    while await served.record.begun == 0 { try await Task.sleep(for: .milliseconds(5)) }
    let descriptor = try raw.open()
    async let aborted = raw.run([.send(Array(upload.utf8)), .wait(milliseconds: 300), .abort], on: descriptor)
    while await served.record.begun == 1 { try await Task.sleep(for: .milliseconds(5)) }
    _ = await aborted
    let start = ContinuousClock.now
    while await served.record.cancelled == 0 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(.now - start < .seconds(2))
    #expect(await served.record.cancelled == 1)
    await served.server.stop()
    _ = try await waiting.value
  }

  @Test("ends when the server stops, which waits for the handlers")
  func stop() async throws {
    let served = try await Served(delay: .seconds(30))
    let (client, raw) = (served.client, RawClient(path: served.path))
    let idle = try raw.open()
    async let upload = client.request("PUT", "/v1/filters/left/kernel", body: [1])
    while await served.record.begun == 0 { try await Task.sleep(for: .milliseconds(10)) }
    let time = await ContinuousClock().measure { await served.server.stop() }
    #expect(time < .seconds(10))
    _ = try? await upload
    #expect(await raw.run([], on: idle) == "")
    #expect(await served.record.cancelled == 1)
    await #expect(throws: ControlError.noSocket(path: served.path)) { try await client.status() }
  }
}
