// standstill: tells when the machine itself stood still, as a virtual one does whose host is busy.
//
// A thread on each processor, above all audio threads in priority, sleeps half a millisecond at a time. For each time that it wakes
// more than a millisecond late, a line: {"processor":0,"endNs":N,"lateNs":N}, endNs of CLOCK_REALTIME. Until standard input ends.
// The first line says that it watches: {}.
//
// With a waiting clock's file as its argument, that clock stands while a processor does.
#include "waiting_clock.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { STEP_NS = 500000, LATE_NS = 1000000, PRIORITY = 90 };
static const int64_t second = 1000000000;
static const char *clock_path;
static pthread_t threads[CPU_SETSIZE];
static _Atomic bool is_ending;

static int64_t read_clock(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * second + time.tv_nsec;
}

static void *watch(void *argument) {
  int processor = (int)(intptr_t)argument;
  struct waiting_clock clock = {0};
  int error = clock_path ? waiting_clock_open(&clock, clock_path) : 0;
  if (clock.header) error = waiting_clock_join(&clock);
  if (error) {
    fprintf(stderr, "standstill: %s: %s\n", clock_path, strerror(-error));
    exit(1);
  }
  for (int64_t due = read_clock(CLOCK_MONOTONIC); !is_ending;) {
    if (clock_path) waiting_clock_promise(&clock, waiting_clock_time(&clock) + STEP_NS + LATE_NS, false);
    due += STEP_NS;
    struct timespec time = {due / second, due % second};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
    int64_t late = read_clock(CLOCK_MONOTONIC) - due;
    if (late < LATE_NS) continue;
    due += late;
    printf("{\"processor\":%d,\"endNs\":%lld,\"lateNs\":%lld}\n", processor, (long long)read_clock(CLOCK_REALTIME), (long long)late);
    fflush(stdout);
  }
  waiting_clock_close(&clock);
  return NULL;
}

static int start(int processor) {
  pthread_attr_t attributes;
  struct sched_param priority = {.sched_priority = PRIORITY};
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  pthread_attr_init(&attributes);
  pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
  pthread_attr_setschedparam(&attributes, &priority);
  pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
  return pthread_create(&threads[processor], &attributes, watch, (void *)(intptr_t)processor);
}

int main(int count, char **arguments) {
  if (count > 1) clock_path = arguments[1];
  mlockall(MCL_CURRENT);
  cpu_set_t allowed;
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (int processor = 0; processor < CPU_SETSIZE; processor++) {
    int error = CPU_ISSET(processor, &allowed) ? start(processor) : 0;
    if (error) {
      fprintf(stderr, "standstill: processor %d: %s\n", processor, strerror(error));
      return 1;
    }
  }
  puts("{}");
  fflush(stdout);
  for (char byte; read(STDIN_FILENO, &byte, 1) > 0;) continue;
  is_ending = true;
  for (int processor = 0; processor < CPU_SETSIZE; processor++)
    if (threads[processor]) pthread_join(threads[processor], NULL);
  return 0;
}
