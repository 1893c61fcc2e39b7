import Foundation
import TestSupport
import Testing

/// A daemon whose devices do not exist, and presets that take a while to be written.
@Suite("Presets beside another configuration", .serialized)
struct PresetReadinessTests {
  @Test("are what they are among its filters, though it came while they were written", .timeLimit(.minutes(3)))
  func another() async throws {
    let daemon = try Victim()
    #expect(try await daemon.put(filters("box:800000", "align: none")).contains(" 200 OK"))
    async let saved = request(daemon, "PUT", "/v1/presets/late")
    try await Task.sleep(for: .milliseconds(100))
    // Its kernels are light: it is there before the preset is written.
    #expect(try await daemon.put(filters("taps:1", "align: peaks")).contains(" 200 OK"))
    #expect(try await saved.contains(" 200 OK"))
    var peaks: [Int?] = []
    for _ in 0..<200 where peaks != [2_000, 2_000] {
      try await Task.sleep(for: .milliseconds(100))
      let list = try await request(daemon, "GET", "/v1/presets").components(separatedBy: "\r\n\r\n").last ?? ""
      let document = try JSONSerialization.jsonObject(with: Data(list.utf8)) as? [String: Any]
      let outputs = (document?["presets"] as? [[String: Any]])?.first?["outputs"] as? [[String: Any]]
      peaks = outputs?.map { $0["peakFrames"] as? Int } ?? []
    }
    #expect(peaks == [2_000, 2_000], "aligned as the configuration in force has it")
    #expect(daemon.stop() == 0)
  }

  /// Those to output 1 are 2,000 frames later. The kernels differ, so that all of them are written.
  private func filters(_ kernel: String, _ end: String) -> [String] {
    let filters = (0..<6).map { number in
      let name = kernel.hasPrefix("box") ? "box:\(800_000 + number)" : kernel
      return "{ name: f\(number), from: \(number / 2 % 2), to: \(number % 2), kernel: \"\(name)\", delay: \(number % 2 * 2_000) }"
    }
    return filters.dropLast() + [filters[5] + "\n" + end]
  }

  private func request(_ daemon: Victim, _ method: String, _ target: String) async throws -> String {
    let head = "\(method) \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    return try await RawClient(path: daemon.socket).run(.send(Array(head.utf8))) ?? ""
  }
}
