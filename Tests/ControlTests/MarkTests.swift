import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("A client that sends very many marks on a letter", .timeLimit(.minutes(1)))
struct MarkTests {
  private static let marked = marks(bytes: 56_000)
  private static let json = "Content-Type: application/json\r\n"

  /// Requests with them, and what is answered.
  private static let requests: [(request: String, answer: String)] = [
    (patch("output", "{\"\(marked)\":1}"), "400"), (patch("output", "{\"dither\":\"\(marked)\"}"), "400"),
    (patch("filters", "{\"left\":{\"kernel\":\"\(marked)\"}}"), "400"), (patch("filters", "{\"left\":{\"\(marked)\":1}}"), "400"),
    (patch("filters", "{\"\(marked)\":{\"gain\":1}}"), "400"),
    (patch("output", "{\"a\(String(repeating: "\\u0345\\u0301", count: 4_000))\":1}"), "400"),
    ("PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: \(marks(bytes: 16_000))\r\nContent-Length: 2\r\n\r\n{}", "415"),
    ("PATCH /v1/output HTTP/1.1\r\nHost: a\r\n\(json)Content-Encoding: \(marks(bytes: 16_000))\r\nContent-Length: 2\r\n\r\n{}", "415"),
    ("PATCH /v1/output HTTP/1.1\r\nHost: a\r\n\(json)Expect: \(marks(bytes: 16_000))\r\nContent-Length: 2\r\n\r\n{}", "417"),
    ("PUT /v1/filters/left/kernel?name=\(marks(bytes: 100).percentEncoded) HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx", "400"),
    ("GET /v1/\(marks(bytes: 600).percentEncoded) HTTP/1.1\r\nHost: a\r\n\r\n", "400"),
  ]

  private static func patch(_ what: String, _ body: String) -> String {
    "PATCH /v1/\(what) HTTP/1.1\r\nHost: a\r\n\(json)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
  }

  @Test("is refused before they are compared", arguments: requests.indices)
  func refused(index: Int) async throws {
    let served = try await Served()
    let (request, status) = Self.requests[index]
    // Compared, they would take seconds each: the time limit would be over.
    for _ in 0..<20 {
      let answer = try #require(try await RawClient(path: served.path).send(request))
      #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(answer.prefix(400))")
    }
    #expect(await served.record.isEmpty)
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("may send as many as languages have, and names of 128 bytes")
  func allowed() async throws {
    let served = try await Served()
    let raw = RawClient(path: served.path)
    let kernel = "a" + String(repeating: "\u{301}", count: 30) + ".wav"
    #expect(try await raw.send(Self.patch("filters", "{\"left\":{\"kernel\":\"\(kernel)\"}}"))?.hasPrefix("HTTP/1.1 200 ") == true)
    for (count, detail) in [(128, "is unknown"), (129, "has 129 bytes: a name has at most 128")] {
      let answer = try await raw.send(Self.patch("output", "{\"\(String(repeating: "k", count: count))\":1}"))
      #expect(answer?.contains(detail) == true, "\(answer ?? "")")
    }
    #expect(await served.record.filterChanges == [["left": FilterChange(kernel: kernel)]])
    await served.server.stop()
  }
}
