import ControlAPI
import Glibc
import Synchronization

/// Who has shown a token: sessions by their cookies.
///
/// They outlive the program in a file of the service's, since it ends while nobody is connected.
final class Sessions: Sendable {
  struct Session: Sendable {
    let secret: Secret
    let access: Access
    /// Seconds since 1970.
    let begin: Int
    var lastUse: Int
  }

  /// Sessions at once: a further one ends the one that was used least recently.
  static let most = 64
  /// Seconds without a request, and in all.
  static let idleTime = 12 * 3600
  static let wholeTime = 30 * 24 * 3600

  private let sessions: Mutex<[Session]>
  private let now: @Sendable () -> Int

  init(_ sessions: [Session] = [], now: @escaping @Sendable () -> Int = { time(nil) }) {
    self.sessions = Mutex(Array(sessions.prefix(Self.most)))
    self.now = now
  }

  func begin(_ access: Access) -> Secret {
    let secret = Secret()
    let time = now()
    sessions.withLock { sessions in
      Self.drop(&sessions, at: time)
      if sessions.count >= Self.most, let oldest = sessions.indices.min(by: { sessions[$0].lastUse < sessions[$1].lastUse }) {
        sessions.remove(at: oldest)
      }
      sessions.append(Session(secret: secret, access: access, begin: time, lastUse: time))
    }
    return secret
  }

  /// What the session allows; nil: there is none.
  func access(_ secret: Secret) -> Access? {
    let time = now()
    return sessions.withLock { sessions in
      Self.drop(&sessions, at: time)
      var found: Access?
      for index in sessions.indices where sessions[index].secret.matches(secret) {
        sessions[index].lastUse = time
        found = sessions[index].access
      }
      return found
    }
  }

  func end(_ secret: Secret) { sessions.withLock { $0.removeAll { $0.secret.matches(secret) } } }

  var all: [Session] {
    let time = now()
    return sessions.withLock { sessions in
      Self.drop(&sessions, at: time)
      return sessions
    }
  }

  /// A clock that was set back makes none live for ever.
  private static func drop(_ sessions: inout [Session], at time: Int) {
    sessions.removeAll { !(0..<idleTime).contains(time - $0.lastUse) || !(0..<wholeTime).contains(time - $0.begin) }
  }
}
