import Synchronization
import TestSupport
import Testing

/// How many requests were answered.
private final class Answers: Sendable {
  let count = Atomic(0)
}

@Suite("Responses that wait", .serialized)
struct WaitingResponsesTests {
  @Test("let a change pass before them", .timeLimit(.minutes(3)))
  func responses() async throws {
    let daemon = try Victim()
    let filters = (0..<2).map { "{ name: f\($0), from: 0, to: 0, kernel: \"box:\(2_000_000 + $0)\" }" }
    #expect(try await daemon.put(filters).contains(" 200 OK"))
    let (answers, socket) = (Answers(), daemon.socket)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<16 {
        let head = "GET /v1/outputs/0/response?input=0&points=\(1_500 + number) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        group.addTask {
          // Those that are left when the daemon ends have no answer.
          let answer = try? await RawClient(path: socket).run(.send(Array(head.utf8)))
          if answer?.contains(" 200 OK") == true { answers.count.add(1, ordering: .relaxed) }
        }
      }
      try await Task.sleep(for: .milliseconds(300))
      let head = "PUT /v1/filters/f0/kernel HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 2\r\n\r\n1\n"
      let start = ContinuousClock.now
      #expect(try await RawClient(path: daemon.socket).run(.send(Array(head.utf8)))?.contains(" 200 OK") == true)
      let before = answers.count.load(ordering: .relaxed)
      print("a change beside 16 responses: \(ContinuousClock.now - start), after \(before) of them")
      #expect(before < 12)
      #expect(daemon.stop() == 0)
    }
  }
}
