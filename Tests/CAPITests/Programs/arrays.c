// Calls the functions of convolved_arrays.h with good and bad arguments, stops them, and calls them from several threads: arrays.
#include "support.h"

#include <convolved_arrays.h>
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const double ramp[5] = {1, 2, 3, 4, 5}, taps[3] = {0.5, 1, 0.5};

static void fails(convolved_error got, convolved_error error, const char *text) {
  REQUIRE(got == error, "%d (%s), and not %d", got, convolved_message(), error);
  REQUIRE(strstr(convolved_message(), text), "\"%s\" does not say \"%s\"", convolved_message(), text);
  REQUIRE(strcmp(convolved_strerror(error), "not an error of this library"), "%d", error);
}

static convolved_array array(const void *values, size_t rows, size_t columns, convolved_dtype dtype) {
  convolved_array made = {values, dtype, 0, {rows, columns}};
  return made;
}

static void good_lists(void) {
  const double full[] = {0.5, 2, 4, 6, 8, 7, 2.5};
  convolved_array a = convolved_make_array(ramp, 5, CONVOLVED_DTYPE_FLOAT64), v = convolved_make_array(taps, 3, CONVOLVED_DTYPE_FLOAT64);
  const struct { convolved_mode mode; size_t first, length; } modes[] = {{CONVOLVED_FULL, 0, 7}, {CONVOLVED_SAME, 1, 5}, {CONVOLVED_VALID, 2, 3}};
  for (int i = 0; i < 3; i++) {
    size_t length = 0;
    convolved_dtype dtype = CONVOLVED_DTYPE_BOOL;
    double y[7];
    REQUIRE(!convolved_shape(&a, &v, modes[i].mode, &length, &dtype), "%s", convolved_message());
    REQUIRE(!convolved_shape(&v, &a, modes[i].mode, NULL, NULL), "%s", convolved_message());
    REQUIRE(length == modes[i].length && dtype == CONVOLVED_DTYPE_FLOAT64, "%zu of %d", length, dtype);
    REQUIRE(!convolved_convolve(&a, &v, modes[i].mode, NULL, y, length * sizeof *y), "%s", convolved_message());
    REQUIRE(!memcmp(y, full + modes[i].first, length * sizeof *y), "mode %d", i);
  }
  REQUIRE(convolved_dtype_size(CONVOLVED_DTYPE_COMPLEX128) == 16 && convolved_dtype_size((convolved_dtype)14) == 0, "sizes");
  // The profile of this processor is one that can be named.
  double y[7];
  convolved_options options = {convolved_profile(), 2, NULL, NULL};
  REQUIRE(!convolved_convolve(&a, &v, CONVOLVED_FULL, &options, y, sizeof y), "%s", convolved_message());
  // So can an old name.
  options.profile = "neon";
  REQUIRE(!convolved_convolve(&a, &v, CONVOLVED_FULL, &options, y, sizeof y), "%s", convolved_message());
}

