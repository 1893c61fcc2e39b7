import ControlAPI
import Glibc
import NIOCore
import Platform
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
  package var bodiesBytes = Share(bodiesWithin: ProcessMemory.freeBytes)
  /// What is asked before a large body has memory.
  package var freeBytes: @Sendable () -> Int = { ProcessMemory.freeBytes }
  /// Bytes of one header line of a request, and of all of them.
  package var headerBytes = 16 << 10
  package var headersBytes = 64 << 10
  package var headers = 100
  /// Connections at once; further ones are answered 503.
  package var connections = Share(all: 64, kept: 8, each: 32)
  /// Requests with a large body at once, which leave places for small ones.
  package var uploads = Share(all: 16, kept: 4, each: 4)
  /// From when the connection has its place, or the last answer's end, to the end of the next request's header.
  package var headerTime = TimeAmount.seconds(10)
  /// Between two pieces of a body.
  package var bodyTime = TimeAmount.seconds(10)
  /// For the whole of a body, and a second more for each so many bytes that have come: a slow one holds no place for long.
  package var wholeBodyTime = TimeAmount.seconds(10)
  package var bodyBytesASecond = 1 << 20
  /// For a client to take an answer, or an event.
  package var answerTime = TimeAmount.seconds(10)

  /// Connections that listen to events at once, and how often these come.
  package var eventListeners = Share(all: 16, kept: 2, each: 8)
  package var eventInterval = Duration.milliseconds(250)
  /// Where changes come faster than that.
  package var leastEventInterval = Duration.milliseconds(100)
  /// Events that wait for a listener, beside what the system has taken; a listener that is behind by more is cut off.
  package var eventsBehind = 64

  package init() {}
}

/// How much there is of something that connections take, and which user may have how much.
package struct Share: Sendable {
  /// The daemon's user and root may have all of it.
  package var all: Int
  /// What only they may have of it, and what any other user may have.
  package var kept: Int
  package var each: Int
  /// Of users who may have another amount: one who speaks for many, say.
  package var exceptions: [UInt32: Int] = [:]

  package init(all: Int, kept: Int, each: Int) { (self.all, self.kept, self.each) = (all, kept, each) }

  /// Bytes of bodies, of the memory that is free at the start: a quarter of it, as what is made of them takes more. 256 MiB at the most,
  /// and enough for some configurations at the least.
  package init(bodiesWithin bytes: Int) {
    let all = max(16 << 20, min(bytes / 4, 256 << 20))
    self.init(all: all, kept: all / 4, each: all / 8 * 3)
  }
}

/// What is taken of a share, by the users at the other ends of connections.
package final class Allowance: Sendable {
  private let share: Share
  private let taken = Mutex<[UInt32: Int]>([:])

  package init(_ share: Share) { self.share = share }

  /// Takes an amount if that much is left for a user. Returns whether it was.
  package func take(_ amount: Int = 1, for user: UInt32) -> Bool {
    taken.withLock { taken in
      let own = taken[user] ?? 0
      let all = taken.values.reduce(0, +)
      let isKnown = user == 0 || user == geteuid()
      let most = share.all - (isKnown ? 0 : share.kept)
      guard all + amount <= most, isKnown || own + amount <= share.exceptions[user] ?? share.each else { return false }
      taken[user] = own + amount
      return true
    }
  }

  package func giveBack(_ amount: Int = 1, of user: UInt32) {
    taken.withLock { taken in
      let left = (taken[user] ?? amount) - amount
      taken[user] = left == 0 ? nil : left
    }
  }
}
