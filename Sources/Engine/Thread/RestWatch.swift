import CIntrinsics
import Platform

/// Lets a real-time thread rest that has not waited for long, before the system ends its process for that (RLIMIT_RTTIME).
///
/// What counts is its own running time: who is held up by others runs on afterwards without a wait, but not for long. Its system calls
/// are two, twenty times a second, and neither waits. Source: getrlimit(2), getrusage(2)
struct RestWatch {
  /// When it looked last, in nanoseconds.
  private var looked = 0
  /// How often the thread had waited then, and its running time when that was new.
  private var (waits, begin) = (-1, 0)

  private static var interval: Int { @_noLocks @_noAllocation get { 50_000_000 } }
  /// A fifth of what the units allow.
  private static var longestRun: Int { @_noLocks @_noAllocation get { 200_000_000 } }

  /// Rests for a millisecond where it is due. For the thread itself, after each block.
  ///
  /// - Parameter now: about, in nanoseconds of CLOCK_MONOTONIC.
  /// - Returns: whether it did.
  @_noLocks @_noAllocation
  mutating func rest(at now: Int) -> Bool {
    guard now &- looked >= Self.interval else { return false }
    looked = now
    let (waits, ran) = (threadWaits(), threadNanoseconds())
    guard waits == self.waits else {
      (self.waits, begin) = (waits, ran)
      return false
    }
    guard ran &- begin >= Self.longestRun else { return false }
    sleepUndue(milliseconds: 1)
    return true
  }
}

/// How often the calling thread has waited so far.
@inline(__always) @_semantics("no_performance_analysis")
private func threadWaits() -> Int { thread_waits() }
