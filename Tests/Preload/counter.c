// libcounter.so (LD_PRELOAD): counts what a real-time thread must not do.
//
// Counted are the calls of every thread that names itself $COUNTED_THREAD (pthread_setname_np, prctl), from then on until it
// ends or takes another name. At exit and at each SIGUSR2 a line of JSON is appended to $COUNTER_FILE. With
// COUNTER_TRACE=1 the first five calls of each kind show where they came from, on standard error.
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum call {
  MALLOC, CALLOC, REALLOC, FREE, ALIGNED_ALLOC, MUTEX_LOCK,
  SWIFT_ALLOC, SWIFT_RETAIN, SWIFT_RELEASE, SWIFT_TRY_RETAIN, SWIFT_BRIDGE, SWIFT_UNOWNED, SWIFT_WEAK,
  CALLS,
};

static const char *const names[CALLS] = {
    "malloc", "calloc", "realloc", "free", "aligned_alloc", "pthread_mutex_lock",
    "swift_allocObject", "swift_retain", "swift_release", "swift_tryRetain", "swift_bridgeObject", "swift_unowned",
    "swift_weak",
};

static _Atomic uint64_t counts[CALLS];
static _Atomic unsigned threads, traces_left[CALLS];
static bool sees_swift;
static const char *counted_name, *file_path;

// initial-exec: reading it never allocates.
static __thread bool is_counted __attribute__((tls_model("initial-exec")));

static void trace(enum call call) {
  unsigned left = atomic_load(&traces_left[call]);
  while (left > 0 && !atomic_compare_exchange_weak(&traces_left[call], &left, left - 1)) continue;
  if (left == 0) return;
  is_counted = false;
  void *addresses[24];
  int depth = backtrace(addresses, 24);
  dprintf(STDERR_FILENO, "counted: %s\n", names[call]);
  backtrace_symbols_fd(addresses, depth, STDERR_FILENO);
  is_counted = true;
}

static inline void count(enum call call) {
  if (!is_counted) return;
  atomic_fetch_add_explicit(&counts[call], 1, memory_order_relaxed);
  trace(call);
}

// The C library. Its own entry points need no look-up, so an allocation inside dlsym is safe.

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t), *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);
extern int __pthread_mutex_lock(pthread_mutex_t *);

void *malloc(size_t size) {
  count(MALLOC);
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
  count(CALLOC);
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size) {
  count(REALLOC);
  return __libc_realloc(old, size);
}

void free(void *memory) {
  // Nothing is nothing: the end of every thread frees some of it.
  if (memory) count(FREE);
  __libc_free(memory);
}

void *aligned_alloc(size_t alignment, size_t size) {
  count(ALIGNED_ALLOC);
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void *made = aligned_alloc(alignment, size);
  if (!made) return ENOMEM;
  *memory = made;
  return 0;
}

int pthread_mutex_lock(pthread_mutex_t *mutex) {
  count(MUTEX_LOCK);
  return __pthread_mutex_lock(mutex);
}

// Swift's runtime, counted where programs call it. Its own hooks for instruments (_swift_retain and the like) would also show
// its calls to itself, but they take the tag off an object before they look at it, and fall over short strings.

void *swift_allocObject(const void *type, size_t size, size_t mask) {
  static void *(*_Atomic real)(const void *, size_t, size_t);
  if (!real) real = (void *(*)(const void *, size_t, size_t))dlsym(RTLD_NEXT, "swift_allocObject");
  count(SWIFT_ALLOC);
  return real(type, size, mask);
}

#define INTERPOSED(function, call) \
  void *function(void *first, void *second) { \
    static void *(*_Atomic real)(void *, void *); \
    if (!real) real = (void *(*)(void *, void *))dlsym(RTLD_NEXT, #function); \
    count(call); \
    return real(first, second); \
  }

INTERPOSED(swift_retain, SWIFT_RETAIN)
INTERPOSED(swift_retain_n, SWIFT_RETAIN)
INTERPOSED(swift_tryRetain, SWIFT_TRY_RETAIN)
INTERPOSED(swift_release, SWIFT_RELEASE)
INTERPOSED(swift_release_n, SWIFT_RELEASE)
INTERPOSED(swift_bridgeObjectRetain, SWIFT_BRIDGE)
INTERPOSED(swift_bridgeObjectRelease, SWIFT_BRIDGE)
INTERPOSED(swift_bridgeObjectRetain_n, SWIFT_BRIDGE)
INTERPOSED(swift_bridgeObjectRelease_n, SWIFT_BRIDGE)
INTERPOSED(swift_unownedRetain, SWIFT_UNOWNED)
INTERPOSED(swift_unownedRelease, SWIFT_UNOWNED)
INTERPOSED(swift_unownedRetainStrong, SWIFT_UNOWNED)
INTERPOSED(swift_weakLoadStrong, SWIFT_WEAK)

// Threads and the report

static void take_name(const char *name) {
  bool counts_from_now = counted_name && strcmp(name, counted_name) == 0;
  if (counts_from_now && !is_counted) threads++;
  is_counted = counts_from_now;
}

int pthread_setname_np(pthread_t thread, const char *name) {
  static int (*_Atomic real)(pthread_t, const char *);
  if (!real) real = (int (*)(pthread_t, const char *))dlsym(RTLD_NEXT, "pthread_setname_np");
  int result = real(thread, name);
  if (result == 0 && pthread_equal(thread, pthread_self())) take_name(name);
  return result;
}

int prctl(int operation, ...) {
  unsigned long values[4];
  va_list list;
  va_start(list, operation);
  for (int i = 0; i < 4; i++) values[i] = va_arg(list, unsigned long);
  va_end(list);
  int result = (int)syscall(SYS_prctl, operation, values[0], values[1], values[2], values[3]);
  if (result == 0 && operation == PR_SET_NAME) take_name((const char *)values[0]);
  return result;
}

static void report(void) {
  char line[1024];
  int length = snprintf(line, sizeof line, "{\"pid\":%d,\"threads\":%u,\"swift\":%s", getpid(), threads, sees_swift ? "true" : "false");
  for (int call = 0; call < CALLS; call++)
    length += snprintf(line + length, sizeof line - (size_t)length, ",\"%s\":%llu", names[call], (unsigned long long)counts[call]);
  length += snprintf(line + length, sizeof line - (size_t)length, "}\n");
  int file = open(file_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0 || write(file, line, (size_t)length) != length) dprintf(STDERR_FILENO, "libcounter: %s: %s\n", file_path, strerror(errno));
  if (file >= 0) close(file);
}

static void report_on_signal(int signal) {
  (void)signal;
  int error = errno;
  report();
  errno = error;
}

__attribute__((constructor)) static void begin(void) {
  file_path = getenv("COUNTER_FILE");
  counted_name = getenv("COUNTED_THREAD");
  if (!file_path || !counted_name) return;
  // The first backtrace loads a library: now, not on the counted thread.
  void *address;
  backtrace(&address, 1);
  const char *wanted = getenv("COUNTER_TRACE");
  if (wanted && !strcmp(wanted, "1"))
    for (int call = 0; call < CALLS; call++) traces_left[call] = 5;
  sees_swift = dlsym(RTLD_NEXT, "swift_retain") != NULL;
  struct sigaction action = {.sa_handler = report_on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR2, &action, NULL);
}

__attribute__((destructor)) static void end(void) {
  if (file_path && counted_name) report();
}
