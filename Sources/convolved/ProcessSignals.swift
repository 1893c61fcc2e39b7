import Dispatch
import Glibc

/// ProcessSignals as events instead of ends.
final class ProcessSignals: @unchecked Sendable {
  /// Their numbers as they come; to be gone through once.
  let numbers: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  /// From here on these signals no longer end the process by themselves.
  ///
  /// - Parameter arrival: called at once for each, also for those that come so fast that `numbers` has one for several.
  init(_ signals: [Int32], arrival: @escaping @Sendable () -> Void = {}) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
    numbers = stream
    sources = signals.map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        arrival()
        continuation.yield(number)
      }
      source.resume()
      return source
    }
  }

  /// The number of the first signal that comes.
  func first() async -> Int32 {
    for await number in numbers { return number }
    return SIGTERM
  }
}
