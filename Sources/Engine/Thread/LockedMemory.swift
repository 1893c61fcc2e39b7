import Glibc

/// The memory that is locked for the audio thread, and the memory that the system refused to lock.
struct LockedMemory: @unchecked Sendable {
  private var locked: [UnsafeRawPointer: Int] = [:]
  private var refused: [UnsafeRawPointer: Int] = [:]
  private var reason: Int32?

  /// Locks those regions that are not locked yet. Source: mlock(2).
  mutating func lock(_ added: [UnsafeRawBufferPointer]) {
    for region in added {
      guard let base = region.baseAddress, locked[base] == nil else { continue }
      if mlock(base, region.count) == 0 {
        locked[base] = region.count
        refused[base] = nil
      } else {
        (refused[base], reason) = (region.count, errno)
      }
    }
  }

  /// Unlocks `old`, which is about to be freed, except the regions in `kept`.
  mutating func unlock(_ old: [UnsafeRawBufferPointer], keeping kept: [UnsafeRawBufferPointer] = []) {
    let kept = Set(kept.compactMap(\.baseAddress))
    for region in old {
      guard let base = region.baseAddress, !kept.contains(base) else { continue }
      refused[base] = nil
      if let count = locked.removeValue(forKey: base) { munlock(base, count) }
    }
  }

  /// Unlocks all memory before it is freed: other memory in its place would be locked otherwise.
  mutating func unlockAll() {
    for (base, count) in locked { munlock(base, count) }
    (locked, refused) = ([:], [:])
  }

  func describe(in report: inout RealTimeReport) {
    report.lockedBytes = locked.values.reduce(0, +)
    report.neededBytes = refused.values.reduce(report.lockedBytes, +)
    report.lockError = refused.isEmpty ? nil : reason
  }
}
