import CIntrinsics
import Glibc

/// How the audio thread runs, as the system itself says, not as it was asked.
public struct RealTimeReport: Sendable, Equatable {
  public var policy = "unknown"
  public var priority = 0
  /// Bytes that are locked in memory for the audio thread.
  public var lockedBytes = 0
  public var denormalsFlushed = false
  /// What was not granted, and how to grant it.
  public var warnings: [String] = []

  public init() {}
}

/// Priority asked for under SCHED_FIFO: above ordinary real-time work, below the kernel's own interrupt threads.
let audioPriority: Int32 = 70

/// Nanoseconds of a clock that no one sets.
@inline(__always) @_semantics("no_performance_analysis")
func monotonicNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}

/// Nanoseconds since 1970 by the clock that people read.
@inline(__always) @_semantics("no_performance_analysis")
func wallNanoseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}

/// Sleeps. For the audio thread while there is no device: nothing is due then.
@inline(__always) @_semantics("no_performance_analysis")
func sleepWithoutDevice(milliseconds: Int) {
  var time = timespec(tv_sec: 0, tv_nsec: milliseconds &* 1_000_000)
  nanosleep(&time, nil)
}

/// The memory that is locked for the audio thread, and why not more of it.
struct LockedMemory: @unchecked Sendable {
  private var regions: [UnsafeRawPointer: Int] = [:]
  private var refused: Int32?

  var bytes: Int { regions.values.reduce(0, +) }

  /// Locks what is not locked yet. Source: mlock(2).
  mutating func lock(_ added: [UnsafeRawBufferPointer]) {
    for region in added {
      guard let base = region.baseAddress, regions[base] == nil else { continue }
      if mlock(base, region.count) == 0 { regions[base] = region.count } else { refused = errno }
    }
  }

  /// Unlocks `old`, which is about to be freed, but for what `kept` still needs.
  mutating func unlock(_ old: [UnsafeRawBufferPointer], keeping kept: [UnsafeRawBufferPointer] = []) {
    let kept = Set(kept.compactMap(\.baseAddress))
    for region in old {
      guard let base = region.baseAddress, !kept.contains(base), let count = regions.removeValue(forKey: base) else { continue }
      munlock(base, count)
    }
  }

  /// Unlocks everything, before it is freed: what took its place would be locked otherwise.
  mutating func unlockAll() {
    for (base, count) in regions { munlock(base, count) }
    regions = [:]
  }

  var warning: String? {
    refused.map {
      "memory is not all locked (\(String(cString: strerror($0)))): playback may stutter when the system is short of memory."
        + " Grant it with LimitMEMLOCK=infinity in the unit, or `memlock unlimited` for the group audio in /etc/security/limits.d"
    }
  }
}

/// Reads policy and priority of the calling thread back from the system.
///
/// Source: pthread_getschedparam(3).
func readSchedule(into report: inout RealTimeReport) {
  var policy: Int32 = 0
  var parameters = sched_param()
  guard pthread_getschedparam(pthread_self(), &policy, &parameters) == 0 else { return }
  let names = [SCHED_OTHER: "SCHED_OTHER", SCHED_FIFO: "SCHED_FIFO", SCHED_RR: "SCHED_RR"]
  report.policy = names[policy] ?? "policy \(policy)"
  report.priority = Int(parameters.sched_priority)
  if policy != SCHED_FIFO {
    report.warnings.append(
      "the audio thread runs without real-time priority: other programs can make it late. Grant it with LimitRTPRIO=\(audioPriority)"
        + " in the unit, or `rtprio \(audioPriority)` for the group audio in /etc/security/limits.d")
  }
}
