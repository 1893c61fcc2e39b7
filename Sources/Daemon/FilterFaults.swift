import Configuration

/// All that is wrong with the kernels of a configuration at one rate.
struct FilterFaults: Error {
  private(set) var all: [Fault] = []
  /// Those which say that there is no kernel for this rate: with `rate: auto` another one may have it.
  private(set) var absent: [Fault] = []

  var isEmpty: Bool { all.isEmpty }

  mutating func add(_ fault: Fault, isAbsent: Bool) {
    all.append(fault)
    if isAbsent { absent.append(fault) }
  }

  /// Those that no other rate mends.
  var lasting: [Fault] { all.filter { !absent.contains($0) } }
}
