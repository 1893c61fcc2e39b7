import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("The memory for bodies")
struct BodyMemoryTests {
  private static let upload = "PUT /v1/filters/a/kernel HTTP/1.1\r\nHost: a\r\n"

  @Test("is a quarter of what is free at the start, within bounds, and every share leaves some to others")
  func share() {
    var random = SeededGenerator(seed: 31)
    for bytes in [0, 1 << 20, 64 << 20, 1 << 30, .max] + (0..<1000).map({ _ in Int.random(in: 0...(4 << 30), using: &random) }) {
      let share = Share(bodiesWithin: bytes)
      #expect(share.all == min(max(bytes / 4, 16 << 20), 256 << 20), "\(bytes)")
      #expect(share.kept > 0 && share.each > 0 && share.each + share.kept < share.all, "\(bytes)")
    }
    let largest = Share(bodiesWithin: .max)
    #expect(largest.kept == 64 << 20 && largest.each == 96 << 20)
  }

  @Test("is asked for before a large body has it, once where its length is known: where less is free, the answer is 503")
  func free() async throws {
    var limits = ControlLimits()
    let counter = Counted()
    limits.freeBytes = { counter.free(3_000_000) }
    let served = try await Served(limits: limits)
    func status(_ count: Int) async throws -> Int {
      try await served.client.request("PUT", "/v1/filters/a/kernel", body: [UInt8](repeating: 1, count: count)).status
    }
    #expect(try await status(500_000) == 200)
    #expect(counter.count == 0)
    #expect(try await status(2_900_000) == 200)
    #expect(counter.count == 1)
    #expect(try await status(3_100_000) == 503)
    #expect(counter.count == 2)
    // Of a length that nobody says: a MiB, then four.
    let piece = "186A0\r\n" + String(repeating: "x", count: 100_000) + "\r\n"
    for (pieces, answer) in [(9, "200"), (12, "503")] {
      let request = Self.upload + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: piece, count: pieces) + "0\r\n\r\n"
      #expect(try await RawClient(path: served.path).send(request)?.hasPrefix("HTTP/1.1 \(answer) ") == true, "\(pieces)")
    }
    #expect(await served.record.uploads.map(\.upload.bytes.count) == [500_000, 2_900_000, 900_000])
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("comes back whole, however bodies come and end", arguments: 0..<4)
  func release(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var limits = ControlLimits()
    (limits.kernelBytes, limits.bodiesBytes) = (5_000_000, Share(all: 8 << 20, kept: 1, each: 8 << 20))
    let served = try await Served(limits: limits)
    for _ in 0..<12 {
      let count = Int.random(in: 1...5_200_000, using: &random)
      let (isChunked, isWhole) = (Bool.random(using: &random), Bool.random(using: &random))
      let body = [UInt8](repeating: 0x78, count: isWhole ? count : count / 2)
      let head = isChunked ? "Transfer-Encoding: chunked\r\n\r\n\(String(count, radix: 16))\r\n" : "Content-Length: \(count)\r\n\r\n"
      let end = isChunked && isWhole ? "\r\n0\r\n\r\n" : ""
      let bytes = Array((Self.upload + head).utf8) + body + Array(end.utf8)
      _ = try await RawClient(path: served.path).run(.send(bytes), isWhole ? .halfClose : .abort)
    }
    // Nearly all of the share at once.
    for _ in 0..<100 {
      let answer = try await served.client.request("PUT", "/v1/filters/a/kernel", body: [UInt8](repeating: 1, count: 5_000_000))
      if answer.status == 200 { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(await served.record.uploads.last?.upload.bytes.count == 5_000_000)
    await served.server.stop()
  }
}

/// Counts how often it is asked what is free.
private final class Counted: Sendable {
  private let asked = Mutex(0)

  var count: Int { asked.withLock { $0 } }

  func free(_ bytes: Int) -> Int {
    asked.withLock { $0 += 1 }
    return bytes
  }
}
