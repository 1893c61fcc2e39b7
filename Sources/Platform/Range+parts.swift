import Synchronization

extension Range<Int> {
  /// Cuts the range into parts of `length`, the last one perhaps shorter, and calls `body` with each, on up to `jobs` threads.
  ///
  /// - Parameter isCancelled: asked before each part, on each thread: whether to leave out the parts that have not begun.
  package func forEachPart(
    ofLength length: Int, jobs: Int, unless isCancelled: @Sendable () -> Bool = { false }, _ body: @Sendable (Range<Int>) -> Void
  ) {
    forEachPart(ofLength: length, jobs: jobs, unless: isCancelled, making: { () }, { part, _ in body(part) })
  }

  /// As above; `making` gives each thread a workspace of its own.
  package func forEachPart<Workspace: ~Copyable>(
    ofLength length: Int, jobs: Int, unless isCancelled: @Sendable () -> Bool = { false }, making workspace: @Sendable () -> Workspace,
    _ body: @Sendable (Range<Int>, borrowing Workspace) -> Void
  ) {
    let parts = (count + length - 1) / length
    let next = Atomic(0)
    onThreads(Swift.min(jobs, parts)) {
      let workspace = workspace()
      while true {
        let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if part >= parts || isCancelled() { return }
        let first = lowerBound + part * length
        body(first..<Swift.min(first + length, upperBound), workspace)
      }
    }
  }
}
