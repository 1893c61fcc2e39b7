import ControlAPI
import NIOCore
import Synchronization

/// What one client, or all of them, may take of the server.
package struct ControlLimits: Sendable {
  /// Bytes of a kernel file. convolvectl checks it before it sends.
  package var kernelBytes = maximumKernelBytes
  /// Bytes of a configuration: one more than a configuration may have, so that the refusal says why.
  package var configurationBytes = (1 << 20) + 1
  /// Bytes of any other body.
  package var documentBytes = 64 << 10
  /// Bytes of all bodies in memory at once.
  package var bodiesBytes = 256 << 20
  /// Bytes of one header line of a request, and of all of them.
  package var headerBytes = 16 << 10
  package var headersBytes = 64 << 10
  package var headers = 100
  /// Connections at once; further ones are answered 503.
  package var connections = 64
  /// From the connection's start, or the last answer's end, to the end of the next request's header.
  package var headerTime = TimeAmount.seconds(10)
  /// Between two pieces of a body.
  package var bodyTime = TimeAmount.seconds(10)
  /// For a client to take an answer, or an event.
  package var answerTime = TimeAmount.seconds(10)

  /// Between two interim answers, by which a client that has gone is noticed.
  package var interimInterval = Duration.seconds(1)

  /// Connections that listen to events at once, and how often these come.
  package var eventListeners = 16
  package var eventInterval = Duration.milliseconds(250)
  /// Events that wait for a listener, beside what the system has taken; a listener that is behind by more is cut off.
  package var eventsBehind = 64

  package init() {}
}

/// An amount that all connections share: of connections, or of bytes in memory.
final class Allowance: Sendable {
  private let limit: Int
  private let taken = Atomic(0)

  init(limit: Int) { self.limit = limit }

  /// Takes an amount if that much is left. Returns whether it was.
  func take(_ amount: Int) -> Bool {
    if taken.wrappingAdd(amount, ordering: .relaxed).newValue <= limit { return true }
    giveBack(amount)
    return false
  }

  func giveBack(_ amount: Int) { taken.wrappingSubtract(amount, ordering: .relaxed) }
}
