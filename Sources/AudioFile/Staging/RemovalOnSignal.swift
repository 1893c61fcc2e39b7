import Glibc
import Platform

/// Removes what is not yet whole when a signal ends the process: one staged file at a time, and one list of files and folders.
///
/// The handler calls only what signal-safety(7) allows.
package enum RemovalOnSignal {
  /// Read by the handler, as all of these.
  nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?
  /// Ends with nil.
  nonisolated(unsafe) private static var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  nonisolated(unsafe) private static var isHeld = false
  /// The signal that came meanwhile; 0: none.
  nonisolated(unsafe) private static var pending: Int32 = 0
  /// Whether a signal is ending the process.
  nonisolated(unsafe) private static var isEnding = false
  private static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGXCPU, SIGXFSZ]

  /// Removes `path` if one of the signals arrives.
  static func arm(_ path: String) {
    Self.path = withSystemPath(path) { strdup($0) }
    install()
  }

  /// Forgets the file, which is gone or is to stay. Its name is not freed: a handler might be reading it.
  static func disarm() { path = nil }

  /// Removes these if one of the signals arrives, in this order: what a folder holds comes before it.
  package static func arm(paths: [String]) {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: paths.count + 1)
    for (index, path) in paths.enumerated() { list[index] = withSystemPath(path) { strdup($0) } }
    list[paths.count] = nil
    Self.list = list
    install()
  }

  /// Forgets the list, which is not freed either.
  package static func disarmPaths() { list = nil }

  /// Does what is not to end halfway: a signal ends the process after it.
  package static func held<Value, Failure: Error>(_ body: () throws(Failure) -> Value) throws(Failure) -> Value {
    install()
    isHeld = true
    defer {
      isHeld = false
      if pending != 0 { end(pending) }
    }
    return try body()
  }

  /// Source: sigaction(2)
  private static func install() {
    for signal in signals {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { signal in
        if RemovalOnSignal.isHeld { RemovalOnSignal.pending = signal } else { RemovalOnSignal.end(signal) }
      }
      // A signal that is ignored stays ignored: nohup(1).
      var before = sigaction()
      sigaction(signal, nil, &before)
      if before.__sigaction_handler.sa_handler.map({ unsafeBitCast($0, to: Int.self) }) != 1 { sigaction(signal, &action, nil) }
    }
  }

  /// Does not return where a signal is ending the process: what a thread misses then is no fault.
  package static func giveWay() {
    while isEnding { pause() }
  }

  private static func end(_ signal: Int32) {
    isEnding = true
    if let path { unlink(path) }
    if let list {
      var index = 0
      while let path = list[index] {
        if unlink(path) != 0 { rmdir(path) }
        index += 1
      }
    }
    Glibc.signal(signal, SIG_DFL)
    raise(signal)
  }
}
