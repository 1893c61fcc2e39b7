import Synchronization

/// Lets one task at a time through, in the order of their arrival.
package final class Turnstile: Sendable {
  private struct State {
    var isTaken = false
    var newest = 0
    var waiting: [(number: Int, continuation: CheckedContinuation<Bool, Never>)] = []
    /// Those that were cancelled before they could wait.
    var gone: Set<Int> = []
  }

  private let state = Mutex(State())

  package init() {}

  /// Waits until no other task is within.
  ///
  /// - Returns: whether this one is: not where it was cancelled while it waited. Then it must not leave.
  package func enter() async -> Bool {
    let number = state.withLock { state in
      state.newest += 1
      return state.newest
    }
    let isWithin = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known: Bool? = state.withLock { state in
          if state.gone.contains(number) { return false }
          if state.isTaken {
            state.waiting.append((number, continuation))
            return nil
          }
          state.isTaken = true
          return true
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      giveUp(number)
    }
    state.withLock { _ = $0.gone.remove(number) }
    return isWithin
  }

  private func giveUp(_ number: Int) {
    let waiting = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      guard let index = state.waiting.firstIndex(where: { $0.number == number }) else {
        state.gone.insert(number)
        return nil
      }
      return state.waiting.remove(at: index).continuation
    }
    waiting?.resume(returning: false)
  }

  /// Lets the next task in.
  package func leave() {
    let next = state.withLock { state -> CheckedContinuation<Bool, Never>? in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst().continuation
    }
    next?.resume(returning: true)
  }
}
