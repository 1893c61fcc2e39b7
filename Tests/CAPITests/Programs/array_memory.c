// Convolves arrays over and over, and under limits of memory: array_memory SEED.
#include "support.h"

#include <convolved_arrays.h>
#include <malloc.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double *values;
/// Of `values`.
enum { MOST = 1 << 22 };

static size_t below(size_t end) { return (size_t)(random_bits() % end); }

/// Any array of up to `most` values.
static convolved_array any(size_t most) {
  convolved_array made = convolved_make_array(values, 1 + below(1 + (most >> below(16))), (convolved_dtype)random_below(14));
  made.swapped = random_below(4) == 0;
  return made;
}

/// Any call, with operands whose products are few enough; every error but those of memory ends the program.
static convolved_error call(void *result, size_t bytes) {
  convolved_options options = {NULL, 1 + random_below(2), NULL, NULL};
  convolved_mode mode = (convolved_mode)random_below(3);
  convolved_error error;
  size_t length, shape[2];
  convolved_dtype dtype;
  if (random_below(3) == 0) {
    convolved_rows x = {values, 1 + below(1 + (MOST / 4 >> below(12))), 8, 8}, h = {values, 1 + below(1 + (MOST / 8 >> below(16))), 8, random_below(2) ? 0 : 8};
    convolved_rows y = {result, x.count, 8, (ptrdiff_t)(8 * x.count)};
    size_t rows = 1 + below(3);
    if (rows * x.count * 8 > bytes) return CONVOLVED_OK;
    error = convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, rows, &x, &h, 0, &y, &options, NULL);
  } else if (random_below(2)) {
    convolved_array a = any(MOST / 4), v = any(200);
    REQUIRE(!convolved_shape(&a, &v, mode, &length, &dtype), "%s", convolved_message());
    // Many taps only where integers go through transforms.
    if (dtype < CONVOLVED_DTYPE_FLOAT16) v.shape[0] = 1 + below(1 + (MOST / 8 >> below(12)));
    REQUIRE(!convolved_shape(&a, &v, mode, &length, &dtype), "%s", convolved_message());
    if (length * convolved_dtype_size(dtype) > bytes) return CONVOLVED_OK;
    error = (random_below(2) ? convolved_convolve : convolved_correlate)(&a, &v, mode, &options, result, bytes);
  } else {
    convolved_array image = any(MOST / 4), kernel = any(20);
    image.shape[1] = 1 + below(64), image.shape[0] = 1 + image.shape[0] / image.shape[1];
    kernel.shape[1] = 1 + below(8);
    convolved_error refused = convolved_shape_2d(&image, &kernel, mode, shape, &dtype);
    if (refused == CONVOLVED_ERROR_DTYPE || refused == CONVOLVED_ERROR_LENGTH) return CONVOLVED_OK;
    if (shape[0] * shape[1] * convolved_dtype_size(dtype) > bytes) return CONVOLVED_OK;
    error = convolved_convolve_2d(&image, &kernel, mode, (convolved_boundary)random_below(3), NULL, &options, result, bytes);
  }
  REQUIRE(!error || error == CONVOLVED_ERROR_MEMORY, "%s", convolved_message());
  return error;
}

static void call_often(uint64_t seed) {
  size_t before = 0, after = 0, bytes = (size_t)MOST * 8;
  void *result = malloc(bytes);
  for (int round = 0; round < 3; round++) {
    state = seed;
    for (int i = 0; i < 60; i++) REQUIRE(!call(result, bytes), "%s", convolved_message());
    struct mallinfo2 info = mallinfo2();
    after = info.uordblks + info.hblkhd;
    if (round == 0) before = after;
  }
  REQUIRE(after <= before + 256, "120 calls left %zu bytes", after - before);
  printf("120 calls left %td bytes\n", (ptrdiff_t)(after - before));
  free(result);
}

/// Calls where `megabytes` is all there is beside the operands: each is done, or refused with an error.
static void call_poorly(rlim_t megabytes) {
  int ends[2], status, counts[2] = {0};
  REQUIRE(!pipe(ends), "no pipe");
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    size_t bytes = (size_t)MOST * 8;
    void *result = malloc(bytes);
    long pages[1] = {0};
    FILE *statm = fopen("/proc/self/statm", "r");
    REQUIRE(statm && fscanf(statm, "%ld", pages) == 1 && result, "no size");
    fclose(statm);
    rlim_t size = (rlim_t)(pages[0] * sysconf(_SC_PAGESIZE)) + (megabytes << 20);
    struct rlimit limit = {size, size};
    REQUIRE(!setrlimit(RLIMIT_AS, &limit), "no limit");
    for (int i = 0; i < 150; i++) counts[call(result, bytes) != CONVOLVED_OK]++;
    _exit(write(ends[1], counts, sizeof counts) == sizeof counts ? 0 : 1);
  }
  REQUIRE(waitpid(child, &status, 0) == child, "no child");
  REQUIRE(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%lu MB: the program ends with %x", (unsigned long)megabytes, status);
  REQUIRE(read(ends[0], counts, sizeof counts) == sizeof counts, "no counts");
  REQUIRE(counts[0] > 0 && (counts[1] > 0 || megabytes > 20), "%lu MB: %d done, %d refused", (unsigned long)megabytes, counts[0], counts[1]);
  printf("%lu MB: %d done, %d refused\n", (unsigned long)megabytes, counts[0], counts[1]);
}

int main(int count, char **arguments) {
  REQUIRE(count == 2, "usage: array_memory SEED");
  state = strtoull(arguments[1], NULL, 10);
  // As room for MOST values of any type.
  values = noise((size_t)MOST * 2);
  call_often(state);
  for (rlim_t megabytes = 4; megabytes <= 64; megabytes *= 4) call_poorly(megabytes);
  return 0;
}
