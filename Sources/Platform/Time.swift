import Glibc

/// Nanoseconds of CLOCK_MONOTONIC, which nobody sets. Real-time safe.
@_noLocks @_noAllocation
package func monotonicNanoseconds() -> Int { nanoseconds(CLOCK_MONOTONIC) }

/// Nanoseconds since 1970 of CLOCK_REALTIME, which people read. Real-time safe.
@_noLocks @_noAllocation
package func wallNanoseconds() -> Int { nanoseconds(CLOCK_REALTIME) }

/// Nanoseconds for which the calling thread itself has run. Real-time safe.
@_noLocks @_noAllocation
package func threadNanoseconds() -> Int { nanoseconds(CLOCK_THREAD_CPUTIME_ID) }

/// Sleeps until a time of CLOCK_MONOTONIC, in nanoseconds. For the audio thread where no device makes it wait. Source:
/// clock_nanosleep(2)
@inline(__always) @_semantics("no_performance_analysis")
package func sleepUntil(_ nanoseconds: Int) {
  var time = timespec(tv_sec: nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
  while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
}

/// clock_gettime(2)
@inline(__always) @_semantics("no_performance_analysis")
private func nanoseconds(_ clock: clockid_t) -> Int {
  var time = timespec()
  clock_gettime(clock, &time)
  return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
}
