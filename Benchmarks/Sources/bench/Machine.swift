import CIntrinsics
import CMachine
import Foundation

/// Nanoseconds of a clock.
func nanoseconds(_ clock: clockid_t) -> Int {
  var time = timespec()
  clock_gettime(clock, &time)
  return time.tv_sec * 1_000_000_000 + time.tv_nsec
}

func wallTime() -> Int { nanoseconds(CLOCK_MONOTONIC) }

/// The processor time of all threads of this process.
func processTime() -> Int { nanoseconds(CLOCK_PROCESS_CPUTIME_ID) }

func sleep(until wallTime: Int) {
  var time = timespec(tv_sec: wallTime / 1_000_000_000, tv_nsec: wallTime % 1_000_000_000)
  while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
}

/// Nanoseconds that a reading of the clock adds to each timed block.
func clockOverhead() -> Double {
  let count = 100_000
  let start = wallTime()
  for _ in 0..<count { _ = wallTime() }
  return Double(wallTime() - start) / Double(count)
}

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

/// Calls `make`; returns the result, and the bytes by which the process's resident memory grew.
func resident<Made>(_ make: () throws -> Made) throws -> (made: Made, bytes: Int) {
  let before = try residentBytes()
  let made = try make()
  return (made, try residentBytes() - before)
}

/// Resident memory that is in use: what has been freed is given back first.
private func residentBytes() throws -> Int {
  machine_return_free_memory()
  let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
  return Int(fields[1])! * sysconf(Int32(_SC_PAGESIZE))
}

/// The reason why a measurement failed.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