static void bad_lists(void) {
  double y[8];
  convolved_array a = convolved_make_array(ramp, 5, CONVOLVED_DTYPE_FLOAT64), v = convolved_make_array(taps, 3, CONVOLVED_DTYPE_FLOAT64);
  convolved_array empty = convolved_make_array(NULL, 0, CONVOLVED_DTYPE_INT8), none = convolved_make_array(NULL, 3, CONVOLVED_DTYPE_INT8);
  convolved_array odd = convolved_make_array(taps, 3, (convolved_dtype)14), negative = convolved_make_array(taps, 3, (convolved_dtype)-1);
  convolved_array vast = convolved_make_array(taps, SIZE_MAX, CONVOLVED_DTYPE_INT8), large = convolved_make_array(taps, SIZE_MAX / 8, CONVOLVED_DTYPE_INT8);
  size_t length;
  const struct { convolved_array *a, *v; int mode; void *y; size_t room; convolved_error error; const char *text; } cases[] = {
      {NULL, &v, 0, y, sizeof y, CONVOLVED_ERROR_NULL, "a is NULL"}, {&a, NULL, 0, y, sizeof y, CONVOLVED_ERROR_NULL, "v is NULL"},
      {&none, &v, 0, y, sizeof y, CONVOLVED_ERROR_NULL, "a.values is NULL, but there are 3 values"},
      {&a, &v, 0, NULL, sizeof y, CONVOLVED_ERROR_NULL, "result is NULL"},
      {&empty, &v, 0, y, sizeof y, CONVOLVED_ERROR_EMPTY, "a cannot be empty"},
      {&a, &empty, 0, y, sizeof y, CONVOLVED_ERROR_EMPTY, "v cannot be empty"},
      {&odd, &v, 0, y, sizeof y, CONVOLVED_ERROR_DTYPE, "a.dtype is 14"}, {&a, &negative, 0, y, sizeof y, CONVOLVED_ERROR_DTYPE, "v.dtype is 4294967295"},
      {&a, &v, 3, y, sizeof y, CONVOLVED_ERROR_MODE, "mode is 3"}, {&a, &v, -1, y, sizeof y, CONVOLVED_ERROR_MODE, "mode is 4294967295"},
      {&vast, &v, 0, y, sizeof y, CONVOLVED_ERROR_LENGTH, "a has 18446744073709551615 values"},
      {&a, &large, 0, y, sizeof y, CONVOLVED_ERROR_LENGTH, "v has 2305843009213693951 values"},
      {&a, &v, 0, y, 7 * sizeof *y - 1, CONVOLVED_ERROR_LENGTH, "room is 55 bytes, and the result takes 56: 7 values of float64"},
      {&a, &v, 0, (char *)y + 1, sizeof y - 1, CONVOLVED_ERROR_LENGTH, "result is not at a multiple of 8 bytes"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    fails(convolved_convolve(cases[i].a, cases[i].v, (convolved_mode)cases[i].mode, NULL, cases[i].y, cases[i].room), cases[i].error, cases[i].text);
    if (cases[i].error != CONVOLVED_ERROR_EMPTY)
      fails(convolved_correlate(cases[i].a, cases[i].v, (convolved_mode)cases[i].mode, NULL, cases[i].y, cases[i].room), cases[i].error, cases[i].text);
    if (cases[i].y == y && cases[i].room == sizeof y && cases[i].a != &none)
      fails(convolved_shape(cases[i].a, cases[i].v, (convolved_mode)cases[i].mode, &length, NULL), cases[i].error, cases[i].text);
  }
  fails(convolved_correlate(&a, &empty, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_EMPTY, "second array argument cannot be empty");
  const struct { convolved_options options; convolved_error error; const char *text; } options[] = {
      {{"core2", 1, NULL, NULL}, CONVOLVED_ERROR_PROFILE, "profile is \"core2\": choose auto, skylakex"}, {{"", 1, NULL, NULL}, CONVOLVED_ERROR_PROFILE, "profile is \"\""},
      {{NULL, -1, NULL, NULL}, CONVOLVED_ERROR_THREADS, "threads is -1"}, {{NULL, 1025, NULL, NULL}, CONVOLVED_ERROR_THREADS, "threads is 1025"}};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    fails(convolved_convolve(&a, &v, CONVOLVED_FULL, &options[i].options, y, sizeof y), options[i].error, options[i].text);
  // Nothing is read, and no copy made, of what is refused: there is nothing at this address.
  convolved_array far = convolved_make_array((const void *)(uintptr_t)0x100001, (size_t)1 << 40, CONVOLVED_DTYPE_FLOAT64), swapped = far;
  swapped.swapped = 1;
  for (int i = 0; i < 2; i++) {
    const convolved_array *huge = i ? &swapped : &far;
    fails(convolved_convolve(huge, NULL, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_NULL, "v is NULL");
    fails(convolved_convolve(huge, &none, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_NULL, "v.values is NULL");
    fails(convolved_convolve(huge, &empty, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_EMPTY, "v cannot be empty");
    fails(convolved_convolve(huge, &v, (convolved_mode)3, NULL, y, sizeof y), CONVOLVED_ERROR_MODE, "mode is 3");
    fails(convolved_convolve(huge, &v, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_LENGTH, "room is 64 bytes");
    fails(convolved_correlate(&v, huge, CONVOLVED_SAME, NULL, NULL, SIZE_MAX), CONVOLVED_ERROR_NULL, "result is NULL");
    convolved_array image = array(huge->values, (size_t)1 << 20, (size_t)1 << 20, CONVOLVED_DTYPE_FLOAT64), kernel = array(taps, 1, 3, CONVOLVED_DTYPE_FLOAT64);
    image.swapped = huge->swapped;
    fails(
        convolved_convolve_2d(&image, &kernel, CONVOLVED_FULL, CONVOLVED_BOUNDARY_FILL, NULL, NULL, y, sizeof y), CONVOLVED_ERROR_LENGTH, "room is 64 bytes");
    fails(
        convolved_convolve_2d(&image, &kernel, CONVOLVED_FULL, (convolved_boundary)3, NULL, NULL, y, sizeof y), CONVOLVED_ERROR_MODE, "boundary is 3");
  }
  // A result that no memory holds.
  convolved_array long_one = convolved_make_array(taps, (size_t)1 << 50, CONVOLVED_DTYPE_FLOAT64);
  fails(convolved_convolve(&long_one, &long_one, CONVOLVED_FULL, NULL, y, sizeof y), CONVOLVED_ERROR_LENGTH, "room is 64 bytes");
}

static void images(void) {
  double y[24];
  const float fill = 7;
  convolved_array image = array(ramp, 2, 2, CONVOLVED_DTYPE_FLOAT64), kernel = array(taps, 1, 3, CONVOLVED_DTYPE_FLOAT64);
  size_t shape[2];
  convolved_dtype dtype;
  REQUIRE(!convolved_shape_2d(&image, &kernel, CONVOLVED_FULL, shape, &dtype), "%s", convolved_message());
  REQUIRE(shape[0] == 2 && shape[1] == 4 && dtype == CONVOLVED_DTYPE_FLOAT64, "%zu x %zu", shape[0], shape[1]);
  REQUIRE(!convolved_convolve_2d(&image, &kernel, CONVOLVED_FULL, CONVOLVED_BOUNDARY_FILL, NULL, NULL, y, sizeof y), "%s", convolved_message());
  const double expected[] = {0.5, 2, 2.5, 1, 1.5, 5, 5.5, 2};
  REQUIRE(!memcmp(y, expected, sizeof expected), "%g %g %g %g", y[0], y[1], y[2], y[3]);
  fails(convolved_shape_2d(&image, &kernel, CONVOLVED_VALID, shape, NULL), CONVOLVED_ERROR_LENGTH, "one must be at least as large");
  fails(
      convolved_convolve_2d(&image, &kernel, CONVOLVED_VALID, CONVOLVED_BOUNDARY_FILL, &fill, NULL, y, sizeof y), CONVOLVED_ERROR_LENGTH,
      "one must be at least as large");
  fails(convolved_convolve_2d(&image, &kernel, CONVOLVED_FULL, (convolved_boundary)3, NULL, NULL, y, sizeof y), CONVOLVED_ERROR_MODE, "boundary is 3");
  fails(convolved_convolve_2d(&image, &kernel, CONVOLVED_FULL, CONVOLVED_BOUNDARY_WRAP, NULL, NULL, y, 63), CONVOLVED_ERROR_LENGTH, "8 values of float64");
  convolved_array truths = array(taps, 2, 3, CONVOLVED_DTYPE_BOOL), halves = array(taps, 2, 3, CONVOLVED_DTYPE_FLOAT16);
  fails(convolved_shape_2d(&truths, &truths, CONVOLVED_FULL, shape, NULL), CONVOLVED_ERROR_DTYPE, "not available for this type");
  fails(convolved_convolve_2d(&halves, &truths, CONVOLVED_FULL, CONVOLVED_BOUNDARY_FILL, NULL, NULL, y, sizeof y), CONVOLVED_ERROR_DTYPE, "float16 with bool");
  convolved_array wide = array(taps, SIZE_MAX / 2, 4, CONVOLVED_DTYPE_INT8), vast = array(NULL, 0, SIZE_MAX, CONVOLVED_DTYPE_INT8);
  fails(convolved_shape_2d(&wide, &image, CONVOLVED_FULL, shape, NULL), CONVOLVED_ERROR_LENGTH, "image has 9223372036854775807 x 4 values");
  fails(convolved_shape_2d(&image, &vast, CONVOLVED_FULL, shape, NULL), CONVOLVED_ERROR_LENGTH, "kernel has 0 x 18446744073709551615 values");
  convolved_array empty = array(NULL, 0, 3, CONVOLVED_DTYPE_FLOAT64), tall = array(taps, 3, 1, CONVOLVED_DTYPE_FLOAT64);
  fails(
      convolved_convolve_2d(&empty, &tall, CONVOLVED_FULL, CONVOLVED_BOUNDARY_SYMM, NULL, NULL, y, sizeof y), CONVOLVED_ERROR_LENGTH,
      "an empty image cannot be continued");
}

static void rows(void) {
  double y[10], bound = -1;
  convolved_rows x = {(void *)ramp, 5, 8, 0}, h = {(void *)taps, 3, 8, 0}, out = {y, 5, 16, 8};
  // Two rows between each other.
  REQUIRE(!convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, 2, &x, &h, 1, &out, NULL, &bound), "%s", convolved_message());
  const double expected[] = {2, 4, 6, 8, 7};
  for (int n = 0; n < 5; n++) REQUIRE(y[2 * n] == expected[n] && y[2 * n + 1] == expected[n], "%d: %g %g", n, y[2 * n], y[2 * n + 1]);
  REQUIRE(bound > 0 && bound < 1e-12, "bound %g", bound);
  REQUIRE(!convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, 0, &x, &h, 0, &out, NULL, &bound) && bound == 0, "no rows: %g", bound);
  const struct { convolved_rows x, h, y; size_t rows, first; int dtype; convolved_error error; const char *text; } cases[] = {
      {x, h, out, 2, 3, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "first is 3 and y.count 5, but a row with its kernel gives 7"},
      {x, h, out, 2, SIZE_MAX, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "first is 18446744073709551615"},
      {x, h, out, 2, 0, CONVOLVED_DTYPE_COMPLEX64, CONVOLVED_ERROR_DTYPE, "dtype is 12"},
      {{(void *)ramp, 0, 8, 0}, h, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_EMPTY, "rows of x have no values"},
      {x, {NULL, 3, 8, 0}, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_NULL, "h.values is NULL"},
      {{(void *)ramp, 5, 4, 0}, h, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "x has a stride of 4 bytes"},
      {{(void *)ramp, 5, 8, PTRDIFF_MIN}, h, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "x has a stride of -9223372036854775808"},
      {{(void *)ramp, SIZE_MAX, 8, 0}, h, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "rows of 18446744073709551615 values"},
      {{(char *)ramp + 4, 5, 8, 0}, h, out, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "x.values is not at a multiple of 8"},
      {x, h, {y, 5, 0, 8}, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "y has strides of 0"},
      {x, h, {y, 5, 8, 0}, 2, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "y has strides of 0"},
      {x, h, out, SIZE_MAX, 0, CONVOLVED_DTYPE_FLOAT64, CONVOLVED_ERROR_LENGTH, "18446744073709551615 rows"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    fails(
        convolved_convolve_rows(
            (convolved_dtype)cases[i].dtype, cases[i].rows, &cases[i].x, &cases[i].h, cases[i].first, &cases[i].y, NULL, NULL),
        cases[i].error, cases[i].text);
  fails(convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, 2, &x, &h, 0, NULL, NULL, NULL), CONVOLVED_ERROR_NULL, "y is NULL");
}

// MARK: Stopping

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/// Stops at the call whose number it counts down to.
typedef struct Stop {
  int calls;
  int last;
  pthread_t thread;
  double start, longest, stopped;
} Stop;

static int stop(void *context) {
  Stop *s = context;
  double time = now();
  REQUIRE(pthread_equal(s->thread, pthread_self()), "called from another thread");
  if (time - s->start > s->longest) s->longest = time - s->start;
  s->start = time;
  if (++s->calls < s->last) return 0;
  s->stopped = time;
  return 1;
}

typedef convolved_error Work(const convolved_options *);
static double *long_values, *long_result;
/// Enough for minutes of direct sums.
#define LONG 2000000

static convolved_error long_list(const convolved_options *options, convolved_dtype dtype, size_t taps) {
  convolved_array a = convolved_make_array(long_values, LONG, dtype), v = convolved_make_array(long_values, taps, dtype);
  return convolved_convolve(&a, &v, CONVOLVED_FULL, options, long_result, 2 * LONG * sizeof *long_result);
}

static convolved_error long_floats(const convolved_options *options) { return long_list(options, CONVOLVED_DTYPE_FLOAT64, LONG); }
static convolved_error long_halves(const convolved_options *options) { return long_list(options, CONVOLVED_DTYPE_FLOAT16, LONG); }
static convolved_error long_complexes(const convolved_options *options) { return long_list(options, CONVOLVED_DTYPE_COMPLEX64, LONG / 2); }
static convolved_error long_integers(const convolved_options *options) { return long_list(options, CONVOLVED_DTYPE_INT64, LONG); }
static convolved_error long_images(const convolved_options *options) {
  convolved_array image = array(long_values, 1000, 2000, CONVOLVED_DTYPE_FLOAT64), kernel = array(long_values, 500, 500, CONVOLVED_DTYPE_FLOAT64);
  return convolved_convolve_2d(&image, &kernel, CONVOLVED_SAME, CONVOLVED_BOUNDARY_FILL, NULL, options, long_result, 2 * LONG * sizeof *long_result);
}
static convolved_error long_rows(const convolved_options *options) {
  // Ten thousand times the same row.
  convolved_rows x = {long_values, LONG, 8, 0}, h = {long_values, 5000, 8, 0};
  convolved_rows y = {long_result, LONG, 8, 8};
  return convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, LONG - 1, &x, &h, 0, &y, options, NULL);
}
static convolved_error long_kernels(const convolved_options *options) {
  // Transforms of millions of points.
  convolved_rows x = {long_values, LONG, 8, 0}, h = {long_values, LONG / 2, 8, 0}, y = {long_result, 2 * LONG - LONG / 2 - 1, 8, 8};
  return convolved_convolve_rows(CONVOLVED_DTYPE_FLOAT64, 1000, &x, &h, 0, &y, options, NULL);
}

static void stopping(void) {
  static Work *const works[] = {long_floats, long_halves, long_complexes, long_integers, long_images, long_rows, long_kernels};
  double longest = 0, late = 0;
  for (size_t i = 0; i < sizeof works / sizeof *works; i++)
    for (int threads = 1; threads <= 2; threads++) {
      Stop s = {0, 4, pthread_self(), now(), 0, 0};
      convolved_options options = {NULL, threads, stop, &s};
      fails(works[i](&options), CONVOLVED_ERROR_STOPPED, "stopped by the caller's function");
      double end = now();
      REQUIRE(s.calls == 4, "work %zu: called %d times", i, s.calls);
      printf("work %zu, %d threads: called after %.0f ms at most, back after %.0f ms\n", i, threads, 1e3 * s.longest, 1e3 * (end - s.stopped));
      if (s.longest > longest) longest = s.longest;
      if (end - s.stopped > late) late = end - s.stopped;
    }
  // Far above what it takes on a machine of its own: 50 and 100 ms.
  REQUIRE(longest < 2 && late < 2, "called after %g s, back after %g s", longest, late);
}

// MARK: Threads and processes

static void *convolve_often(void *seed) {
  uint64_t bits = (uintptr_t)seed;
  for (int i = 0; i < 60; i++) {
    size_t n = 1 + (bits = bits * 6364136223846793005u + 1442695040888963407u) % 5000, m = 1 + (bits >> 33) % 900;
    convolved_array a = convolved_make_array(long_values + bits % 1000, n, CONVOLVED_DTYPE_FLOAT64);
    convolved_array v = convolved_make_array(long_values + bits % 777, m, CONVOLVED_DTYPE_FLOAT64);
    size_t bytes = (n + m - 1) * sizeof(double);
    double *y = malloc(bytes), *again = malloc(bytes);
    convolved_options options = {i % 2 ? "haswell" : "nehalem", 1 + i % 3, NULL, NULL}, one = {options.profile, 1, NULL, NULL};
    if (convolved_convolve(&a, &v, CONVOLVED_FULL, &options, y, bytes) || convolved_convolve(&a, &v, CONVOLVED_FULL, &one, again, bytes)) return (void *)1;
    if (memcmp(y, again, bytes)) return (void *)2;
    free(y);
    free(again);
    if (convolved_convolve(&a, &v, (convolved_mode)9, NULL, NULL, 0) != CONVOLVED_ERROR_MODE || !strstr(convolved_message(), "9")) return (void *)3;
  }
  return NULL;
}

static void several_threads(void) {
  pthread_t threads[6];
  for (uintptr_t i = 0; i < 6; i++) REQUIRE(!pthread_create(&threads[i], NULL, convolve_often, (void *)(i + 1)), "no thread");
  for (int i = 0; i < 6; i++) {
    void *fault;
    pthread_join(threads[i], &fault);
    REQUIRE(!fault, "thread %d: fault %zu", i, (size_t)fault);
  }
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) _exit(convolve_often((void *)9) ? 1 : 0);
  int status;
  REQUIRE(waitpid(child, &status, 0) == child && status == 0, "a forked process: %x", status);
}

int main(int count, char **arguments) {
  REQUIRE(count == 2, "usage: arrays calls|stops");
  state = 3;
  long_values = noise(2 * LONG);
  long_result = room(4 * LONG);
  if (!strcmp(arguments[1], "stops")) {
    stopping();
    return 0;
  }
  good_lists();
  bad_lists();
  images();
  rows();
  several_threads();
  return 0;
}
