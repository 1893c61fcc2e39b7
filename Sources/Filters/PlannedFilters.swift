import BlockProcessing
import Convolution
import FilterKernels

/// Filters as they will be convolved. Made in the background: a large matrix takes its time.
package final class PlannedFilters: @unchecked Sendable {
  private var convolver: Convolver?
  /// Of the audio thread.
  package let prepared: PreparedMatrix
  package let tails: [TailPlan]
  package let load: PredictedLoad

  /// Returns nil where it is cancelled.
  ///
  /// - Parameters:
  ///   - known: of the convolver before: what has not changed is not computed again.
  ///   - threads: how many prepare kernels at once.
  ///   - isCancelled: asked some hundred times a second.
  package init?(
    _ filters: FilterSet, costs: CostTable, reusing known: PreparedMatrix? = nil, threads: Int = 1, isCancelled: () -> Bool
  ) {
    let parts = filters.parts(costs: costs, isCancelled: isCancelled)
    guard
      let convolver = filters.makeConvolver(
        parts.head, costs: costs, reusing: known, threads: threads, isCancelled: isCancelled)
    else { return nil }
    (prepared, tails) = (convolver.prepared, parts.tails)
    load = filters.load(of: prepared.plan, parts, costs: costs)
    self.convolver = consume convolver
  }

  package convenience init(_ filters: FilterSet, costs: CostTable) { self.init(filters, costs: costs) { false }! }

  /// Precondition: it was not taken before.
  package func takeConvolver() -> Convolver { convolver.take()! }
}
