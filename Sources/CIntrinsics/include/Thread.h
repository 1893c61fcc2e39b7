// What Swift's view of the C library leaves out.
#pragma once
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <time.h>

extern int pthread_setname_np(pthread_t thread, const char *_Nonnull name);
extern pid_t gettid(void);
extern int sem_clockwait(sem_t *_Nonnull semaphore, clockid_t clock, const struct timespec *_Nonnull end);

/// Names the calling thread, as ps, top and debuggers show it; 15 bytes at most.
static inline void thread_set_name(const char *_Nonnull name) { pthread_setname_np(pthread_self(), name); }

/// The calling thread's number, by which the system schedules it.
static inline pid_t thread_number(void) { return gettid(); }

/// How often the calling thread has given its processor up to wait: what getrusage(2) calls RUSAGE_THREAD tells it.
static inline long thread_waits(void) {
  struct rusage usage;
  return getrusage((__rusage_who_t)1, &usage) == 0 ? usage.ru_nvcsw : 0;
}

/// Waits until a semaphore is posted, for so many nanoseconds of CLOCK_MONOTONIC at most. sem_clockwait(3)
static inline void semaphore_wait(sem_t *_Nonnull semaphore, long nanoseconds) {
  enum { second = 1000000000 };
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  end.tv_sec += (end.tv_nsec + nanoseconds) / second;
  end.tv_nsec = (end.tv_nsec + nanoseconds) % second;
  while (sem_clockwait(semaphore, CLOCK_MONOTONIC, &end) != 0 && errno == EINTR) {
  }
}

/// Makes every execve(2) and execveat(2) of this process fail with EACCES from now on, on all its threads and for its children, and
/// every system call of another architecture, whose numbers are others. Returns 0, or an error number where the kernel cannot.
int process_deny_execution(void);

/// Closes the descriptors that are open now, but for standard input, output and error, in programs that the process starts.
void process_close_on_execution(void);
