import ConfigurationFile
import FilterKernels
import Platform

/// The filters of a configuration whose rate may change while it is in force (`rate: auto`).
///
/// Kernels are read when their rate is wanted, and kept from then on until the configuration is read again.
package struct RatedFilters: Sendable {
  package let text: ConfigurationText
  /// Rates at which there are kernels, of those that are common; the only one where it is given.
  package let rates: [Int]
  private var known: [Int: FilterSet]

  /// Hz, the likeliest first.
  package static let common = [48_000, 44_100, 96_000, 88_200, 192_000, 176_400, 32_000, 384_000, 352_800]

  /// Reads the kernels of the first rate, and tries those of the others.
  ///
  /// - Parameters:
  ///   - preferred: the rate that is wanted first, if there are kernels for it.
  ///   - reader: reads the kernels.
  /// - Throws: every fault, each with its line; with `rate: auto` a kernel must be there for one rate at least.
  package init(
    _ text: ConfigurationText, preferring preferred: Int? = nil, reader: KernelReader = KernelReader()
  ) throws(ConfigurationError) {
    self.text = text
    let configuration = try text.checkedConfiguration(reader)
    if configuration.followsSource {
      rates = try Self.served(by: text, preferring: preferred, reader)
    } else {
      rates = [configuration.rate]
    }
    known = [:]
    known[rates[0]] = try filters(at: rates[0], reader: reader)
  }

  /// What is there already, for one rate.
  package init(_ text: ConfigurationText, only filters: FilterSet) {
    self.text = text
    rates = [filters.configuration.rate]
    known = [filters.configuration.rate: filters]
  }

  /// Those that are ready first.
  package var first: FilterSet {
    guard let set = known[rates[0]] else { preconditionFailure("the first rate was read") }
    return set
  }

  /// - Throws: every fault; a kernel that is missing is named. Filters for which there is no memory are one.
  package func filters(at rate: Int, reader: KernelReader = KernelReader()) throws(ConfigurationError) -> FilterSet {
    if let set = known[rate] { return set }
    let set = try text.filters(text.configuration(at: rate), reader)
    if let refusal = MemoryBudget.refusal(set.memoryBytes) {
      throw .invalid(file: text.file, faults: [ConfigurationFault(line: set.configuration.filters.first?.line ?? 1, message: refusal)])
    }
    return set
  }

  package mutating func keep(_ set: FilterSet) { known[set.configuration.rate] = set }

  private static func served(
    by text: ConfigurationText, preferring preferred: Int?, _ reader: KernelReader
  ) throws(ConfigurationError) -> [Int] {
    let tried = [preferred].compactMap { $0 } + common.filter { $0 != preferred }
    var served: [Int] = []
    var (lasting, absent): ([ConfigurationFault], [ConfigurationFault]) = ([], [])
    var known: Set<ConfigurationFault> = []
    // What is broken off is at fault throughout.
    for rate in tried where !reader.isCancelled() || lasting.isEmpty {
      do throws(FilterFaults) {
        _ = try FilterSet(text.configuration(at: rate), isTrial: true, reader: reader)
        served.append(rate)
      } catch {
        lasting += error.lasting.filter { known.insert($0).inserted }
        if absent.isEmpty { absent = error.absent }
      }
    }
    guard lasting.isEmpty else { throw .invalid(file: text.file, faults: lasting) }
    guard served.isEmpty else { return served }
    let commented = text.commentedLines()
    throw .invalid(
      file: text.file,
      faults: absent.map {
        let fault = $0.explained(isAbsent: true, commented)
        return ConfigurationFault(line: $0.line, message: "\(fault.message); and no other common rate has a kernel for every filter")
      })
  }
}

extension ConfigurationText {
  /// The same with `rate` in place of auto. It has been validated.
  fileprivate func configuration(at rate: Int) -> Configuration {
    do throws(ConfigurationError) {
      return try configuration(sourceRate: rate)
    } catch {
      preconditionFailure("the configuration was validated: \(error)")
    }
  }
}
