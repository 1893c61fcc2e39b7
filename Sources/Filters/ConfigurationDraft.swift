import ConfigurationFile
import Convolution
import Platform
import Vector

/// A configuration on trial: validated, its kernels read, and planned. Nothing of it is heard yet.
package struct ConfigurationDraft: Sendable {
  package let text: ConfigurationText
  package let rated: RatedFilters
  /// What is known of its precision.
  package let costs: CostTable
  package let plan: Plan
  package let load: PredictedLoad

  /// - Parameters:
  ///   - rate: the one to be ready for if the rate is auto, where there are kernels for it.
  ///   - cancellation: after whose request no kernel is read.
  ///   - costs: what is known of each precision.
  /// - Throws: every fault, each with its line.
  package init(
    _ text: ConfigurationText, rate: Int, _ cancellation: Cancellation? = nil, costs: (Precision) -> CostTable
  ) throws(ConfigurationError) {
    self.text = text
    rated = try RatedFilters(text, preferring: rate, cancellation)
    let filters = rated.first
    let configuration = filters.configuration
    let table = costs(configuration.precision)
    self.costs = table
    let parts = filters.parts(costs: table)
    plan = filters.makeConvolver(parts.head, costs: table).plan
    load = filters.load(of: plan, parts, costs: table)
  }

  package var filters: FilterSet { rated.first }
}
