import ALSA
import Dispatch
import Platform
import Synchronization

/// Reads the state of a source that is followed, on a thread of its own, and raises an alarm when it has changed.
///
/// Two calls to ALSA fifty times a second cost a tenth of what it costs to wake a task for them.
final class SourcePoll: Sendable {
  let control: SourceControl
  private let alarm: Alarm
  private let hasEnded = Atomic(false)
  private let end = DispatchSemaphore(value: 0)
  private let polling = Mutex<Task<Void, Never>?>(nil)

  /// Between two looks.
  static let milliseconds = 20

  /// Raises the alarm at the first look, and after each change.
  init(_ control: SourceControl, _ alarm: Alarm) {
    (self.control, self.alarm) = (control, alarm)
    polling.withLock { $0 = Task { await poll() } }
  }

  /// Returns when the source is read no more.
  func stop() async {
    hasEnded.store(true, ordering: .releasing)
    end.signal()
    await polling.withLock(\.self)?.value
  }

  private func poll() async {
    let hasPolled = await inBackground(niceness: 0) { [self] in
      var last: SourceControl.State??
      while !hasEnded.load(ordering: .acquiring) {
        let state = control.state()
        if last != .some(state) { alarm.raise() }
        last = .some(state)
        _ = end.wait(timeout: .now() + .milliseconds(Self.milliseconds))
      }
      return true
    }
    // There is no thread: the keeper looks for itself.
    while hasPolled == nil, !hasEnded.load(ordering: .acquiring) {
      alarm.raise()
      try? await Task.sleep(for: .milliseconds(Self.milliseconds))
    }
  }
}
