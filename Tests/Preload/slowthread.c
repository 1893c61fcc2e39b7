// libslowthread.so (LD_PRELOAD): the thread named SLOW_THREAD takes SLOW_FACTOR times the processor time for what it does, as on a
// slower processor. What is missing it runs when it asks for its own time.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char *name;
static int64_t factor = 1;

__attribute__((constructor)) static void read_environment(void) {
  const char *text = getenv("SLOW_FACTOR");
  name = getenv("SLOW_THREAD");
  if (text && atoi(text) > 0) factor = atoi(text);
}

static int is_slow(void) {
  static __thread int known;
  char own[16] = "";
  if (!known && name) known = prctl(PR_GET_NAME, own) == 0 && strcmp(own, name) == 0;
  return known;
}

static int read_clock(clockid_t clock, struct timespec *time) { return (int)syscall(SYS_clock_gettime, clock, time); }

static int64_t nanoseconds(const struct timespec *time) { return time->tv_sec * INT64_C(1000000000) + time->tv_nsec; }

int clock_gettime(clockid_t clock, struct timespec *time) {
  static __thread int64_t last;
  int status = read_clock(clock, time);
  if (status != 0 || clock != CLOCK_THREAD_CPUTIME_ID || !is_slow()) return status;
  int64_t end = nanoseconds(time) + (nanoseconds(time) - last) * (factor - 1);
  while (last != 0 && nanoseconds(time) < end) read_clock(clock, time);
  last = nanoseconds(time);
  return 0;
}
