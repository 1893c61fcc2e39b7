// Makes and frees convolvers over and over, and under limits of memory: memory SEED.
#include "support.h"

#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t allocated(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// A life with a change that is done, one under way or waiting, and errors.
static void live(void) {
  int block = 1 + random_below(300);
  size_t taps = (size_t)(1 + random_below(5000));
  double *values = noise(taps), *samples = room((size_t)block * 2);
  const double *in[] = {samples};
  double *out[] = {samples + block};
  convolved_route route = convolved_make_route(0, 0, values, taps);
  convolved *convolver;
  REQUIRE(!convolved_create(&convolver, block, 1, 1, (convolved_precision)random_below(2), &route, 1), "%s", convolved_message());
  for (int i = 0, blocks = random_below(6); i < blocks; i++) {
    route.gain = random_sample();
    (void)convolved_replace(convolver, &route, 1, (size_t)random_below(500));
    REQUIRE(!convolved_process_f64(convolver, in, out), "process");
  }
  route.from = 1;
  REQUIRE(convolved_replace(convolver, &route, 1, 0) == CONVOLVED_ERROR_ROUTE, "%s", convolved_message());
  if (random_below(2)) REQUIRE(!convolved_reset(convolver), "reset");
  convolved_destroy(convolver);
  free(values);
  free(samples);
}

static void live_often(uint64_t seed) {
  size_t before = 0, after = 0;
  for (int round = 0; round < 6; round++) {
    state = seed;
    for (int i = 0; i < 100; i++) live();
    after = allocated();
    // The first round fills the runtime's caches.
    if (round == 0) before = after;
  }
  REQUIRE(after <= before + 256, "500 lives left %zu bytes", after - before);
  printf("500 convolvers left %td bytes\n", (ptrdiff_t)(after - before));
}

/// Convolvers of all sizes where `megabytes` is all there is: each is made, or refused with an error. Returns the status of the
/// child that tries, and counts both in a pipe.
static void live_poorly(rlim_t megabytes) {
  int ends[2], status, counts[2] = {0};
  REQUIRE(!pipe(ends), "no pipe");
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    struct rlimit limit = {megabytes << 20, megabytes << 20};
    REQUIRE(!setrlimit(RLIMIT_AS, &limit), "no limit");
    size_t most = 1 << 21;
    double *values = noise(most);
    for (int i = 0; i < 60; i++) {
      int channels = 1 << random_below(7), block = 1 << random_below(17);
      size_t count = (size_t)(1 + random_below(random_below(4) ? 4 : 200)), taps = 1 + random_bits() % (most >> random_below(20));
      convolved_route routes[200];
      for (size_t r = 0; r < count; r++)
        routes[r] = (convolved_route){random_below(channels), random_below(channels), values, taps, 1 + random_sample(),
                                      random_below(4) ? 0 : random_below(1 << random_below(24))};
      convolved *convolver;
      convolved_error error =
          convolved_create(&convolver, block, channels, channels, (convolved_precision)random_below(2), routes, count);
      REQUIRE(!error || (error == CONVOLVED_ERROR_MEMORY && !convolver), "%s", convolved_message());
      if (!error && random_below(2)) error = convolved_replace(convolver, routes, count / 2, 100000);
      REQUIRE(!error || error == CONVOLVED_ERROR_MEMORY, "%s", convolved_message());
      counts[error != CONVOLVED_OK]++;
      convolved_destroy(convolver);
    }
    _exit(write(ends[1], counts, sizeof counts) == sizeof counts ? 0 : 1);
  }
  REQUIRE(waitpid(child, &status, 0) == child, "no child");
  REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%lu MB: the program ends with %x", (unsigned long)megabytes, status);
  REQUIRE(read(ends[0], counts, sizeof counts) == sizeof counts, "no counts");
  REQUIRE(counts[0] > 0 && counts[1] > 0, "%lu MB: %d made, %d refused", (unsigned long)megabytes, counts[0], counts[1]);
  printf("%lu MB: %d made, %d refused\n", (unsigned long)megabytes, counts[0], counts[1]);
}

int main(int count, char **arguments) {
  REQUIRE(count == 2, "usage: memory SEED");
  live_often(strtoull(arguments[1], NULL, 10));
  for (rlim_t megabytes = 150; megabytes <= 1200; megabytes *= 2) live_poorly(megabytes);
  return 0;
}
