import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("What a client sends before it is wanted", .timeLimit(.minutes(1)))
struct HeldBytesTests {
  private static let upload = "PUT /v1/filters/left/kernel HTTP/1.1\r\nHost: a\r\n"
  private static let chunked = upload + "Transfer-Encoding: chunked\r\n\r\n"

  @Test(
    "costs nothing once the client is gone",
    arguments: [
      chunked + String(repeating: "1\r\n1\r\n", count: 20_000), String(repeating: "GET /x HTTP/1.1\r\nHost: a\r\n\r\n", count: 5_000),
    ])
  func gone(request: String) async throws {
    let served = try await Served()
    let bytes = Array(request.utf8)
    let start = ContinuousClock.now
    // Two thousand chunks take as long to decode as a connection to be made.
    for _ in 0..<150 { _ = try await RawClient(path: served.path).run(.send(bytes), .abort) }
    let sent = ContinuousClock.now - start
    #expect(try await served.client.changeOutput(OutputChange(mute: true)).mute)
    let answered = ContinuousClock.now - start - sent
    print("150 connections of \(bytes.count) bytes, gone within \(sent): mute within \(answered)")
    #expect(answered < .seconds(2))
    #expect(await served.record.uploads.isEmpty)
    await served.server.stop()
  }

  @Test("is decoded a request after the other, and answered whole")
  func pipelined() async throws {
    let served = try await Served()
    let request = "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"
    let answers = try #require(try await RawClient(path: served.path).send(String(repeating: request, count: 5_000)))
    #expect(answers.components(separatedBy: "HTTP/1.1 404 ").count == 5_001)
    await served.server.stop()
  }

  @Test("has its time only when the answer before it is out")
  func behindSlowAnswer() async throws {
    var limits = ControlLimits()
    (limits.headerTime, limits.bodyTime, limits.wholeBodyTime) = (.seconds(1), .seconds(1), .milliseconds(600))
    let served = try await Served(limits: limits, delay: .milliseconds(1_500))
    let body = [UInt8](repeating: 7, count: 50_000)
    let both = Array((Self.upload + "Content-Length: 1\r\n\r\nx" + Self.upload + "Content-Length: 50000\r\n\r\n").utf8) + body
    let answers = try #require(try await RawClient(path: served.path).run(.send(both), .halfClose))
    #expect(answers.components(separatedBy: "HTTP/1.1 200 ").count == 3, "\(answers)")
    #expect(await served.record.uploads.map(\.upload.bytes) == [[120], body])
    await served.server.stop()
  }

  @Test("is refused where it comes in chunks that are too small")
  func smallChunks() async throws {
    let served = try await Served()
    for (count, size, status) in [(1_000, 1, 200), (1_010, 1, 400), (20_000, 1, 400), (3_000, 60, 400), (3_000, 64, 200)] {
      let chunk = String(size, radix: 16) + "\r\n" + String(repeating: "x", count: size) + "\r\n"
      let request = Self.chunked + String(repeating: chunk, count: count) + "0\r\n\r\n"
      let answer = try #require(try await RawClient(path: served.path).send(request))
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(count) of \(size): \(answer.prefix(300))")
      #expect(answer.contains("chunks that are too small") == (status == 400) && answer.contains("Content-Length\"") == (status == 400))
    }
    #expect(await served.record.uploads.map(\.upload.bytes.count) == [1_000, 192_000])
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("comes as it was sent, however it is cut", arguments: 0..<8)
  func cuts(seed: UInt64) async throws {
    let served = try await Served()
    var generator = SeededGenerator(seed: seed)
    var requests: [UInt8] = []
    var bodies: [[UInt8]] = []
    for _ in 0..<Int.random(in: 1...5, using: &generator) {
      let body = (0..<Int.random(in: 0...20_000, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      bodies.append(body)
      if Bool.random(using: &generator) {
        requests += Array((Self.upload + "Content-Length: \(body.count)\r\n\r\n").utf8) + body
        continue
      }
      requests += Array(Self.chunked.utf8)
      var rest = body[...]
      while !rest.isEmpty {
        let chunk = rest.prefix(Int.random(in: 64...5_000, using: &generator))
        requests += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
        rest = rest.dropFirst(chunk.count)
      }
      requests += Array("0\r\n\r\n".utf8)
    }
    var steps: [RawClient.Step] = []
    var rest = requests[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Int.random(in: 1...30_000, using: &generator))
      steps += [.send(Array(piece)), .wait(milliseconds: 1)]
      rest = rest.dropFirst(piece.count)
    }
    let answers = try #require(try await RawClient(path: served.path).run(steps + [.halfClose]))
    let found = await served.record.uploads.map(\.upload.bytes)
    // An empty body is refused.
    #expect(found == bodies.filter { !$0.isEmpty }, "seed \(seed): \(answers)")
    await served.server.stop()
  }
}
