import ControlAPI
import Filters
import Logging
import Platform

// Several filters changed in one step.
extension Daemon {
  /// All changes or none.
  package func changeFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList {
    for name in changes.keys.sorted() where !filters.filters.contains(where: { $0.name == name }) { throw filters.missing(name) }
    let upload = Cancellation()
    let replaced = changes.filter { $0.value.kernel != nil }
    for name in replaced.keys { begin(upload, of: name) }
    let kernels = replaced.isEmpty ? [] : try await read(replaced, upload)
    let outcome = await enqueueFilterChange { daemon in
      let isNewest = replaced.keys.allSatisfy { daemon.newestUpload[$0] === upload }
      guard isNewest, changes.keys.allSatisfy({ name in daemon.filters.filters.contains { $0.name == name } }) else {
        return false
      }
      for kernel in kernels { daemon.filters.put(kernel) }
      for (name, change) in changes { daemon.filters.set(name, gain: change.gain, delay: change.delay) }
      daemon.differsFromFile = true
      return true
    }
    switch outcome {
    case .heard: break
    case .unchanged:
      throw Problem(status: 409, title: "superseded", detail: "a newer kernel or configuration came before these filters were heard")
    case .refused(let problem): throw problem
    }
    logger.info("filters changed: \(changes.keys.sorted().joined(separator: ", "))")
    return FilterList(filters: filters.filters.map(Status.Filter.init))
  }

  /// The filters that get another kernel.
  private func read(_ changes: [String: FilterChange], _ upload: Cancellation) async throws(Problem) -> [LiveFilter] {
    let (filters, text) = (filters, text)
    return try await prepare(upload) { cancellation throws(Problem) in
      let reader = KernelReader(cancellation)
      var read: [LiveFilter] = []
      for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
        guard let kernel = change.kernel else { continue }
        do throws(KernelFault) {
          let sent = SentKernel(source: .named(kernel), channel: change.channel ?? 0)
          if let filter = try filters.replacement(for: name, sent, in: text, reader: reader) { read.append(filter) }
        } catch {
          throw Problem(status: 422, title: "Unprocessable kernel", detail: "\(name): \(error.message)")
        }
      }
      return read
    }
  }
}

extension FilterSet {
  func missing(_ name: String) -> Problem {
    let names = filters.map(\.name).joined(separator: ", ")
    return Problem(status: 404, title: "No such filter", detail: "there is no filter \(name.prefix(64)): there are \(names)")
  }
}
