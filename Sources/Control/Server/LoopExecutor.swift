import NIOCore

/// Runs tasks on the thread of an event loop, which reads and writes their connections: for what they send no other thread is woken.
///
/// What takes long does not belong there, since all connections of the loop wait for it. A task that waits when the loop ends is never
/// resumed: its owner ends it before.
final class LoopExecutor: TaskExecutor {
  private let loop: any EventLoop

  init(_ loop: any EventLoop) { self.loop = loop }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }

  /// By a timer of the loop's own.
  func pause(for time: Duration) -> Pause { Pause(timer: loop.scheduleTask(in: TimeAmount(time)) {}) }

  struct Pause: Sendable {
    fileprivate let timer: Scheduled<Void>

    /// Ends it before its time.
    func end() { timer.cancel() }

    /// Returns when it is over: sooner where it is ended, the task is cancelled, or the loop ends.
    func wait() async {
      await withTaskCancellationHandler {
        try? await timer.futureResult.get()
      } onCancel: {
        end()
      }
    }
  }
}
