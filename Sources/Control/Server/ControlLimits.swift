import ControlAPI
import Glibc
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
  /// Connections at once; further ones are answered 503. The daemon's user and root may have all of them.
  package var connections = 64
  /// Of these, connections that only the daemon's user and root may have, and those that any other user may have.
  package var keptConnections = 8
  package var userConnections = 32
  /// A user who speaks for many, and has so many connections beside the others'; nil: there is none.
  package var gatewayUser: UInt32?
  package var gatewayConnections = 32
  /// Requests with a large body at once, which leave places for small ones.
  package var uploads = 16
  /// From the connection's start, or the last answer's end, to the end of the next request's header.
  package var headerTime = TimeAmount.seconds(10)
  /// Between two pieces of a body.
  package var bodyTime = TimeAmount.seconds(10)
  /// For the whole of a body, and of a small one.
  package var wholeBodyTime = TimeAmount.seconds(60)
  package var smallBodyTime = TimeAmount.seconds(10)
  /// For a client to take an answer, or an event.
  package var answerTime = TimeAmount.seconds(10)

  /// Connections that listen to events at once, and how often these come.
  package var eventListeners = 16
  package var eventInterval = Duration.milliseconds(250)
  /// Events that wait for a listener, beside what the system has taken; a listener that is behind by more is cut off.
  package var eventsBehind = 64

  package init() {}
}

/// Places for connections, shared out among the users at their other ends.
package final class Places: Sendable {
  private let limits: ControlLimits
  private let taken = Mutex<[UInt32: Int]>([:])

  package init(_ limits: ControlLimits) { self.limits = limits }

  /// Takes a place for a user if there is one. Returns whether there was.
  package func take(_ user: UInt32) -> Bool {
    taken.withLock { taken in
      let own = taken[user] ?? 0
      if user == limits.gatewayUser {
        guard own < limits.gatewayConnections else { return false }
      } else {
        let all = taken.reduce(0) { $0 + ($1.key == limits.gatewayUser ? 0 : $1.value) }
        let isKnown = user == 0 || user == geteuid()
        let most = limits.connections - (isKnown ? 0 : limits.keptConnections)
        guard all < most, isKnown || own < limits.userConnections else { return false }
      }
      taken[user] = own + 1
      return true
    }
  }

  package func giveBack(_ user: UInt32) {
    taken.withLock { taken in
      let left = (taken[user] ?? 1) - 1
      taken[user] = left == 0 ? nil : left
    }
  }
}

/// An amount that all connections share: of uploads, or of bytes in memory.
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
