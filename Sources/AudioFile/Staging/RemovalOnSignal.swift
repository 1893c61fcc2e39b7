import Glibc
import Platform

/// Ends the process by a signal only when nothing is left that is not whole: removes a staged file, or waits for work that clears up
/// after itself.
///
/// The handler calls only what signal-safety(7) allows.
package enum RemovalOnSignal {
  /// Of the staged file, one at a time. Read by the handler, as what follows.
  nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?
  /// Whether work is under way that a signal must not end halfway, and what asks it for its end, which is never freed.
  nonisolated(unsafe) private static var isHeld = false
  private static let cancellation = Cancellation()
  /// The signal that came meanwhile; 0: none.
  nonisolated(unsafe) private static var pending: Int32 = 0
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGXFSZ]

  /// Removes `path` if one of the signals arrives.
  static func arm(_ path: String) {
    Self.path = withSystemPath(path) { strdup($0) }
    install()
  }

  /// Forgets the file, which is gone or is to stay. Its name is not freed: a handler might be reading it.
  static func disarm() { path = nil }

  /// Does what is not to end halfway. A signal asks it for its end, and ends the process after it, whether it throws or returns.
  ///
  /// The handler may run beside the work, on another thread: it would remove what the work goes on to make.
  package static func held<Value, Failure: Error>(_ body: (Cancellation) throws(Failure) -> Value) throws(Failure) -> Value {
    // Made here, since a handler makes nothing.
    let cancellation = Self.cancellation
    isHeld = true
    install()
    defer {
      isHeld = false
      if pending != 0 { end(pending) }
    }
    return try body(cancellation)
  }

  /// Source: sigaction(2)
  private static func install() {
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        guard RemovalOnSignal.isHeld else { return RemovalOnSignal.end(signal) }
        RemovalOnSignal.pending = signal
        RemovalOnSignal.cancellation.request()
      }
      // A signal that is ignored stays ignored: nohup(1).
      var before = sigaction()
      sigaction(signal, nil, &before)
      if before.__sigaction_handler.sa_handler.map({ unsafeBitCast($0, to: Int.self) }) != 1 { sigaction(signal, &action, nil) }
    }
  }

  /// Threads of tasks have the signal blocked. Source: pthread_sigmask(3)
  private static func end(_ signal: Int32) {
    if let path { unlink(path) }
    Glibc.signal(signal, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, signal)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(signal)
  }
}
