import CIntrinsics
import Glibc

/// How the audio thread runs: as the system grants it, not as it was asked for.
public struct RealTimeReport: Sendable, Equatable {
  /// By the name in sched(7).
  public var policy = "unknown"
  public var priority = 0
  /// Bytes that the audio thread touches.
  public var neededBytes = 0
  /// Those of them that are locked in memory.
  public var lockedBytes = 0
  /// Why not all of them are locked: from errno.h.
  public var lockError: Int32?
  public var denormalsFlushed = false

  public init() {}

  /// Reads policy and priority of a thread from the system; the C library's own functions return what was asked for.
  ///
  /// Source: sched_getscheduler(2), sched_getparam(2).
  mutating func readSchedule(of thread: pid_t) {
    let resetOnFork: Int32 = 0x4000_0000
    let policy = sched_getscheduler(thread)
    var parameters = sched_param()
    guard policy >= 0, sched_getparam(thread, &parameters) == 0 else { return }
    let names = [SCHED_OTHER: "SCHED_OTHER", SCHED_FIFO: "SCHED_FIFO", SCHED_RR: "SCHED_RR"]
    self.policy = names[policy & ~resetOnFork] ?? "policy \(policy)"
    priority = Int(parameters.sched_priority)
  }
}
