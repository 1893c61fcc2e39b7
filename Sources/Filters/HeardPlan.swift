import ControlAPI
import Convolution
import FilterKernels

/// What is heard, as far as changes of it are planned and judged by it.
package struct HeardPlan: Sendable {
  package let costs: CostTable
  /// Kernels that are not computed again where they stay.
  package let prepared: PreparedMatrix
  /// A plan that takes less is an improvement, whatever it takes.
  package let load: PredictedLoad

  package init(costs: CostTable, prepared: PreparedMatrix, load: PredictedLoad) {
    (self.costs, self.prepared, self.load) = (costs, prepared, load)
  }
}

extension FilterSet {
  /// Plans these filters as a change of what is heard, and holds the plan against the deadline.
  ///
  /// - Parameters:
  ///   - threads: how many prepare kernels at once.
  ///   - isCancelled: asked some hundred times a second.
  /// - Returns: nil where it is cancelled.
  /// - Throws: why the change is refused.
  package func planned(
    changing heard: HeardPlan, threads: Int = 1, isCancelled: () -> Bool
  ) throws(Problem) -> PlannedFilters? {
    guard
      let planned = PlannedFilters(self, costs: heard.costs, reusing: heard.prepared, threads: threads, isCancelled: isCancelled)
    else { return nil }
    if let problem = DeadlineBudget.refusal(planned.load, present: heard.load) { throw problem }
    return planned
  }
}
