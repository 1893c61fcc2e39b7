import Platform
import Synchronization
import Testing

@Suite("A turnstile", .timeLimit(.minutes(1)))
struct TurnstileTests {
  @Test("lets tasks in one at a time, and each in its turn")
  func order() async {
    let (turnstile, record) = (Turnstile(), Record())
    #expect(await turnstile.enter())
    var tasks: [Task<Void, Never>] = []
    for number in 0..<20 {
      tasks.append(
        Task {
          guard await turnstile.enter() else { return }
          #expect(record.enter(number) == 1)
          await Task.yield()
          record.leave()
          turnstile.leave()
        })
      // The next one comes when this one waits.
      try? await Task.sleep(for: .milliseconds(20))
    }
    #expect(record.entered.isEmpty)
    turnstile.leave()
    for task in tasks { await task.value }
    #expect(record.entered == Array(0..<20))
    #expect(await turnstile.enter())
  }

  @Test("sends those away who are cancelled, before they wait or while they do, and keeps no place for them")
  func cancelled() async {
    let turnstile = Turnstile()
    for round in 0..<200 {
      #expect(await turnstile.enter())
      let leaving = Task { await turnstile.enter() }
      let staying = Task { await turnstile.enter() }
      if round % 2 == 0 { await Task.yield() }
      leaving.cancel()
      #expect(await !leaving.value)
      turnstile.leave()
      #expect(await staying.value)
      turnstile.leave()
    }
  }
}

/// Who has entered, and how many are within.
private final class Record: Sendable {
  private let state = Mutex((entered: [Int](), within: 0))

  var entered: [Int] { state.withLock { $0.entered } }

  /// Returns how many are within.
  func enter(_ number: Int) -> Int {
    state.withLock { state in
      state.entered.append(number)
      state.within += 1
      return state.within
    }
  }

  func leave() { state.withLock { $0.within -= 1 } }
}
