// Changes kernels from one thread while another processes, and processes where no system call is allowed: realtime SEED.
//
// Preloaded with libcounter.so it also counts what the thread "audio" allocates and locks.
#define _GNU_SOURCE
#include "support.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { block = 64, most_blocks = 40000, changes = 40, most_taps = 6000 };

static convolved *convolver;
static double *x, *y;
static atomic_long position;
static atomic_bool stop;

static void *audio(void *nothing) {
  (void)nothing;
  for (long n = 0; n < most_blocks && !stop; n++) {
    const double *in[] = {x + n * block};
    double *out[] = {y + n * block};
    pthread_setname_np(pthread_self(), "audio");
    convolved_error error = convolved_process_f64(convolver, in, out);
    pthread_setname_np(pthread_self(), "waiting");
    REQUIRE(!error, "%s", convolved_strerror(error));
    position = (n + 1) * block;
    usleep(200);
  }
  return NULL;
}

static void wait_a_little(void) {
  REQUIRE(position < (long)most_blocks * block, "%d blocks were not enough", most_blocks);
  usleep(100);
}

/// Waits until `frames` more frames have been processed.
static void wait_for(long frames) {
  for (long end = position + frames; position < end;) wait_a_little();
}

static void change_while_it_runs(void) {
  x = noise((size_t)most_blocks * block);
  y = room((size_t)most_blocks * block);
  double *taps = noise(most_taps);
  convolved_route route = convolved_make_route(0, 0, taps, 100);
  REQUIRE(!convolved_create(&convolver, block, 1, 1, CONVOLVED_FLOAT64, &route, 1), "%s", convolved_message());
  pthread_t thread;
  REQUIRE(!pthread_create(&thread, NULL, audio, NULL), "no thread");
  for (int i = 0; i < changes; i++) {
    route.count = (size_t)(1 + random_below(most_taps));
    route.gain = random_sample();
    REQUIRE(!convolved_replace(convolver, &route, 1, (size_t)random_below(1000)), "%s", convolved_message());
    while (convolved_is_changing(convolver)) wait_a_little();
    // From the end of the fade on, the sum over all of the input, as if the kernel had always been there.
    wait_for(4 * block);
    long end = position;
    double bound = 1e-14 * (1 + most_taps);
    for (long n = end - 2 * block; n < end; n++) {
      double sum = 0;
      for (long k = 0; k < (long)route.count && k <= n; k++) sum += taps[k] * x[n - k];
      REQUIRE(fabs(y[n] - sum * route.gain) < bound, "change %d, frame %ld: %g, not %g", i, n, y[n], sum * route.gain);
    }
  }
  stop = true;
  pthread_join(thread, NULL);
  printf("%d changes in %ld blocks\n", changes, position / block);
  convolved_destroy(convolver);
  free(x);
  free(y);
  free(taps);
}

static atomic_long busy_resets;

enum { channels = 4, long_taps = 131072 };

/// Faster than long kernels are warmed, with a reset now and then.
static void *hurry(void *nothing) {
  (void)nothing;
  float samples[channels][block] = {{0}};
  const float *in[channels];
  float *out[channels];
  for (int c = 0; c < channels; c++) in[c] = out[c] = samples[c];
  for (long n = 0; !stop; n++) {
    REQUIRE(!convolved_process_f32(convolver, in, out), "process");
    if (n % 5000 != 0) continue;
    convolved_error error = convolved_reset(convolver);
    REQUIRE(!error || error == CONVOLVED_ERROR_BUSY, "%s", convolved_strerror(error));
    busy_resets += error == CONVOLVED_ERROR_BUSY;
  }
  return NULL;
}

