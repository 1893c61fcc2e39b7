/// Work that is done one after the other, in the order of its arrival.
struct TaskLine {
  /// The end of the newest work.
  private(set) var newest: Task<Void, Never>?

  /// Adds work. Whoever waits for the task waits for all before it.
  mutating func add<Value: Sendable>(_ work: @escaping @Sendable () async -> Value) -> Task<Value, Never> {
    let previous = newest
    let task = Task {
      await previous?.value
      return await work()
    }
    newest = Task { _ = await task.value }
    return task
  }
}
