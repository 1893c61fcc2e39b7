/// Lets a task rest until another one, or a thread, has something for it. What comes while it does not rest is not lost.
package final class Alarm: Sendable {
  private let calls: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() { (calls, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1)) }

  /// Waits for nobody.
  package func raise() { continuation.yield() }

  /// Rests until the alarm is raised: not at all where it was raised since the last rest, or where the task is cancelled.
  package func rest() async { for await _ in calls { return } }
}
