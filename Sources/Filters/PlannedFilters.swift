import BlockProcessing
import Convolution
import FilterKernels

/// Filters as they will be convolved. Made in the background: a large matrix takes its time.
package final class PlannedFilters: @unchecked Sendable {
  private var convolver: Convolver?
  /// Of the audio thread.
  package let plan: Plan
  package let kernels: [PreparedKernel]
  package let tails: [TailPlan]
  package let load: PredictedLoad

  /// Returns nil where it is cancelled.
  ///
  /// - Parameters:
  ///   - known: kernels of the convolver before: what has not changed is not computed again.
  ///   - isCancelled: asked some hundred times a second.
  package init?(_ filters: FilterSet, costs: CostTable, reusing known: [PreparedKernel] = [], isCancelled: () -> Bool) {
    let parts = filters.parts(costs: costs, isCancelled: isCancelled)
    guard let convolver = filters.makeConvolver(parts.head, costs: costs, reusing: known, isCancelled: isCancelled) else { return nil }
    (plan, kernels, tails) = (convolver.plan, convolver.kernels, parts.tails)
    load = filters.load(of: plan, parts, costs: costs)
    self.convolver = consume convolver
  }

  package convenience init(_ filters: FilterSet, costs: CostTable) { self.init(filters, costs: costs) { false }! }

  /// Precondition: it was not taken before.
  package func takeConvolver() -> Convolver { convolver.take()! }
}
