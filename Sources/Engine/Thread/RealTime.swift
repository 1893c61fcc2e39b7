import CIntrinsics
import Glibc

/// How the audio thread runs, as the system itself says, not as it was asked.
public struct RealTimeReport: Sendable, Equatable {
  /// As sched(7) names it.
  public var policy = "unknown"
  public var priority = 0
  /// Bytes that the audio thread touches, and those of them that are locked in memory for it.
  public var neededBytes = 0
  public var lockedBytes = 0
  /// Why not all of them are: errno.
  public var lockError: Int32?
  public var denormalsFlushed = false

  public init() {}
}

/// Priority asked for under SCHED_FIFO: above ordinary real-time work, below the kernel's own interrupt threads.
public let audioPriority: Int32 = 70

/// Sleeps. For the audio thread while nothing is due: there is no device, or what was due is late and lost.
@inline(__always) @_semantics("no_performance_analysis")
func sleepUndue(milliseconds: Int) {
  var time = timespec(tv_sec: 0, tv_nsec: milliseconds &* 1_000_000)
  nanosleep(&time, nil)
}

/// The memory that is locked for the audio thread, and what could not be.
struct LockedMemory: @unchecked Sendable {
  private var locked: [UnsafeRawPointer: Int] = [:]
  private var refused: [UnsafeRawPointer: Int] = [:]
  private var reason: Int32?

  /// Locks what is not locked yet. Source: mlock(2).
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

  /// Unlocks `old`, which is about to be freed, but for what `kept` still needs.
  mutating func unlock(_ old: [UnsafeRawBufferPointer], keeping kept: [UnsafeRawBufferPointer] = []) {
    let kept = Set(kept.compactMap(\.baseAddress))
    for region in old {
      guard let base = region.baseAddress, !kept.contains(base) else { continue }
      refused[base] = nil
      if let count = locked.removeValue(forKey: base) { munlock(base, count) }
    }
  }

  /// Unlocks everything, before it is freed: what took its place would be locked otherwise.
  mutating func unlockAll() {
    for (base, count) in locked { munlock(base, count) }
    (locked, refused) = ([:], [:])
  }

  func tell(_ report: inout RealTimeReport) {
    report.lockedBytes = locked.values.reduce(0, +)
    report.neededBytes = refused.values.reduce(report.lockedBytes, +)
    report.lockError = refused.isEmpty ? nil : reason
  }
}

/// Reads policy and priority of a thread back from the system, which the C library's own functions do not.
///
/// Source: sched_getscheduler(2), sched_getparam(2).
func readSchedule(of thread: pid_t, into report: inout RealTimeReport) {
  let resetOnFork: Int32 = 0x4000_0000
  let policy = sched_getscheduler(thread)
  var parameters = sched_param()
  guard policy >= 0, sched_getparam(thread, &parameters) == 0 else { return }
  let names = [SCHED_OTHER: "SCHED_OTHER", SCHED_FIFO: "SCHED_FIFO", SCHED_RR: "SCHED_RR"]
  report.policy = names[policy & ~resetOnFork] ?? "policy \(policy)"
  report.priority = Int(parameters.sched_priority)
}
