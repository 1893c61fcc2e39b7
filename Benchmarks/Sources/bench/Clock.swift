import Glibc

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

/// What a reading of the clock adds to each timed block, in nanoseconds.
func clockOverhead() -> Double {
  let count = 100_000
  let start = wallTime()
  for _ in 0..<count { _ = wallTime() }
  return Double(wallTime() - start) / Double(count)
}
