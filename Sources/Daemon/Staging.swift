import Control
import Convolution
import Engine

// How a change of the filters becomes what is heard.
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

  /// Changes the filters and waits until that is what is heard. Changes come one after the other, in the order of their
  /// arrival.
  ///
  /// - Parameters:
  ///   - fading: whether there is time to fade.
  ///   - edit: makes the change, and returns whether there is one.
  func stage(fading: Bool = true, _ edit: @escaping @Sendable (isolated Daemon) -> Bool) async -> Outcome {
    let previous = lastChange
    let task = Task { () -> Outcome in
      await previous?.value
      let before = Trial(filters: filters, text: text, differsFromFile: differsFromFile, end: ContinuousClock.now)
      guard edit(self) else { return .unchanged }
      if let problem = await replace(fading: fading) {
        (filters, text, differsFromFile) = (before.filters, before.text, before.differsFromFile)
        return .refused(problem)
      }
      trial = before
      trial?.end = ContinuousClock.now + Trial.duration
      if fading { rollback = nil }
      return .heard
    }
    lastChange = Task { _ = await task.value }
    return await task.value
  }

  /// Returns why the engine keeps what it had; nil: what is heard is new.
  private func replace(fading: Bool) async -> Problem? {
    let before = (plan, kernels, predictedLoad)
    let (filters, costs) = (filters, costs)
    let parts = filters.parts(costs: costs)
    let convolver = await Self.convolver(for: filters, parts.head, costs: costs, reusing: kernels)
    let load = filters.load(of: convolver.plan, parts.head, costs: costs)
    if fading, let problem = DeadlineBudget.refusal(load: load, present: predictedLoad) { return problem }
    let fitsFade = load + predictedLoad <= DeadlineBudget.mostInFade
    (plan, kernels, predictedLoad) = (convolver.plan, convolver.kernels, load)
    isChanging = true
    defer { isChanging = false }
    let isSilenced = fading && !fitsFade
    if isSilenced { await silence() }
    let replacement = await engine.replace(
      convolver, tails: parts.tails, fade: fading && fitsFade ? filters.configuration.fade : 0)
    if isSilenced { engine.setHeld(overload != nil) }
    if replacement == .heard { return nil }
    (plan, kernels, predictedLoad) = before
    return replacement == .notFinite ? Self.notFinite : Self.tooSlow
  }

  /// Fades out, where there is no time for both convolvers of a cross-fade.
  private func silence() async {
    logger.info("two plans at once would take more than the time of a block: fading out and in instead")
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
}
