import Synchronization

/// Since when nobody has been connected.
final class Activity: Sendable {
  private let state = Mutex((connections: 0, lastEnd: ContinuousClock.now))

  func begin() { state.withLock { $0.connections += 1 } }

  func end() { state.withLock { $0 = ($0.connections - 1, .now) } }

  /// What is left of a time without anybody; the whole time while somebody is there.
  func rest(of time: Duration) -> Duration { state.withLock { $0.connections > 0 ? time : time - (.now - $0.lastEnd) } }
}
