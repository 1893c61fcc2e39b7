import Platform
import Synchronization
import Testing

@Suite("A turnstile", .timeLimit(.minutes(1)))
struct TurnstileTests {
  @Test("lets tasks in one at a time, and each in its turn")
  func order() async {
    let turnstile = Turnstile()
    let entered = Mutex<[Int]>([])
    let within = Atomic(0)
    #expect(await turnstile.enter())
    var tasks: [Task<Void, Never>] = []
    for number in 0..<20 {
      tasks.append(
        Task {
          guard await turnstile.enter() else { return }
          entered.withLock { $0.append(number) }
          let count = within.add(1, ordering: .relaxed).newValue
          #expect(count == 1)
          await Task.yield()
          within.subtract(1, ordering: .relaxed)
          turnstile.leave()
        })
      // The next one comes when this one waits.
      try? await Task.sleep(for: .milliseconds(20))
    }
    let early = entered.withLock { $0 }
    #expect(early.isEmpty)
    turnstile.leave()
    for task in tasks { await task.value }
    let all = entered.withLock { $0 }
    #expect(all == Array(0..<20))
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
