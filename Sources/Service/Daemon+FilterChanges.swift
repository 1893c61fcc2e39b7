import ControlAPI
import Convolution
import FilterKernels
import Filters
import Logging
import Platform

// Several filters changed in one step.
extension Daemon {
  /// All changes or none.
  package func changeFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList {
    if let unknown = filters.unknown(changes.keys).min() { throw filters.missing(unknown) }
    let upload = Cancellation()
    let replaced = changes.filter { $0.value.kernel != nil }
    for name in replaced.keys { begin(upload, of: name) }
    return try await alone { () async throws(Problem) in try await changeFilters(changes, replaced, upload) }
  }

  /// Within `alone` only.
  private func changeFilters(
    _ changes: [String: FilterChange], _ replaced: [String: FilterChange], _ upload: Cancellation
  ) async throws(Problem) -> FilterList {
    let kernels = try await read(replaced, upload)
    let outcome = await enqueueFilterChange(upload) { daemon in
      let isNewest = replaced.keys.allSatisfy { daemon.newestUpload[$0] === upload }
      guard isNewest, daemon.filters.unknown(changes.keys).isEmpty else { return false }
      daemon.filters.change(kernels: kernels, changes.mapValues { (gain: $0.gain, delay: $0.delay) })
      daemon.differsFromFile = true
      return true
    }
    switch outcome {
    case .heard: break
    case .unchanged: throw Self.superseded
    case .refused where upload.isAskedFor && !Task.isCancelled: throw Self.superseded
    case .refused(let problem): throw problem
    }
    let more = changes.count > 16 ? " and \(changes.count - 16) more" : ""
    changeLog.add(.filters, "filters changed: \(changes.keys.sorted().prefix(16).joined(separator: ", "))\(more)", logger)
    return FilterList(filters: filters.filters.map(Status.Filter.init))
  }

  /// The filters that are in force, with changes that are not made.
  func filters(with changes: [String: FilterChange]) async throws(Problem) -> FilterSet {
    var set = await enqueueChange { daemon in daemon.filters }
    if let unknown = set.unknown(changes.keys).min() { throw set.missing(unknown) }
    guard !changes.isEmpty else { return set }
    let kernels = try await read(changes, Cancellation())
    set.change(kernels: kernels, changes.mapValues { (gain: $0.gain, delay: $0.delay) })
    return set
  }

  /// The filters that get another kernel.
  private func read(_ changes: [String: FilterChange], _ upload: Cancellation) async throws(Problem) -> [LiveFilter] {
    guard changes.values.contains(where: { $0.kernel != nil }) else { return [] }
    let (filters, text, rawRule) = (filters, text, rawRule())
    return try await prepare(upload) { cancellation throws(Problem) in
      let reader = KernelReader(cancellation, rawRule: rawRule)
      var (read, responses) = ([LiveFilter](), Set<ImpulseResponse>())
      for (name, change) in changes.sorted(by: { $0.key < $1.key }) {
        guard let kernel = change.kernel else { continue }
        do throws(KernelFault) {
          let sent = SentKernel(source: .named(kernel), channel: change.channel ?? 0)
          guard var filter = try filters.replacement(for: name, sent, in: text, reader: reader) else { continue }
          // Equal taps are kept once: many filters may name one kernel.
          filter.response = responses.insert(filter.response).memberAfterInsert
          read.append(filter)
        } catch {
          throw Problem(status: 422, title: "Unprocessable kernel", detail: "\(name): \(error.message)")
        }
      }
      return read
    }
  }
}

extension FilterSet {
  /// Those of `names` that no filter has.
  func unknown(_ names: some Sequence<String>) -> Set<String> { Set(names).subtracting(filters.map(\.name)) }

  func missing(_ name: String) -> Problem {
    let names = filters.prefix(64).map(\.name).joined(separator: ", ") + (filters.count > 64 ? " and \(filters.count - 64) more" : "")
    return Problem(status: 404, title: "No such filter", detail: "there is no filter \(quotable(name, most: 64)): there are \(names)")
  }
}
