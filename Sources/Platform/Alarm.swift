import Synchronization

/// Lets a task rest until another one, or a thread, has something for it. What comes while it does not rest is not lost.
package final class Alarm: Sendable {
  private let calls: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation
  private let raised = Atomic(0)

  package init() { (calls, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  /// Waits for nobody.
  package func raise() {
    raised.add(1, ordering: .relaxed)
    continuation.yield()
  }

  /// How often it was raised.
  package var count: Int { raised.load(ordering: .relaxed) }

  /// Rests until the alarm is raised: not at all where it was raised since the last rest, or where the task is cancelled.
  package func rest() async { for await _ in calls { return } }
}
