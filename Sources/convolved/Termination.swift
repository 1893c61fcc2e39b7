import Dispatch
import Glibc

/// SIGTERM and SIGINT as an event instead of an end.
final class Termination: @unchecked Sendable {
  private let signals: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// From here on these signals no longer end the process by themselves.
  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    signals = stream
    sources = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { continuation.yield(number) }
      source.resume()
      return source
    }
  }

  /// The number of the first signal that comes.
  func wait() async -> Int32 {
    for await number in signals { return number }
    return SIGTERM
  }
}
