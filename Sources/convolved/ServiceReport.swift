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

  /// Between two looks at the daemon's state.
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
    while !Task.isCancelled {
      let summary = await daemon.summary
      if summary != told { send(.status(summary)) }
      told = summary
      try? await Task.sleep(for: Self.lookInterval)
    }
  }

  /// Reports it alive as long as the audio thread's loop runs, with or without devices. On a thread of its own: requests may keep those
  /// of tasks busy, and a service is not ended for that.
  private func followIterations(of daemon: Daemon, within interval: Duration) async {
    let end = Cancellation()
    await withTaskCancellationHandler {
      let ended: Bool? = await inBackground(niceness: 0) {
        var (last, next) = (-1, ContinuousClock.now)
        // The end is not waited for long.
        let pause = UInt32(max(1, min(interval / 4, .milliseconds(50)) / .microseconds(1)))
        while !end.isRequested {
          if next <= .now {
            let iterations = daemon.iterations
            if iterations != last { send(.alive) }
            (last, next) = (iterations, .now + interval / 4)
          }
          usleep(pause)
        }
        return true
      }
      if ended == nil { logger.warning("the watchdog gets no thread: the service manager will end the service") }
    } onCancel: {
      end.request()
    }
  }
}
