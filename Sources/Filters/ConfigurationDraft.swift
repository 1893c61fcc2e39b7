import ConfigurationFile
import Convolution
import FilterKernels
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
  ///   - cancellation: whose request ends it.
  ///   - rawRule: which taps without a header it may name; nil: any.
  ///   - costs: what is known of each precision.
  /// - Throws: every fault, each with its line.
  package init(
    _ text: ConfigurationText, rate: Int, _ cancellation: Cancellation? = nil, rawRule: RawKernelRule? = nil,
    costs: (Precision) -> CostTable
  ) throws(ConfigurationError) {
    self.text = text
    rated = try RatedFilters(text, preferring: rate, reader: KernelReader(cancellation, rawRule: rawRule))
    let filters = rated.first
    let configuration = filters.configuration
    let table = costs(configuration.precision)
    self.costs = table
    guard let planned = PlannedFilters(filters, costs: table, isCancelled: { cancellation?.isRequested == true }) else {
      throw .invalid(file: text.file, faults: [ConfigurationFault(line: 1, message: "planning it was broken off")])
    }
    (plan, load) = (planned.prepared.plan, planned.load)
  }

  package var filters: FilterSet { rated.first }
}
