import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels

/// Filters held ready under a name: for each a kernel, a gain and a delay, at one rate.
package struct HeldPreset: Sendable {
  package let name: String
  /// When; ISO 8601, UTC.
  package let saved: String
  /// Hz.
  package let rate: Int
  /// Without what the control socket changed of them: a preset is not followed to another rate.
  package let filters: [LiveFilter]
  /// What they are among the filters that are in force; nil: not known, or they do not fit these.
  package var readiness: Readiness?

  /// What a preset is in a configuration.
  package struct Readiness: Sendable {
    /// One for each output, without trim.
    package let outputs: [PresetReport.Output]
    /// Of them all: see `PresetReport`.
    package let level: Double?
    package let peakFrames: Int?
    /// As `FilterSet.memoryBytes` has it; 0: nothing is prepared.
    package let bytes: Int
    /// What makes the switch quick; nil: it was not prepared.
    package var prepared: PreparedMatrix?
  }

  package init(name: String, saved: String, rate: Int, filters: [LiveFilter]) {
    (self.name, self.saved, self.rate) = (name, saved, rate)
    self.filters = filters.map { filter in
      var filter = filter
      filter.edit = FilterEdit()
      return filter
    }
    var seen: Set<UnsafeRawPointer?> = []
    kernelBytes = filters.reduce(0) { $0 + (seen.insert($1.response.region.baseAddress).inserted ? $1.response.region.count : 0) }
  }

  /// Bytes of memory: kernels, and where it is prepared, what it takes to convolve them.
  package var bytes: Int { max(readiness?.bytes ?? 0, kernelBytes) }

  private let kernelBytes: Int

  /// Why it cannot take the place of a configuration's filters; nil: it can.
  package func refusal(for configuration: Configuration) -> String? {
    guard rate == configuration.rate else {
      return "it was saved at \(rate) Hz, the stream runs at \(configuration.rate) Hz: save it anew at this rate"
    }
    if isOfSameFilters(as: configuration) { return nil }
    let present = Dictionary(configuration.filters.map { ($0.name, $0) }) { first, _ in first }
    for filter in filters {
      guard let route = present[filter.name] else {
        return "its filter \(filter.name) is not in the configuration: save it anew"
      }
      guard (route.from, route.to) == (filter.from, filter.to) else {
        return "its filter \(filter.name) leads from input \(filter.from) to output \(filter.to), and that of the configuration"
          + " from \(route.from) to \(route.to): save it anew"
      }
    }
    let own = Set(filters.map(\.name))
    guard let other = configuration.filters.first(where: { !own.contains($0.name) }) else { return nil }
    return "it has no filter \(other.name), which the configuration has: save it anew"
  }

  /// Whether all filters are the configuration's, in its order, as they mostly are.
  private func isOfSameFilters(as configuration: Configuration) -> Bool {
    filters.count == configuration.filters.count
      && zip(filters, configuration.filters).allSatisfy { ($0.from, $0.to) == ($1.from, $1.to) && $0.name == $1.name }
  }

  package func report(isActive: Bool, in configuration: Configuration) -> PresetReport {
    PresetReport(
      name: name, saved: saved, active: isActive, rate: rate, filters: filters.count, bytes: bytes, level: readiness?.level,
      peakFrames: readiness?.peakFrames, outputs: readiness?.outputs ?? [], refusal: refusal(for: configuration))
  }
}
