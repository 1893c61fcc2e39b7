import AudioFile
import ConfigurationFile

/// All that is wrong with the kernels of a configuration at one rate.
package struct FilterFaults: Error {
  private var found: [(fault: ConfigurationFault, isAbsent: Bool)] = []

  /// Faults that are listed; of the rest nothing is said but that there are some.
  package static let most = 1_000

  package var isEmpty: Bool { found.isEmpty }
  /// Whether nothing more is said.
  package var isFull: Bool { found.count > Self.most }

  package mutating func add(_ fault: ConfigurationFault, isAbsent: Bool) {
    guard !isFull else { return }
    let isLast = found.count == Self.most
    found.append((isLast ? Self.rest(line: fault.line) : fault, isAbsent))
  }

  static func rest(line: Int) -> ConfigurationFault {
    ConfigurationFault(line: line, message: "more faults were found than are listed: mend these first")
  }

  /// Each with what may be said of a name that goes on in a comment.
  func explained(_ commented: Set<Int>) -> [ConfigurationFault] {
    found.map { $0.fault.explained(isAbsent: $0.isAbsent, commented) }
  }

  /// Faults that name a missing kernel for this rate: with `rate: auto` another rate may have one.
  package var absent: [ConfigurationFault] { found.filter(\.isAbsent).map(\.fault) }

  /// Faults that no other rate mends.
  package var lasting: [ConfigurationFault] { found.filter { !$0.isAbsent }.map(\.fault) }
}

/// What is wrong with a kernel.
package struct KernelFault: Error, Equatable {
  package var message: String
  /// Whether there is no such kernel for this rate, rather than a bad one.
  package var isAbsent: Bool

  /// Of several faults, each by itself; nil: there is one.
  private var faults: [String]?

  package init(_ message: String, isAbsent: Bool = false) { (self.message, self.isAbsent) = (message, isAbsent) }

  init(_ error: AudioFileError) { (message, isAbsent, faults) = (error.message, error.cause == .missing, error.faults) }

  /// One or several, each to be told by itself.
  var each: [KernelFault] { faults?.map { KernelFault($0, isAbsent: isAbsent) } ?? [self] }

  /// The fault where the filter names the kernel.
  func located(in filter: Configuration.Filter) -> ConfigurationFault {
    ConfigurationFault(line: filter.kernelLine, message: "filters: \(filter.name): \(message)")
  }
}

extension KernelReader {
  /// What is wrong with each kernel of a filter by itself; nil if nothing is.
  ///
  /// - Parameter rate: nil if it is not known.
  func faults(of filter: Configuration.Filter, rate: Int?, isTrial: Bool = false) -> [KernelFault]? {
    var faults: [KernelFault] = []
    for name in filter.kernels {
      do throws(KernelFault) {
        let kernel = try kernel(name, filter.use(of: name, rate: rate, isTrial: isTrial))
        _ = try kernel.taps(channel: kernel.channels.count == 1 ? 0 : filter.channel)
      } catch {
        for fault in error.each where !faults.contains(fault) { faults.append(fault) }
      }
    }
    return faults.isEmpty ? nil : faults
  }
}

extension Configuration.Filter {
  /// How one of its kernels is to be had.
  func use(of kernel: String, rate: Int?, isTrial: Bool) -> KernelReader.Use {
    KernelReader.Use(
      rate: rate, resample: resample, channel: channel, isRated: ratedKernels.contains(kernel), isTrial: isTrial)
  }
}
