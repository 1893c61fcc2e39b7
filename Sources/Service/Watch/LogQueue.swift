import Dispatch
import Glibc
import Logging
import Platform
import Synchronization

/// Messages on their way to the log, which a thread of its own writes: who has something to say never waits for whoever reads it.
///
/// Where they are not taken, newer ones are lost, and counted.
public final class LogQueue: Sendable {
  private struct Waiting {
    var messages: [(handler: any LogHandler, event: LogEvent)] = []
    var bytes = 0
    var lost = 0
    var isWriting = false

    var isEmpty: Bool { messages.isEmpty && !isWriting }
  }

  private let waiting = Mutex(Waiting())
  private let arrivals = DispatchSemaphore(value: 0)
  private let hasThread = Atomic(false)

  /// Messages that wait, and their bytes.
  private static let mostMessages = 1_000
  private static let mostBytes = 1 << 20

  public init() { hasThread.store(startThread(0) { self.write() }, ordering: .relaxed) }

  /// A handler that hands on to another one, by the queue.
  public func before(_ handler: any LogHandler) -> any LogHandler { QueuedLog(handler: handler, queue: self) }

  /// Waits until all is written, or for so long.
  public func flush(within limit: Duration = .seconds(1)) {
    let end = ContinuousClock.now + limit
    while hasThread.load(ordering: .relaxed), !waiting.withLock(\.isEmpty), .now < end { usleep(2_000) }
  }

  fileprivate func take(_ event: LogEvent, for handler: any LogHandler) {
    guard hasThread.load(ordering: .relaxed) else { return handler.log(event: event) }
    let bytes = "\(event.message)".utf8.count
    waiting.withLock { waiting in
      guard waiting.messages.count < Self.mostMessages, waiting.bytes + bytes <= Self.mostBytes else { return waiting.lost += 1 }
      waiting.messages.append((handler, event))
      waiting.bytes += bytes
    }
    arrivals.signal()
  }

  private func write() {
    while true {
      arrivals.wait()
      let (messages, lost) = waiting.withLock { waiting in
        defer { waiting = Waiting(isWriting: true) }
        return (waiting.messages, waiting.lost)
      }
      for (handler, event) in messages { handler.log(event: event) }
      if lost > 0, let (handler, last) = messages.last {
        var event = last
        (event.level, event.message) = (.warning, "\(lost) messages are lost: the log was not taken for a while")
        handler.log(event: event)
      }
      waiting.withLock { $0.isWriting = false }
    }
  }
}

private struct QueuedLog: LogHandler {
  var handler: any LogHandler
  let queue: LogQueue

  var logLevel: Logger.Level {
    get { handler.logLevel }
    set { handler.logLevel = newValue }
  }

  var metadata: Logger.Metadata {
    get { handler.metadata }
    set { handler.metadata = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { handler[metadataKey: key] }
    set { handler[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { queue.take(event, for: handler) }
}
