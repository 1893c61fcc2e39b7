import AudioFile
import ConfigurationFile

/// All that is wrong with the kernels of a configuration at one rate.
package struct FilterFaults: Error {
  package private(set) var all: [ConfigurationFault] = []
  /// Faults that name a missing kernel for this rate: with `rate: auto` another rate may have one.
  package private(set) var absent: [ConfigurationFault] = []

  package var isEmpty: Bool { all.isEmpty }

  package mutating func add(_ fault: ConfigurationFault, isAbsent: Bool) {
    all.append(fault)
    if isAbsent { absent.append(fault) }
  }

  /// Faults that no other rate mends.
  package var lasting: [ConfigurationFault] { all.filter { !absent.contains($0) } }
}

/// What is wrong with a kernel.
package struct KernelFault: Error, Equatable {
  package var message: String
  /// Whether there is no such kernel for this rate, rather than a bad one.
  package var isAbsent: Bool

  package init(_ message: String, isAbsent: Bool = false) { (self.message, self.isAbsent) = (message, isAbsent) }

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
        if !faults.contains(error) { faults.append(error) }
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
