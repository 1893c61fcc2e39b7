import Glibc

/// A file that must not stay behind when a signal ends the process.
///
/// One at a time. The handler calls nothing but what signal-safety(7) allows.
enum Leftover {
  /// Read by the handler.
  nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?
  private static let signals = [SIGINT, SIGTERM, SIGHUP]

  /// Removes `path` should one of the signals come. Source: sigaction(2)
  static func guarding(_ path: String) {
    Self.path = strdup(path)
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        if let path = Leftover.path { unlink(path) }
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
      }
      // One that is ignored stays so: nohup(1).
      var before = sigaction()
      sigaction(signal, nil, &before)
      if before.__sigaction_handler.sa_handler.map({ unsafeBitCast($0, to: Int.self) }) != 1 { sigaction(signal, &action, nil) }
    }
  }

  /// The file is gone, or is to stay. Its name is not freed: a handler might be reading it.
  static func release() { path = nil }
}
