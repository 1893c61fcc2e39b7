import Dispatch
import Glibc

/// ProcessSignals as events instead of ends.
final class ProcessSignals: @unchecked Sendable {
  /// Their numbers as they come; to be gone through once.
  let numbers: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]
  private let registrations: AsyncStream<Void>

  /// Until `begun` returns these signals may still end the process by themselves. None is lost.
  ///
  /// - Parameter arrival: called at once for each, also for those that come so fast that `numbers` has one for several.
  init(_ signals: [Int32], arrival: @escaping @Sendable () -> Void = {}) {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self, bufferingPolicy: .bufferingOldest(1))
    numbers = stream
    let (registrations, registration) = AsyncStream.makeStream(of: Void.self)
    self.registrations = registrations
    sources = signals.map { number in
      // On Linux the source handles the signal itself. To ignore it before would lose what comes until then.
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler {
        arrival()
        continuation.yield(number)
      }
      source.setRegistrationHandler { registration.yield() }
      source.resume()
      return source
    }
  }

  /// Returns when the system has been told. To be called once.
  func begun() async {
    var missing = sources.count
    for await _ in registrations {
      missing -= 1
      if missing == 0 { return }
    }
  }

  /// The number of the first signal that comes.
  func first() async -> Int32 {
    for await number in numbers { return number }
    return SIGTERM
  }
}
