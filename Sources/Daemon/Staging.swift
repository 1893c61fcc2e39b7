import Control
import Convolution
import Engine

// How a change of the filters becomes what is heard.
extension Daemon {
  enum Outcome {
    case unchanged, heard
    /// The output was not finite: what was heard before still is.
    case rejected
  }

  static let rejection = Problem(
    status: 422, title: "Unprocessable kernel",
    detail: "the output would not be finite: the filters stay as they were; is the kernel's level right?")

  /// Changes the filters and waits until that is what is heard. Changes come one after the other, in the order of their
  /// arrival.
  ///
  /// - Parameter edit: makes the change, and returns whether there is one.
  func stage(_ edit: @escaping @Sendable (isolated Daemon) -> Bool) async -> Outcome {
    let previous = lastChange
    let task = Task { () -> Outcome in
      await previous?.value
      let before = filters
      guard edit(self) else { return .unchanged }
      if await replace() { return .heard }
      filters = before
      return .rejected
    }
    lastChange = Task { _ = await task.value }
    return await task.value
  }

  /// Returns false where the engine keeps what it had.
  private func replace() async -> Bool {
    let before = (plan, kernels)
    let (filters, costs) = (filters, costs)
    let parts = filters.parts(costs: costs)
    let convolver = await Self.convolver(for: filters, parts.head, costs: costs, reusing: kernels)
    (plan, kernels) = (convolver.plan, convolver.kernels)
    if await engine.replace(convolver, tails: parts.tails, fade: filters.configuration.fade) { return true }
    (plan, kernels) = before
    return false
  }

  /// Off the actor: a large matrix takes its time.
  private nonisolated static func convolver(
    for filters: FilterSet, _ routes: [Route], costs: CostTable, reusing known: [PreparedKernel]
  ) async -> Convolver {
    filters.makeConvolver(routes, costs: costs, reusing: known)
  }
}
