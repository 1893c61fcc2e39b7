// libfastclock.so (LD_PRELOAD): CLOCK_MONOTONIC runs CLOCK_FACTOR times as fast, timers with it. All programs that share a cable must
// have it. An hour then takes minutes; deadlines are shorter by as much.
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = 1000000000;
static int64_t factor = 1;

__attribute__((constructor)) static void read_factor(void) {
  const char *text = getenv("CLOCK_FACTOR");
  if (text && atoi(text) > 0) factor = atoi(text);
}

static int64_t nanoseconds(const struct timespec *time) { return time->tv_sec * second + time->tv_nsec; }

static struct timespec timespec_of(int64_t value) {
  return (struct timespec){.tv_sec = value / second, .tv_nsec = value % second};
}

static int is_scaled(clockid_t clock) { return clock == CLOCK_MONOTONIC || clock == CLOCK_BOOTTIME; }

int clock_gettime(clockid_t clock, struct timespec *time) {
  int status = (int)syscall(SYS_clock_gettime, clock, time);
  if (status == 0 && is_scaled(clock)) *time = timespec_of(nanoseconds(time) * factor);
  return status;
}

// A time that is not 0 stays so: 0 would stop the timer. One after the year 2001 is the real time's.
static struct timespec slowed(const struct timespec *time) {
  if (time->tv_sec > second) return *time;
  return timespec_of((nanoseconds(time) + factor - 1) / factor);
}

int timerfd_settime(int descriptor, int flags, const struct itimerspec *setting, struct itimerspec *before) {
  struct itimerspec real = {.it_interval = slowed(&setting->it_interval), .it_value = slowed(&setting->it_value)};
  return (int)syscall(SYS_timerfd_settime, descriptor, flags, &real, before);
}
