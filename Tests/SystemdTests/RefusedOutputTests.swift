import Foundation
import TestSupport
import Testing

/// A daemon whose devices do not exist, with kernels that are too much work unless they are bypassed.
@Suite("A change of the output that is refused", .serialized)
struct RefusedOutputTests {
  @Test("changes nothing that is heard, but for a mute, which is done at once")
  func refused() async throws {
    let daemon = try Victim()
    #expect(try await daemon.put(filters("taps:1", "plan: \"64: direct\"\nblock: 64")).contains(" 200 OK"))
    #expect(try await patch(daemon, "output", #"{"bypass": true, "mute": true, "volume": -40}"#).contains(" 200 OK"))
    let kernels = (0..<4).map { #""f\#($0)": {"kernel": "box:1000000"}"# }.joined(separator: ", ")
    // What is to be heard once the bypass ends is checked; with it the change is next to no work.
    #expect(try await patch(daemon, "filters?check=true", "{\(kernels)}").contains("Too much work"))
    #expect(try await patch(daemon, "filters", "{\(kernels)}").contains(" 200 OK"))
    let before = try await output(daemon)
    let loud = #"{"bypass": false, "volume": 0, "mute": false, "dither": "tpdf", "ceiling": -1}"#
    #expect(try await patch(daemon, "output", loud).contains("Too much work"))
    #expect(try await output(daemon) == before)
    #expect(try await patch(daemon, "output", #"{"mute": false}"#).contains(" 200 OK"))
    #expect(try await patch(daemon, "output", #"{"bypass": false, "mute": true}"#).contains("Too much work"))
    #expect(try await output(daemon) == before)
    #expect(daemon.stop() == 0)
  }

  @Test("leaves what a later request has set while its bypass waited")
  func order() async throws {
    let daemon = try Victim()
    #expect(try await daemon.put(filters("taps:1")).contains(" 200 OK"))
    #expect(try await patch(daemon, "output", #"{"bypass": true}"#).contains(" 200 OK"))
    let kernels = (0..<4).map { #""f\#($0)": {"kernel": "box:\#(600_000 + $0)"}"# }.joined(separator: ", ")
    #expect(try await patch(daemon, "filters", "{\(kernels)}").contains(" 200 OK"))
    async let first = patch(daemon, "output", #"{"bypass": false, "volume": -3, "dither": "tpdf"}"#)
    try await Task.sleep(for: .milliseconds(200))
    #expect(try await patch(daemon, "output", #"{"volume": -50, "mute": true}"#).contains(" 200 OK"))
    #expect(try await first.contains(" 200 OK"))
    let output = try await output(daemon)
    #expect(output["volume"] as? Double == -50 && output["mute"] as? Bool == true && output["dither"] as? String == "tpdf")
    #expect(daemon.stop() == 0)
  }

  /// One for each pair of two inputs and two outputs.
  private func filters(_ kernel: String, _ end: String = "") -> [String] {
    let filters = (0..<4).map { "{ name: f\($0), from: \($0 / 2), to: \($0 % 2), kernel: \"\(kernel)\" }" }
    return filters.dropLast() + [filters[3] + "\n" + end]
  }

  private func patch(_ daemon: Victim, _ what: String, _ body: String) async throws -> String {
    let head = "PATCH /v1/\(what) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    return try await RawClient(path: daemon.socket).run(.send(Array("\(head)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))) ?? ""
  }

  private func output(_ daemon: Victim) async throws -> NSDictionary {
    let told = try await RawClient(path: daemon.socket).send("GET /v1/status HTTP/1.0\r\n\r\n")?.components(separatedBy: "\r\n\r\n")
    let status = try JSONSerialization.jsonObject(with: Data(try #require(told?.last).utf8)) as? [String: Any]
    return try #require(status?["output"] as? NSDictionary)
  }
}
