import Foundation
import TestSupport
import Testing

@Suite("The output that is remembered", .serialized)
struct RememberedOutputTests {
  @Test("is on disk once a quieter volume or a mute is answered, however many come at once", arguments: [1, 121])
  func steps(count: Int) async throws {
    let daemon = try Victim()
    func patch(_ body: String, isLast: Bool) -> String {
      "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n"
        + (isLast ? "Connection: close\r\n\r\n" : "\r\n") + body
    }
    let steps = (0..<count).map { patch("{\"volume\": \($0 - 120)}", isLast: false) }
    let last = patch("{\"volume\": -119.5, \"mute\": true}", isLast: true)
    let answer = try await RawClient(path: daemon.socket).run([.send(Array((steps.joined() + last).utf8))]) ?? ""
    #expect(answer.components(separatedBy: " 200 OK").count == count + 2, "\(answer.prefix(300))")
    #expect(try kept(daemon).contains("\"mute\":true,\"volume\":-119.5"))
    let start = ContinuousClock.now
    #expect(daemon.stop() == 0 && .now - start < .seconds(5))
    #expect(try kept(daemon).contains("\"mute\":true,\"volume\":-119.5"))
  }

  @Test("is what it was last when the daemon ends, though no second has passed")
  func end() async throws {
    let daemon = try Victim()
    for volume in [-30, -20, -10] {
      let body = "{\"volume\": \(volume)}"
      let head = "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
      #expect(try await RawClient(path: daemon.socket).send(head + body)?.contains(" 200 OK") == true)
    }
    #expect(daemon.stop() == 0)
    #expect(try kept(daemon).contains("\"volume\":-10"))
  }

  private func kept(_ daemon: Victim) throws -> String {
    let folder = daemon.folder.file("state")
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
    return try String(contentsOfFile: "\(folder)/\(try #require(files.first))", encoding: .utf8)
  }
}
