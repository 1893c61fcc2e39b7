import ControlAPI
import ControlCalling
import TestSupport
import Testing

@Suite("A client that asks faster than it is answered", .timeLimit(.minutes(1)))
struct PipelineTests {
  @Test("keeps nobody waiting by requests that come one behind the other on many connections")
  func pipelined() async throws {
    let served = try await Served()
    let members = (0..<500).map { "\"m\($0)\":1" }.joined(separator: ",")
    func patch(_ body: String) -> String {
      "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n" + body
    }
    let long = "GET /v1/status?" + String(repeating: "&", count: 8_000) + "x HTTP/1.1\r\nHost: a\r\n\r\n"
    let flood = Array(String(repeating: patch("{\(members)}") + long, count: 150).utf8)
    let start = ContinuousClock.now
    let floods = (0..<16).map { _ in Task { try await RawClient(path: served.path).run(.send(flood), .halfClose) } }
    var longest = Duration.zero
    for number in 0..<20 {
      let before = ContinuousClock.now
      #expect(try await served.client.changeOutput(OutputChange(mute: number.isMultiple(of: 2))).mute == number.isMultiple(of: 2))
      longest = max(longest, .now - before)
      try await Task.sleep(for: .milliseconds(20))
    }
    for flood in floods {
      let answers = try #require(try await flood.value)
      #expect(answers.components(separatedBy: "HTTP/1.1 400 ").count == 301, "\(answers.prefix(300))")
    }
    print("beside 4,800 requests, answered in \(ContinuousClock.now - start): mute within \(longest)")
    #expect(longest < .seconds(1))
    await served.server.stop()
  }

  @Test("keeps nobody waiting by long bodies either, each of which is right but for its end")
  func long() async throws {
    let served = try await Served()
    let body = "{" + (0..<3_000).map { "\"f\($0)\":{\"gain\":1}," }.joined() + "\"z\":{\"gian\":1}}"
    let head = "PATCH /v1/filters HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    let request = head + "Content-Length: \(body.utf8.count)\r\n\r\n" + body
    let floods = (0..<30).map { _ in
      Task { try await RawClient(path: served.path).run(.send(Array(String(repeating: request, count: 5).utf8)), .halfClose) }
    }
    var longest = Duration.zero
    for _ in 0..<20 {
      let before = ContinuousClock.now
      _ = try await served.client.changeOutput(OutputChange(mute: true))
      longest = max(longest, .now - before)
      try await Task.sleep(for: .milliseconds(20))
    }
    for flood in floods {
      let answers = try #require(try await flood.value)
      #expect(answers.components(separatedBy: "z: `gian` is unknown").count == 6, "\(answers.prefix(300))")
    }
    print("beside 150 bodies of \(body.utf8.count) bytes: mute within \(longest)")
    #expect(body.utf8.count > 48 << 10 && longest < .seconds(1))
    await served.server.stop()
  }
}
