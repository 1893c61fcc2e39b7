import CIntrinsics
import Glibc

/// Makes this thread, and those that it starts, treat denormal numbers as zero.
/// - Throws: where the processor cannot: the times would be those of its exceptions.
func flushDenormals() throws {
  guard processor_flush_denormals() != 0 else { throw Failure("the processor does not flush denormal numbers") }
}

/// Runs `body` under SCHED_FIFO where that is granted, as audio threads do; threads that it starts may do the same.
/// - Returns: what `body` returned, and whether it was granted.
func withRealTimePriority<Result>(_ body: () throws -> Result) rethrows -> (Result, granted: Bool) {
  var parameters = sched_param(sched_priority: 60)
  let granted = sched_setscheduler(0, SCHED_FIFO, &parameters) == 0
  defer {
    parameters.sched_priority = 0
    if granted { sched_setscheduler(0, SCHED_OTHER, &parameters) }
  }
  return (try body(), granted)
}
