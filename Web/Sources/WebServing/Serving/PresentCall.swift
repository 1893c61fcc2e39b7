import NIOCore
import Synchronization

/// The call of the daemon that a connection's present request has made, which ends with the connection.
final class PresentCall: Sendable {
  private struct State {
    var channel: (any Channel)?
    var isEnded = false
  }

  private let state = Mutex(State())

  /// Nil: there is none any more.
  func set(_ channel: (any Channel)?) {
    let isEnded = state.withLock { state in
      state.channel = channel
      return state.isEnded
    }
    if isEnded { channel?.close(promise: nil) }
  }

  /// To be called when the connection is closed.
  func end() {
    state.withLock { state in
      state.isEnded = true
      return state.channel
    }?.close(promise: nil)
  }
}
