import Dispatch
import Glibc
import Synchronization

/// A progress bar with the time left. It appears on terminals only, and not for short work.
final class Progress: Sendable {
  /// What of the whole work one file is.
  struct Portion: Sendable {
    /// Of the whole, 0 to 1.
    var start = 0.0
    var width = 1.0
    /// "12/500", where there are several.
    var count = ""
  }

  private struct State {
    var shownAt: UInt64
    var isShown = false
  }

  private let isEnabled: Bool
  private let start = DispatchTime.now().uptimeNanoseconds
  private let state: Mutex<State>

  /// Nanoseconds before the bar appears, and between two updates.
  private static let patience: UInt64 = 500_000_000
  private static let interval: UInt64 = 100_000_000
  /// Characters of the bar itself, where there is room.
  private static let most = 24

  init(isQuiet: Bool) {
    isEnabled = !isQuiet && isatty(STDERR_FILENO) != 0
    state = Mutex(State(shownAt: start + Self.patience - Self.interval))
  }

  deinit { hide() }

  /// Updates the bar for the frames of a portion that are done so far.
  ///
  /// - Parameters:
  ///   - total: frames of the portion; nil if unknown.
  ///   - rate: frames a second.
  func advance(to frames: Int, of total: Int?, rate: Int, _ portion: Portion = Portion()) {
    guard isEnabled && frames > 0 else { return }
    let now = DispatchTime.now().uptimeNanoseconds
    state.withLock { state in
      if now < state.shownAt + Self.interval { return }
      (state.shownAt, state.isShown) = (now, true)
      let line: String
      if let total, total > 0 {
        let share = min(1, portion.start + portion.width * min(1, Double(frames) / Double(total)))
        line = bar(share, seconds: Double(now - start) * 1e-9, portion.count)
      } else {
        line = head(portion.count) + "\(minutes(Double(frames) / Double(max(1, rate)))) done"
      }
      print("\r" + line.prefix(max(1, columns - 1)) + "\u{1B}[K")
    }
  }

  /// Removes the bar; it appears again with the next update.
  func hide() {
    state.withLock { state in
      if state.isShown { print("\r\u{1B}[K") }
      state.isShown = false
    }
  }

  private func head(_ count: String) -> String { "\(Convolve.name): \(count.isEmpty ? "" : count + " ")" }

  /// "convolve:  42 % [########            ] 0:12 left", as wide as the terminal allows.
  private func bar(_ share: Double, seconds: Double, _ count: String) -> String {
    let percent = String(Int(share * 100))
    let before = head(count) + String(repeating: " ", count: 3 - percent.count) + "\(percent) % "
    let after = " \(share > 0 ? minutes(seconds * (1 / share - 1)) : "?") left"
    // Two brackets, and the last column, in which some terminals break the line.
    let width = min(Self.most, columns - before.count - after.count - 3)
    if width < 4 { return before + after.dropFirst() }
    let filled = Int(share * Double(width))
    return before + "[" + String(repeating: "#", count: filled) + String(repeating: " ", count: width - filled) + "]" + after
  }

  private var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }

  private func minutes(_ seconds: Double) -> String {
    // A header may say any length.
    let whole = seconds < 1e9 ? Int(seconds.rounded(.up)) : 1_000_000_000
    return "\(whole / 60):\(whole % 60 < 10 ? "0" : "")\(whole % 60)"
  }

  private func print(_ text: String) { _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) } }
}
