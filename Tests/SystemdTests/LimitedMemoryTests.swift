import Foundation
import TestSupport
import Testing

@Suite("A daemon under a limit of its memory", .serialized)
struct LimitedMemoryTests {
  @Test("lives where memory is limited, whatever is sent or to be verified", arguments: [700_000, 800_000, 1_000_000])
  func limitedMemory(kilobytes: Int) async throws {
    let daemon = try Victim(addressSpaceKiB: kilobytes)
    var large = [UInt8](repeating: UInt8(ascii: "0"), count: 64 << 20)
    for index in stride(from: 1, to: large.count, by: 2) { large[index] = UInt8(ascii: "\n") }
    let length = "Content-Length: \(large.count)\r\n\r\n"
    let chunks = "Transfer-Encoding: chunked\r\n\r\n\(String(large.count, radix: 16))\r\n"
    for framing in [length, chunks] {
      let head = "PUT /v1/filters/one/kernel HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\(framing)"
      let end = framing == chunks ? "\r\n0\r\n\r\n" : ""
      let answer = try await RawClient(path: daemon.socket).run(.send(Array(head.utf8) + large + Array(end.utf8))) ?? ""
      #expect(answer.contains(" 503 ") || answer.contains(" 422 "), "\(answer.prefix(300))")
    }
    for seconds in [10, 40, 87] {
      let body = "{\"seconds\": \(seconds)}"
      let head = "POST /v1/verify HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
      let answer = try await RawClient(path: daemon.socket).send("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)") ?? ""
      print("\(kilobytes) KiB, verify \(seconds) s: \(answer.prefix(12))")
      #expect(answer.contains(" 503 ") || answer.contains(" 200 "), "\(answer.prefix(300))")
    }
    #expect(try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n")?.contains(" 200 OK") == true)
    #expect(daemon.stop() == 0)
  }
}
