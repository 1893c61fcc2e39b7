import ControlAPI
import ControlCalling
import Synchronization
import TestSupport
import Testing

@Suite("A status that many ask for at once", .timeLimit(.minutes(1)))
struct SharedAnswerTests {
  @Test("is made one at a time, for all who wait", arguments: ["/v1/status", "/metrics"])
  func crowd(path: String) async throws {
    let made = Mutex((now: 0, most: 0, all: 0))
    let served = try await Served {
      made.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.all + 1) }
      try? await Task.sleep(for: .milliseconds(50))
      made.withLock { $0.now -= 1 }
      return .sample
    }
    let client = served.client
    let answers = try await withThrowingTaskGroup { tasks in
      for _ in 0..<50 { tasks.addTask { try await client.request("GET", path).status } }
      return try await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == [Int](repeating: 200, count: 50))
    // They may come while several are made.
    #expect(made.withLock { $0.most == 1 && $0.all < 20 }, "\(made.withLock { $0 })")
    await served.server.stop()
  }

  @Test("is never older than the request")
  func fresh() async throws {
    let xruns = Mutex(0)
    let served = try await Served {
      var status = Status.sample
      status.xruns.capture = xruns.withLock { $0 }
      try? await Task.sleep(for: .milliseconds(5))
      return status
    }
    let others = Task { while !Task.isCancelled { _ = try? await served.client.status() } }
    for number in 1...20 {
      xruns.withLock { $0 = number }
      #expect(try await served.client.status().xruns.capture == number)
    }
    others.cancel()
    await others.value
    await served.server.stop()
  }
}
