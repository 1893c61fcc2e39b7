import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("A client that does not behave")
struct HostileClientTests {
  private static let status = "GET /v1/status HTTP/1.1\r\nHost: a\r\n\r\n"
  private static let upload = "PUT /v1/filters/left/kernel HTTP/1.1\r\nHost: a\r\n"

  @Test(
    "is told that it does not speak HTTP, and the connection closes",
    arguments: [
      "\u{0}\u{1}\u{2}\u{3}\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n", "GET /v1/status\r\n\r\n", "GET /v1/status HTTP/9.9\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET /v1/status HTTP/1.1\r\nno colon\r\n\r\n", "GET /v1/status HTTP/1.1\r\n: empty\r\n\r\n",
      "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\u{1}", upload + "Content-Length: many\r\n\r\nx", upload + "Content-Length: -1\r\n\r\nx",
      upload + "Content-Length: 99999999999999999999999\r\n\r\nx", upload + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      upload + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", upload + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
      upload + "Content-Length: 10\r\n\r\nshort", upload + "Transfer-Encoding: chunked\r\n\r\n5\r\nab", "GET /v1/status HTTP/1.1\r\nHos",
    ])
  func notHTTP(request: String) async throws {
    let served = try await Served()
    let answer = try #require(try await RawClient(path: served.path).send(request), "the connection stayed open")
    #expect(answer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"), "\(answer)")
    #expect(answer.contains("Content-Type: application/problem+json\r\n") && answer.contains("Connection: close\r\n"))
    #expect(await served.record.isEmpty)
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("cannot send a header that does not end")
  func hugeHeaders() async throws {
    let served = try await Served()
    let long = String(repeating: "x", count: 1 << 20)
    for request in [
      "GET /v1/status HTTP/1.1\r\nHost: a\r\nX: \(long)\r\n\r\n", "GET /\(long) HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET /v1/status HTTP/1.1\r\nHost: a\r\n" + (0..<10_000).map { "X\($0): 1\r\n" }.joined() + "\r\n",
    ] {
      let answer = try #require(try await RawClient(path: served.path).send(request))
      #expect(answer.hasPrefix("HTTP/1.1 431 ") && answer.contains("at most 100 fields, of 16384 bytes each"), "\(answer.prefix(500))")
    }
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("is refused a body that is declared too large, before it sends it")
  func declaredTooLarge() async throws {
    let served = try await Served()
    let request = Self.upload + "Content-Length: \(maximumKernelBytes + 1)\r\n\r\n"
    let answer = try await RawClient(path: served.path).run(.send(Array(request.utf8)), .await("larger than 67108864 bytes"), .halfClose)
    #expect(answer?.hasPrefix("HTTP/1.1 413 ") == true)
    let expecting = Self.upload + "Expect: 100-continue\r\nContent-Length: \(maximumKernelBytes + 1)\r\n\r\n"
    #expect(try await RawClient(path: served.path).send(expecting)?.hasPrefix("HTTP/1.1 413 ") == true)
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("is refused a body that grows too large")
  func growsTooLarge() async throws {
    var limits = ControlLimits()
    limits.kernelBytes = 100_000
    let served = try await Served(limits: limits)
    let piece = "2710\r\n" + String(repeating: "x", count: 10_000) + "\r\n"
    let request = Self.upload + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: piece, count: 11) + "0\r\n\r\n"
    #expect(try await RawClient(path: served.path).send(request)?.hasPrefix("HTTP/1.1 413 ") == true)
    let fitting = Self.upload + "Transfer-Encoding: chunked\r\n\r\n" + String(repeating: piece, count: 10) + "0\r\n\r\n"
    #expect(try await RawClient(path: served.path).send(fitting)?.hasPrefix("HTTP/1.1 200 ") == true)
    #expect(await served.record.uploads.map(\.upload.bytes.count) == [100_000])
    await served.server.stop()
  }

  @Test("cannot take all the memory with uploads")
  func uploadsTogether() async throws {
    var limits = ControlLimits()
    limits.bodiesBytes.all = 150_000
    let served = try await Served(limits: limits, delay: .milliseconds(500))
    let statuses = await withTaskGroup { tasks in
      for _ in 0..<2 {
        let client = served.client
        tasks.addTask { try? await client.request("PUT", "/v1/filters/a/kernel", body: [UInt8](repeating: 1, count: 100_000)).status }
      }
      return await tasks.reduce(into: []) { $0.append($1 ?? 0) }
    }
    #expect(statuses.sorted() == [200, 503])
    #expect(try await served.client.replaceKernel("a", KernelUpload(bytes: [UInt8](repeating: 1, count: 100_000))).taps == 100_000)
    await served.server.stop()
  }

  @Test(
    "changes nothing when it goes away in the middle of an upload", arguments: ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
  func goesAway(framing: String) async throws {
    let served = try await Served()
    let body = "8000\r\n" + String(repeating: "x", count: 0x8000)
    for _ in 0..<20 {
      _ = try await RawClient(path: served.path).run(.send(Array((Self.upload + framing + "\r\n\r\n" + body).utf8)), .abort)
    }
    #expect(await served.isWell())
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("that is slow is told so, and the connection closes")
  func slow() async throws {
    let served = try await Served(limits: hasty)
    let raw = RawClient(path: served.path)
    #expect(try await raw.run(.send(Array("GET /v1/st".utf8)))?.hasPrefix("HTTP/1.1 408 ") == true)
    #expect(try await raw.run(.send(Array((Self.upload + "Content-Length: 9\r\n\r\n12345").utf8)))?.hasPrefix("HTTP/1.1 408 ") == true)
    // Nothing has begun: nothing is to be said.
    #expect(try await raw.run() == "")
    let kept = try #require(try await raw.run(.send(Array(Self.status.utf8)), .await("}\n")))
    #expect(kept.hasPrefix("HTTP/1.1 200 ") && !kept.contains("408"))
    #expect(await served.record.isEmpty)
    await served.server.stop()
  }

  @Test("may take its time, as long as something comes")
  func steady() async throws {
    let served = try await Served(limits: hasty)
    var steps = [RawClient.Step.send(Array((Self.upload + "Content-Length: 10\r\n\r\n").utf8))]
    for _ in 0..<10 { steps += [.wait(milliseconds: 150), .send([7])] }
    let answer = try await RawClient(path: served.path).run(steps + [.halfClose])
    #expect(answer?.hasPrefix("HTTP/1.1 200 ") == true)
    #expect(await served.record.uploads.map(\.upload.bytes) == [[UInt8](repeating: 7, count: 10)])
    await served.server.stop()
  }

  @Test("need not hurry while the server is at work")
  func slowHandler() async throws {
    let served = try await Served(limits: hasty, delay: .milliseconds(1500))
    let answer = try await RawClient(path: served.path).send(Self.upload + "Content-Length: 1\r\n\r\nx")
    #expect(answer?.hasPrefix("HTTP/1.1 200 ") == true)
    await served.server.stop()
  }

  @Test("that never reads its answers is cut off", .timeLimit(.minutes(1)))
  func neverReads() async throws {
    let served = try await Served(limits: hasty)
    let many = Array(String(repeating: Self.status, count: 20_000).utf8)
    let raw = RawClient(path: served.path)
    // Sending blocks while the server waits to be read from.
    #expect(try await raw.run(.send(many), .abort) == "")
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("that opens too many connections is told so, and others are served afterwards")
  func manyConnections() async throws {
    let served = try await Served()
    let raw = RawClient(path: served.path)
    let connections = try (0..<200).map { _ in try raw.open() }
    // The first ones stay until the others have their answer.
    for (range, steps, answer) in [
      (64..<200, [], "HTTP/1.1 503"), (0..<64, [RawClient.Step.send(Array(Self.status.utf8)), .halfClose], "HTTP/1.1 200"),
    ] {
      let answers = await withTaskGroup { tasks in
        for connection in connections[range] { tasks.addTask { await raw.run(steps, on: connection) ?? "stayed open" } }
        return await tasks.reduce(into: []) { $0.append(String($1.prefix(12))) }
      }
      #expect(answers == [String](repeating: answer, count: range.count))
    }
    #expect(await served.isWell())
    await served.server.stop()
  }

  @Test("that names no host, or comes from a web page, is refused")
  func senders() async throws {
    let served = try await Served()
    let raw = RawClient(path: served.path)
    for (headers, status) in [("", 400), ("Host: a\r\nHost: b\r\n", 400), ("Host: a\r\nOrigin: http://a\r\n", 403), ("Host: a\r\n", 200)] {
      let answer = try await raw.send("GET /v1/status HTTP/1.1\r\n\(headers)\r\n")
      #expect(answer?.hasPrefix("HTTP/1.1 \(status) ") == true, "\(headers): \(answer ?? "")")
    }
    #expect(try await raw.send("GET /v1/status HTTP/1.0\r\n\r\n")?.hasPrefix("HTTP/1.1 200 ") == true)
    await served.server.stop()
  }

  @Test("gets no chunks of events where it knows none")
  func eventsWithoutChunks() async throws {
    let served = try await Served()
    let request = Array("GET /v1/events HTTP/1.0\r\n\r\n".utf8)
    async let answer = RawClient(path: served.path).run(.send(request), .await("event: levels"), .halfClose)
    try await Task.sleep(for: .seconds(3))
    await served.server.stop()
    let text = try #require(try await answer)
    #expect(text.hasPrefix("HTTP/1.0 200 OK\r\n") && !text.lowercased().contains("chunked") && text.contains("\r\n\r\nevent: "), "\(text)")
  }

  @Test("has a time for the whole of a body, and leaves places to others", .timeLimit(.minutes(2)))
  func slowUploads() async throws {
    var limits = ControlLimits()
    (limits.wholeBodyTime, limits.uploads.all) = (.seconds(2), 4)
    let served = try await Served(limits: limits)
    let head = Array((Self.upload + "Content-Length: 1000000\r\n\r\n").utf8)
    var steps = [RawClient.Step.send(head)]
    for _ in 0..<40 { steps += [.wait(milliseconds: 100), .send([7])] }
    let raw = RawClient(path: served.path)
    let answers = try await withThrowingTaskGroup(of: String.self) { tasks in
      for _ in 0..<20 { tasks.addTask { [steps] in String((try await raw.run(steps) ?? "stayed open").prefix(12)) } }
      for _ in 0..<10 {
        try await Task.sleep(for: .milliseconds(100))
        _ = try await served.client.status()
        _ = try await served.client.changeOutput(OutputChange(mute: true))
      }
      return try await tasks.reduce(into: [String]()) { $0.append($1) }
    }
    // One that is refused while it sends may find its connection closed before it reads.
    #expect(answers.count { $0 == "HTTP/1.1 408" } == 4, "\(answers)")
    #expect(answers.allSatisfy { ["HTTP/1.1 408", "HTTP/1.1 503", ""].contains($0) }, "\(answers)")
    #expect(await served.record.uploads.isEmpty)
    await served.server.stop()
  }

  @Test("has more time for a body that comes at some pace")
  func pace() async throws {
    var limits = ControlLimits()
    (limits.wholeBodyTime, limits.bodyBytesASecond) = (.seconds(1), 1000)
    let served = try await Served(limits: limits)
    for (size, answer) in [(500, "HTTP/1.1 200"), (1, "HTTP/1.1 408")] {
      let piece = Array("\(String(size, radix: 16))\r\n".utf8) + [UInt8](repeating: 7, count: size) + Array("\r\n".utf8)
      var steps = [RawClient.Step.send(Array((Self.upload + "Transfer-Encoding: chunked\r\n\r\n").utf8))]
      for _ in 0..<10 { steps += [.wait(milliseconds: 200), .send(piece)] }
      let told = try await RawClient(path: served.path).run(steps + [.send(Array("0\r\n\r\n".utf8)), .halfClose])
      // One that is refused while it sends may find its connection closed before it reads.
      #expect(told?.hasPrefix(answer) == true || size == 1 && told == "", "\(size): \(told ?? "")")
    }
    #expect(await served.record.uploads.map(\.upload.bytes.count) == [5000])
    await served.server.stop()
  }

  @Test("takes no place from the daemon's user, and only a share of the others'")
  func places() {
    var share = Share(all: 10, kept: 2, each: 5)
    share.exceptions[4_000_000_003] = 1
    let places = Allowance(share)
    func takeAll(_ user: UInt32) -> Int { (0..<20).count { _ in places.take(for: user) } }
    #expect([4_000_000_001, 4_000_000_003, 4_000_000_002, 4_000_000_004, geteuid(), 0].map(takeAll) == [5, 1, 2, 0, 2, 0])
    places.giveBack(of: 4_000_000_001)
    #expect(takeAll(4_000_000_002) == 0 && takeAll(0) == 1)
    #expect(!places.take(8, for: 0) && !places.take(for: 4_000_000_001))
  }

  @Test("leaves places to others whatever it takes of one kind")
  func shares() {
    let limits = ControlLimits()
    for share in [limits.connections, limits.uploads, limits.bodiesBytes, limits.eventListeners] {
      #expect(share.kept > 0 && share.each + share.kept < share.all)
    }
  }

  @Test("may send anything at all", arguments: 0..<10)
  func mutations(seed: UInt64) async throws {
    let served = try await Served()
    var generator = SeededGenerator(seed: seed)
    let requests = [
      Self.status, Self.upload + "Content-Length: 4\r\n\r\nabcd", Self.upload + "Transfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n",
      "PATCH /v1/output HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"mute\":true}",
      "PATCH /v1/filters HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n{\"left\":{\"gain\":-30}}",
      "PUT /v1/config HTTP/1.1\r\nHost: a\r\nContent-Length: 7\r\n\r\nrate: 1",
      "POST /v1/config/check?folder=/k HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    ]
    for number in 0..<30 {
      var bytes = Array(requests.randomElement(using: &generator)!.utf8) + Array(requests.randomElement(using: &generator)!.utf8)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[..<place], at: place)
        }
      }
      let answer = try await RawClient(path: served.path).run(.send(bytes), .halfClose)
      #expect(answer?.hasPrefix("HTTP/1.1 ") ?? false || answer == "", "seed \(seed), number \(number): \(answer ?? "stayed open")")
    }
    #expect(await served.isWell())
    await served.server.stop()
  }

  private var hasty: ControlLimits {
    var limits = ControlLimits()
    (limits.headerTime, limits.bodyTime, limits.answerTime) = (.seconds(1), .seconds(1), .seconds(1))
    return limits
  }
}
