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
