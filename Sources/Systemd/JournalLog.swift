import Glibc
import Logging

/// Log lines as the journal takes them from standard error: a priority and the message. sd-daemon(3)
///
/// The journal adds time and program itself.
public struct JournalLog: LogHandler {
  public var logLevel = Logger.Level.info
  public var metadata: Logger.Metadata = [:]
  private let descriptor: CInt

  /// Nil where standard error is not the journal's. systemd.exec(5), `JOURNAL_STREAM`
  public init?() {
    var status = stat()
    guard let stream = getenv("JOURNAL_STREAM"), fstat(STDERR_FILENO, &status) == 0,
      String(cString: stream) == "\(status.st_dev):\(status.st_ino)"
    else { return nil }
    self.init(descriptor: STDERR_FILENO)
  }

  package init(descriptor: CInt) { self.descriptor = descriptor }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// One write for a message, so that those of several threads do not mix.
  public func log(event: LogEvent) {
    let lines = "\(event.message)".split(whereSeparator: \.isNewline).map { "<\(Self.priority(event.level))>\($0)\n" }.joined()
    _ = lines.withCString { write(descriptor, $0, strlen($0)) }
  }

  /// syslog(3)
  private static func priority(_ level: Logger.Level) -> Int32 {
    switch level {
    case .trace, .debug: LOG_DEBUG
    case .info: LOG_INFO
    case .notice: LOG_NOTICE
    case .warning: LOG_WARNING
    case .error: LOG_ERR
    case .critical: LOG_CRIT
    }
  }
}
