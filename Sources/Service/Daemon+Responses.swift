import ControlAPI
import FilterKernels
import Filters
import Platform
import Synchronization

// How filters respond, for whoever draws them.
extension Daemon {
  package func response(_ request: ResponseRequest) async throws(Problem) -> FilterResponse {
    guard let routes = RouteResponse(filters, request) else { throw missing(request.subject) }
    return try await prepare(on: drawing) { [self] cancellation throws(Problem) in
      if let problem = Self.refusal(routes.bytes, free: ProcessMemory.freeBytes, of: "the response", remedy: "") { throw problem }
      // As those before it have left it.
      var known = responses.withLock { $0 }
      guard let response = routes.computed(&known, isCancelled: { cancellation.isRequested }) else { throw Self.brokenOff }
      responses.withLock { $0 = known }
      return response
    }
  }

  private func missing(_ subject: ResponseRequest.Subject) -> Problem {
    switch subject {
    case .filter(let name): return filters.missing(name)
    case .output(let output, let input):
      let inputs = Set(filters.filters.lazy.filter { $0.to == output }.map(\.from)).sorted().map(String.init).joined(separator: ", ")
      return Problem(
        status: 404, title: "No such route",
        detail: "no filter leads from input \(input) to output \(output)\(inputs.isEmpty ? "" : ": those to it come from \(inputs)")")
    }
  }
}
