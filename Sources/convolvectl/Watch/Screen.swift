import Dispatch
import Glibc
import Synchronization

/// The terminal, for as long as a view is shown on it. Its mode and what stood on it come back afterwards.
final class Screen: Sendable {
  private let before: termios
  /// Whether it is still taken over.
  private let isShown = Mutex(true)
  nonisolated(unsafe) private var sources: [any DispatchSourceProtocol] = []

  /// Takes the terminal over: keys come at once and are not shown. q, Ctrl-C and the signals that end programs give it back
  /// and end this one. termios(3)
  init() {
    var mode = termios()
    tcgetattr(STDIN_FILENO, &mode)
    before = mode
    mode.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
    tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    // The other screen, and no cursor.
    put("\u{1B}[?1049h\u{1B}[?25l")
    let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)
    keys.setEventHandler { [self] in
      var key: UInt8 = 0
      let count = read(STDIN_FILENO, &key, 1)
      // Ctrl-C is a key here.
      if count <= 0 || [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3].contains(key) { end() }
    }
    keys.resume()
    let signals = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { [self] in end() }
      source.resume()
      return source
    }
    sources = signals
    sources.append(keys)
  }

  private func end() -> Never {
    restore()
    exit(0)
  }

  /// Gives the terminal back; nothing is shown any more.
  func restore() {
    isShown.withLock { isShown in
      guard isShown else { return }
      isShown = false
      put("\u{1B}[?25h\u{1B}[?1049l")
      var mode = before
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
    }
  }

  /// In place of what was shown before. The last line has no break, which would scroll the first away.
  func show(_ lines: [String]) {
    isShown.withLock { if $0 { put("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J") } }
  }

  private func put(_ text: String) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress!, $0.count) }
      if count < 0 && errno != EINTR && errno != EAGAIN { return }
      rest = rest.dropFirst(max(0, count))
    }
  }
}
