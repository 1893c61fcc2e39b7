import Dispatch
import Glibc
import Platform
import Synchronization

/// Keys as they are pressed, or characters of standard input where that is no terminal.
final class Keys: Sendable {
  /// The terminal's mode before; nil: it was given back, or is none.
  private let before: Mutex<termios?>
  nonisolated(unsafe) private var signals: [any DispatchSourceProtocol] = []

  /// Keys come at once and are not shown, until `restore`, or until a signal ends the program. termios(3)
  ///
  /// - Parameter end: called with the number of a signal that ends programs, once the terminal is given back.
  init(end: @escaping @Sendable (Int32) -> Never) {
    var mode = termios()
    let isTerminal = tcgetattr(STDIN_FILENO, &mode) == 0
    before = Mutex(isTerminal ? mode : nil)
    if isTerminal {
      mode.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
      tcsetattr(STDIN_FILENO, TCSANOW, &mode)
    }
    watchSignals(end)
  }

  private func watchSignals(_ end: @escaping @Sendable (Int32) -> Never) {
    signals = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { [self] in
        restore()
        end(number)
      }
      source.resume()
      return source
    }
  }

  /// Gives the terminal back.
  func restore() {
    before.withLock { before in
      guard var mode = before else { return }
      before = nil
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &mode)
    }
  }

  /// The next key in lower case; nil: q, Ctrl-C, or there are no more.
  func next() async -> Character? {
    let key = await inBackground(niceness: 0) { () -> UInt8? in
      var key: UInt8 = 0
      var count = 0
      repeat { count = read(STDIN_FILENO, &key, 1) } while count < 0 && errno == EINTR
      return count == 1 ? key : nil
    }
    guard let key = key ?? nil, key != 3, key != 4, key | 0x20 != UInt8(ascii: "q") else { return nil }
    return Character(UnicodeScalar(key | 0x20))
  }
}
