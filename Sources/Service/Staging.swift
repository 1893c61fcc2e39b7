import ConfigurationFile
import Control
import Convolution
import Engine
import Filters
import Logging

// How a change becomes what is heard.
extension Daemon {
  enum Outcome {
    case unchanged, heard
    /// What was heard before still is.
    case refused(Problem)
  }

  private static let notFinite = Problem(
    status: 422, title: "Unprocessable kernel",
    detail: "the output would not be finite: the filters stay as they were; is the kernel's level right?")

  private static let tooSlow = Problem(
    status: 422, title: "Too much work",
    detail: "the filters could not be brought to the present: blocks come faster than they are convolved: \(DeadlineBudget.remedy);"
      + " nothing was changed")

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
    let before = standing
    guard edit(self) else { return .unchanged }
    if let problem = await replace() {
      restore(before)
      return .refused(problem)
    }
    begin(trialOf: before)
    return .heard
  }

  /// Convolves with the filters as they are set now.
  ///
  /// - Parameter atOnce: whether there is no time to fade, nor to ask whether they fit.
  /// - Returns: why the engine keeps what it had; nil: what is heard is new.
  func replace(atOnce: Bool = false) async -> Problem? {
    let before = session
    let (filters, costs) = (filters, before.costs)
    let parts = filters.parts(costs: costs)
    let convolver = await Self.convolver(for: filters, parts.head, costs: costs, reusing: before.kernels)
    let load = filters.load(of: convolver.plan, parts.head, costs: costs)
    if !atOnce, let problem = DeadlineBudget.refusal(load: load, present: before.predictedLoad) { return problem }
    let isCut = atOnce || load + before.predictedLoad > DeadlineBudget.mostInFade
    (session.plan, session.kernels, session.predictedLoad) = (convolver.plan, convolver.kernels, load)
    isChanging = true
    defer { isChanging = false }
    if isCut && !atOnce { await silence() }
    let outcome = await engine.replace(convolver, tails: parts.tails, fade: isCut ? 0 : filters.configuration.fade)
    if isCut { engine.setHeld(overload != nil) }
    if outcome == .heard { return nil }
    (session.plan, session.kernels, session.predictedLoad) = (before.plan, before.kernels, before.predictedLoad)
    return outcome == .notFinite ? Self.notFinite : Self.tooSlow
  }

  /// Fades out, where there is no time for both convolvers of a cross-fade.
  private func silence() async {
    logger.info("both filters at once would take more than the time of a block: fading out and in instead")
    engine.setHeld(true)
    let block = Double(engine.block) * 1000 / Double(engine.rate)
    try? await Task.sleep(for: .milliseconds(filters.configuration.fade + 4 * block))
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
    await successor.keeper?.goOn(from: former.keeper)
    // From here to the end there is nothing to wait for.
    successor.engine.inheritCounters(from: former.engine)
    let isSameSource = filters.configuration.capture.device == next.configuration.capture.device
    (session, filters) = (successor, next)
    (overload, trial) = (nil, nil)
    edit(self)
    engine.setVolume(volume)
    engine.setDithered(isDithered)
    engine.setCeiling(ceiling)
    engine.setOpen(former.engine.isOpen)
    start(&session, source: isSameSource ? source : nil)
  }

  /// Off the actor.
  private nonisolated static func session(_ filters: FilterSet, costs: CostTable, logger: Logger) async -> Session {
    Session(filters, costs: costs, logger: logger)
  }
}
