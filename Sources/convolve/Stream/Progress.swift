import Dispatch
import Glibc
import Synchronization

/// A progress bar with the time left. It appears on terminals only, and not for short work.
final class Progress: Sendable {
  private struct State {
    var shownAt: UInt64
    var isShown = false
  }

  /// Frames of the result; nil if unknown.
  private let total: Int?
  private let rate: Int
  private let isEnabled: Bool
  private let start = DispatchTime.now().uptimeNanoseconds
  private let state: Mutex<State>

  /// Nanoseconds before the bar appears, and between two updates.
  private static let patience: UInt64 = 500_000_000
  private static let interval: UInt64 = 100_000_000

  /// - Parameter rate: frames a second.
  init(total: Int?, rate: Int, isQuiet: Bool) {
    (self.total, self.rate) = (total, rate)
    isEnabled = !isQuiet && isatty(STDERR_FILENO) != 0
    state = Mutex(State(shownAt: start + Self.patience - Self.interval))
  }

  deinit { finish() }

  /// Updates the bar for the frames done so far.
  func advance(to frames: Int) {
    guard isEnabled && frames > 0 else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      if now < state.shownAt + Self.interval { return }
      (state.shownAt, state.isShown) = (now, true)
      print("\r" + line(frames, seconds: Double(now - start) * 1e-9) + "\u{1B}[K")
    }
  }

  /// Removes the bar.
  func finish() {
    state.withLock { state in
      if state.isShown { print("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  /// "convolve:  42 % [########            ] 0:12 left"
  private func line(_ frames: Int, seconds: Double) -> String {
    guard let total, total > 0 else { return "\(Convolve.name): \(minutes(Double(frames) / Double(rate))) done" }
    let share = min(1, Double(frames) / Double(total))
    let (percent, width) = (String(Int(share * 100)), 24)
    let filled = Int(share * Double(width))
    let bar = String(repeating: "#", count: filled) + String(repeating: " ", count: width - filled)
    let padding = String(repeating: " ", count: 3 - percent.count)
    return "\(Convolve.name): \(padding)\(percent) % [\(bar)] \(minutes(seconds * (1 / share - 1))) left"
  }

  private func minutes(_ seconds: Double) -> String {
    // A header may say any length.
    let whole = seconds < 1e9 ? Int(seconds.rounded(.up)) : 1_000_000_000
    return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
  }

  private func print(_ text: String) { _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) } }
}
