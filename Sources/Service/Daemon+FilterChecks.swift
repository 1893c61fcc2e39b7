import ControlAPI
import Convolution
import FilterKernels
import Filters
import Platform

// Changes of filters that are tried, and not made.
extension Daemon {
  package func checkKernel(of name: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    guard let output = filters.filters.first(where: { $0.name == name })?.to else { throw filters.missing(name) }
    return try await alone { () async throws(Problem) in
      let filter = try await prepare(name, upload, Cancellation())
      var next = filters
      next.bypass = false
      next.change(kernels: [filter])
      let (plan, load) = try await tryPlan(of: next)
      let worstCase = next.worstCases.first { $0.output == output }
      return KernelReport(
        filter: name, taps: filter.response.count, layout: filter.layout, method: plan, load: load, worstCase: worstCase?.decibels)
    }
  }

  package func checkFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList {
    try await alone { () async throws(Problem) in
      var next = try await filters(with: changes)
      next.bypass = false
      _ = try await tryPlan(of: next)
      return FilterList(filters: next.filters.map(Status.Filter.init))
    }
  }

  /// Plans filters as a change to them would. A bypass is left out: it convolves next to nothing, and ends without another check.
  ///
  /// - Throws: why it would be refused.
  private func tryPlan(of set: FilterSet) async throws(Problem) -> (plan: String, load: Double) {
    if let problem = Self.memoryProblem(of: set) { throw problem }
    let heard = session.heard
    return try await prepare { cancellation throws(Problem) in
      guard let planned = try set.planned(changing: heard, isCancelled: { cancellation.isRequested }) else { throw Self.brokenOff }
      return (planned.prepared.plan.description, planned.load.audioThread)
    }
  }
}
