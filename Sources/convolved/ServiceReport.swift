import Dispatch
import Service
import Glibc
import Logging
import Platform
import Systemd

/// Reports the daemon's state to the service manager.
struct ServiceReport: Sendable {
  /// Nil where no service manager listens.
  private let manager: ServiceManager?
  private let logger: Logger

  /// Between two messages of the daemon's state, at least.
  private static let lookInterval = Duration.milliseconds(250)

  init(_ manager: ServiceManager?, logger: Logger) {
    self.manager = manager
    self.logger = logger
  }

  func send(_ message: ServiceManager.Message) {
    guard let code = manager?.send(message) else { return }
    logger.warning("the service manager cannot be told \(message): \(String(cString: strerror(code)))")
  }

  /// From the moment in which the socket answers until the task is cancelled.
  func follow(_ daemon: Daemon) async {
    guard let manager else { return }
    send(.ready)
    await withDiscardingTaskGroup { tasks in
      tasks.addTask { await followState(of: daemon) }
      if let interval = manager.watchdogInterval { tasks.addTask { await followIterations(of: daemon, within: interval) } }
    }
  }

  private func followState(of daemon: Daemon) async {
    var told = ""
    for await _ in daemon.looks {
      let summary = await daemon.summary
      if summary != told { send(.status(summary)) }
      told = summary
      try? await Task.sleep(for: Self.lookInterval)
    }
  }

  /// Reports it alive as long as the audio thread's loop runs, with or without devices. On a thread of its own: requests may keep those
  /// of tasks busy, and a service is not ended for that.
  private func followIterations(of daemon: Daemon, within interval: Duration) async {
    let end = DispatchSemaphore(value: 0)
    await withTaskCancellationHandler {
      let ended: Bool? = await inBackground(niceness: 0) {
        var last = -1
        repeat {
          let iterations = daemon.iterations
          if iterations != last { send(.alive) }
          last = iterations
        } while end.wait(timeout: .now() + .nanoseconds(Int(interval / .nanoseconds(3)))) == .timedOut
        return true
      }
      if ended == nil { logger.warning("the watchdog gets no thread: the service manager will end the service") }
    } onCancel: {
      end.signal()
    }
  }
}
