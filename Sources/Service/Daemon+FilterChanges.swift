import ControlAPI
import Filters
import Logging

// Several filters changed in one step.
extension Daemon {
  /// All changes or none.
  package func changeFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList {
    for name in changes.keys.sorted() where !filters.filters.contains(where: { $0.name == name }) { throw filters.missing(name) }
    var numbers: [String: Int] = [:]
    for (name, change) in changes where change.kernel != nil { numbers[name] = beginUpload(of: name) }
    let kernels = try await read(changes)
    let outcome = await enqueueFilterChange { [numbers] daemon in
      let isNewest = numbers.allSatisfy { daemon.newestUpload[$0.key] == $0.value }
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

  /// The filters that get another kernel. Off the actor: long kernels take their time.
  private nonisolated func read(_ changes: [String: FilterChange]) async throws(Problem) -> [LiveFilter] {
    let (filters, text) = (await filters, await text)
    var read: [LiveFilter] = []
    for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
      guard let kernel = change.kernel else { continue }
      do throws(KernelFault) {
        let sent = SentKernel(source: .named(kernel), channel: change.channel ?? 0)
        if let filter = try filters.replacement(for: name, sent, in: text) { read.append(filter) }
      } catch {
        throw Problem(status: 422, title: "Unprocessable kernel", detail: "\(name): \(error.message)")
      }
    }
    return read
  }
}

extension FilterSet {
  func missing(_ name: String) -> Problem {
    let names = filters.map(\.name).joined(separator: ", ")
    return Problem(status: 404, title: "No such filter", detail: "there is no filter \(name.prefix(64)): there are \(names)")
  }
}
