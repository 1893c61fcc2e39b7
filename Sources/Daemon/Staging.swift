import Control
import Convolution
import Engine
import Logging

// How a change becomes what is heard.
extension Daemon {
  enum Outcome {
    case unchanged, heard
    /// The output was not finite: what was heard before still is.
    case rejected
  }

  static let rejection = Problem(
    status: 422, title: "Unprocessable kernel",
    detail: "the output would not be finite: the filters stay as they were; is the kernel's level right?")

  /// Runs a change when those before it are done: they come one after the other, in the order of their arrival.
  func alone<Value: Sendable>(_ change: @escaping @Sendable (isolated Daemon) async -> Value) async -> Value {
    let previous = lastChange
    let task = Task {
      await previous?.value
      return await change(self)
    }
    lastChange = Task { _ = await task.value }
    return await task.value
  }

  /// Changes the filters and waits until that is what is heard.
  ///
  /// - Parameter edit: makes the change, and returns whether there is one.
  func stage(_ edit: @escaping @Sendable (isolated Daemon) -> Bool) async -> Outcome {
    await alone { daemon in await daemon.fade(edit) }
  }

  /// Changes over within the session, by a fade. For `alone`.
  func fade(_ edit: (isolated Daemon) -> Bool) async -> Outcome {
    let before = filters
    guard edit(self) else { return .unchanged }
    if await replace() { return .heard }
    filters = before
    return .rejected
  }

  /// Returns false where the engine keeps what it had.
  private func replace() async -> Bool {
    let before = session
    let (filters, costs) = (filters, before.costs)
    let parts = filters.parts(costs: costs)
    let convolver = await Self.convolver(for: filters, parts.head, costs: costs, reusing: before.kernels)
    (session.plan, session.kernels) = (convolver.plan, convolver.kernels)
    if await engine.replace(convolver, tails: parts.tails, fade: filters.configuration.fade) { return true }
    (session.plan, session.kernels) = (before.plan, before.kernels)
    return false
  }

  /// Off the actor: a large matrix takes its time.
  private nonisolated static func convolver(
    for filters: FilterSet, _ routes: [Route], costs: CostTable, reusing known: [PreparedKernel]
  ) async -> Convolver {
    filters.makeConvolver(routes, costs: costs, reusing: known)
  }

  /// Changes to another session, in silence: fades out and closes the devices, opens those of `next`, and ramps in. For `alone`.
  ///
  /// Until the devices are closed all that is told is of before, from then on all of it is of `next`. Counters go on, and
  /// so does what was set of the output.
  /// - Parameter edit: makes the rest of the change, in the same step.
  func renew(_ next: FilterSet, costs: CostTable, _ edit: (isolated Daemon) -> Void = { _ in }) async {
    guard !isStopping else { return }
    let successor = await Self.session(next, costs: costs, logger: logger)
    let former = session
    let source = await former.end()
    // From here to the end there is nothing to wait for.
    successor.engine.countOn(from: former.engine)
    let isSameSource = filters.configuration.capture.device == next.configuration.capture.device
    (session, filters) = (successor, next)
    edit(self)
    engine.setVolume(volume)
    engine.setDithered(isDithered)
    engine.setOpen(former.engine.isOpen)
    start(&session, source: isSameSource ? source : nil)
  }

  /// Off the actor.
  private nonisolated static func session(_ filters: FilterSet, costs: CostTable, logger: Logger) async -> Session {
    Session(filters, costs: costs, logger: logger)
  }
}