static void be_overtaken(void) {
  enum { count = channels * channels };
  double *taps = noise(long_taps);
  convolved_route routes[count];
  for (int r = 0; r < count; r++) routes[r] = convolved_make_route(r % channels, r / channels, taps, 1);
  REQUIRE(!convolved_create(&convolver, block, channels, channels, CONVOLVED_FLOAT32, routes, count), "%s", convolved_message());
  for (int r = 0; r < count; r++) routes[r].count = long_taps;
  pthread_t thread;
  stop = false;
  REQUIRE(!pthread_create(&thread, NULL, hurry, NULL), "no thread");
  convolved_error error = CONVOLVED_OK;
  bool is_small = true;
  for (int i = 0; i < 100 && !(error == CONVOLVED_ERROR_OVERTAKEN && busy_resets > 0); i++) {
    // Should it come in all the same, one of few taps takes its place, from which the next try begins.
    error = convolved_replace(convolver, routes, is_small ? count : 0, 0);
    REQUIRE(!error || error == CONVOLVED_ERROR_BUSY || error == CONVOLVED_ERROR_OVERTAKEN, "%s", convolved_message());
    if (!error) is_small = !is_small;
  }
  stop = true;
  pthread_join(thread, NULL);
  REQUIRE(error == CONVOLVED_ERROR_OVERTAKEN && strstr(convolved_message(), "between two blocks"), "%s", convolved_message());
  REQUIRE(busy_resets > 0, "no reset met a change that is warmed");
  // Between two blocks it works.
  REQUIRE(!convolved_reset(convolver) && !convolved_is_changing(convolver), "a reset ends a change");
  REQUIRE(!convolved_replace(convolver, routes, count, 0), "%s", convolved_message());
  convolved_destroy(convolver);
  free(taps);
}

/// Blocks of both types of sample, a change and a reset, in strict mode: any other call than read, write and _exit kills.
static void process_strictly(void) {
  float f32[2][block] = {{0}};
  double f64[2][block] = {{0}};
  const float *in32[] = {f32[0]};
  float *out32[] = {f32[1]};
  const double *in64[] = {f64[0]};
  double *out64[] = {f64[1]};
  double *taps = noise(20000);
  convolved_route route = convolved_make_route(0, 0, taps, 20000);
  REQUIRE(!convolved_create(&convolver, block, 1, 1, CONVOLVED_FLOAT32, &route, 1), "%s", convolved_message());
  for (int n = 0; n < 100; n++) convolved_process_f32(convolver, in32, out32);
  route.gain = 2;
  REQUIRE(!convolved_replace(convolver, &route, 1, 1000), "%s", convolved_message());
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) _exit(77);
  convolved_error errors = CONVOLVED_OK;
  for (int n = 0; n < 1000; n++) {
    for (int i = 0; i < block; i++) f64[0][i] = f32[0][i] = (float)random_sample();
    errors |= convolved_process_f32(convolver, in32, out32) | convolved_process_f64(convolver, in64, out64);
    if (n == 500) errors |= convolved_reset(convolver);
  }
  syscall(SYS_exit, errors || f64[1][0] == 0 ? 1 : 0);
}

/// The same mode kills a system call: what must not come from the library.
static void call_strictly(void) {
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT)) _exit(77);
  syscall(SYS_exit, syscall(SYS_getppid) == 0);
}

static int outcome(void (*body)(void)) {
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    body();
    _exit(1);
  }
  int status;
  REQUIRE(waitpid(child, &status, 0) == child, "no child");
  return status;
}

int main(int count, char **arguments) {
  REQUIRE(count == 2, "usage: realtime SEED");
  state = strtoull(arguments[1], NULL, 10);
  change_while_it_runs();
  be_overtaken();
  int called = outcome(call_strictly), processed = outcome(process_strictly);
  REQUIRE(WIFSIGNALED(called) && WTERMSIG(called) == SIGKILL, "the kernel has no strict mode: %x", called);
  REQUIRE(WIFEXITED(processed) && WEXITSTATUS(processed) == 0, "processing calls the system: %x", processed);
  printf("seed %s: 2000 blocks without a system call\n", arguments[1]);
  return 0;
}
