import ConfigurationFile

/// All that is wrong with the kernels of a configuration at one rate.
package struct FilterFaults: Error {
  package private(set) var all: [Fault] = []
  /// Those which say that there is no kernel for this rate: with `rate: auto` another one may have it.
  package private(set) var absent: [Fault] = []

  package var isEmpty: Bool { all.isEmpty }

  package mutating func add(_ fault: Fault, isAbsent: Bool) {
    all.append(fault)
    if isAbsent { absent.append(fault) }
  }

  /// Those that no other rate mends.
  package var lasting: [Fault] { all.filter { !absent.contains($0) } }
}
