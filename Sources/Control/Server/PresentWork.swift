import Synchronization

/// The long work of a connection's present request, which ends with the connection. Former work is not held.
final class PresentWork: Sendable {
  private struct State {
    var task: Task<Response, Never>?
    var isClosed = false
  }

  private let state = Mutex(State())

  /// What `work` answers. It is cancelled with the calling task, and when the connection closes.
  func response(of work: @escaping @Sendable () async -> Response) async -> Response {
    let task = Task { await work() }
    let isClosed = state.withLock { state in
      state.task = task
      return state.isClosed
    }
    if isClosed { task.cancel() }
    defer { state.withLock { $0.task = nil } }
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// To be called when the connection is closed.
  func close() {
    state.withLock { state in
      state.isClosed = true
      return state.task
    }?.cancel()
  }
}
