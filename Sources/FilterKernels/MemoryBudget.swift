import Platform

/// How much memory a configuration may take.
package struct MemoryBudget {
  /// A quarter of what the machine or its limits let the process have: beside one configuration there is the next, and what reading
  /// it takes.
  package static let bytes = ProcessMemory.mostBytes(addressFloor: floorBytes) / 4

  /// What the daemon takes without a configuration, of its address space.
  private static let floorBytes = 256 << 20

  /// A line for people.
  package static func line(_ need: Int) -> String {
    "memory: \(megabytes(need)) MB at most, of the \(megabytes(bytes)) MB that a configuration may take here"
  }

  /// Why so much is refused; nil: it is not.
  package static func refusal(_ need: Int, of budget: Int = bytes) -> String? {
    guard need > budget else { return nil }
    return "the filters may take \(megabytes(need)) MB of memory, more than the \(megabytes(budget)) MB that a configuration may take"
      + " here, a quarter of what there is: set fewer or shorter kernels, or `precision: float32`"
  }

  private static func megabytes(_ bytes: Int) -> Int { (bytes + 999_999) / 1_000_000 }
}
