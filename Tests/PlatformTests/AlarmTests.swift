import Platform
import Testing

@Suite("An alarm")
struct AlarmTests {
  @Test("ends a rest, also one that begins later, once however often it was raised")
  func raised() async {
    let alarm = Alarm()
    for _ in 0..<3 { alarm.raise() }
    await alarm.rest()
    let resting = Task {
      await alarm.rest()
      return true
    }
    let first = await withTaskGroup(of: String.self) { tasks in
      tasks.addTask { await resting.value ? "rested" : "" }
      tasks.addTask {
        try? await Task.sleep(for: .milliseconds(50))
        return "slept"
      }
      let first = await tasks.next()
      alarm.raise()
      return first
    }
    #expect(first == "slept")
  }

  @Test("loses nothing that is raised by threads while it is looked at", .timeLimit(.minutes(1)))
  func many() async {
    let alarm = Alarm()
    let count = Counted()
    let raisers = (0..<4).map { _ in
      Task.detached {
        for _ in 0..<1000 {
          await count.add()
          alarm.raise()
        }
      }
    }
    while await count.value < 4000 { await alarm.rest() }
    for raiser in raisers { await raiser.value }
  }

  @Test("ends the rest of a task that is cancelled")
  func cancelled() async {
    let alarm = Alarm()
    let resting = Task { await alarm.rest() }
    resting.cancel()
    await resting.value
  }
}

private actor Counted {
  private(set) var value = 0

  func add() { value += 1 }
}
