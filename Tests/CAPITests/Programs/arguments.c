// Calls every function with good and bad arguments: each error value, and its message.
#include "support.h"

static const double taps[3] = {1, 0.5, 0.25};

/// Requires `error`, and a message that says `text`.
static void fails(convolved_error got, convolved_error error, const char *text) {
  REQUIRE(got == error, "%d (%s), and not %d", got, convolved_message(), error);
  REQUIRE(strstr(convolved_message(), text), "\"%s\" does not say \"%s\"", convolved_message(), text);
}

static convolved *made(void) {
  convolved *convolver;
  convolved_route route = convolved_make_route(0, 1, taps, 3);
  REQUIRE(convolved_create(&convolver, 64, 2, 3, CONVOLVED_FLOAT64, &route, 1) == CONVOLVED_OK, "%s", convolved_message());
  return convolver;
}

static void bad_shapes(void) {
  convolved *convolver = (convolved *)taps;
  fails(convolved_create(NULL, 64, 1, 1, CONVOLVED_FLOAT64, NULL, 0), CONVOLVED_ERROR_NULL, "made is NULL");
  const struct { int block, inputs, outputs; const char *text; } sizes[] = {
      {0, 1, 1, "block is 0"}, {-1, 1, 1, "block is -1"}, {65537, 1, 1, "block is 65537: choose 1 to 65536"},
      {INT32_MIN, 1, 1, "block is -2147483648"}, {64, 0, 1, "inputs is 0"}, {64, 65, 1, "inputs is 65: choose 1 to 64"},
      {64, 1, 0, "outputs is 0"}, {64, 1, INT32_MAX, "outputs is 2147483647"}};
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    convolver = (convolved *)taps;
    fails(
        convolved_create(&convolver, sizes[i].block, sizes[i].inputs, sizes[i].outputs, CONVOLVED_FLOAT32, NULL, 0),
        CONVOLVED_ERROR_SIZE, sizes[i].text);
    REQUIRE(convolver == NULL, "an error leaves a convolver");
  }
  fails(convolved_create(&convolver, 64, 1, 1, (convolved_precision)2, NULL, 0), CONVOLVED_ERROR_PRECISION, "precision is 2");
  fails(convolved_create(&convolver, 64, 1, 1, CONVOLVED_FLOAT64, NULL, 1), CONVOLVED_ERROR_NULL, "routes is NULL");
  fails(convolved_create(&convolver, 64, 1, 1, CONVOLVED_FLOAT64, NULL, SIZE_MAX), CONVOLVED_ERROR_ROUTE, "18446744073709551615");
}

/// The same bad route second of two, to a new convolver and to one that is there.
static void bad_route(convolved_route bad, convolved_error error, const char *text) {
  convolved_route routes[] = {convolved_make_route(0, 0, taps, 3), bad};
  convolved *convolver, *there = made();
  fails(convolved_create(&convolver, 64, 2, 3, CONVOLVED_FLOAT64, routes, 2), error, text);
  fails(convolved_replace(there, routes, 2, 10), error, text);
  REQUIRE(strstr(convolved_message(), "routes[1]"), "%s", convolved_message());
  REQUIRE(!convolved_is_changing(there), "a bad change has begun");
  convolved_destroy(there);
}

static void bad_routes(void) {
  double bad[] = {1, NAN, 1}, infinite[] = {1, 1, -INFINITY}, huge[] = {1e308, 1, 1};
  bad_route(convolved_make_route(2, 0, taps, 3), CONVOLVED_ERROR_ROUTE, "from input 2 to output 0, but there are 2 inputs and 3");
  bad_route(convolved_make_route(0, 3, taps, 3), CONVOLVED_ERROR_ROUTE, "from input 0 to output 3");
  bad_route(convolved_make_route(-1, 0, taps, 3), CONVOLVED_ERROR_ROUTE, "from input -1");
  bad_route(convolved_make_route(0, INT32_MIN, taps, 3), CONVOLVED_ERROR_ROUTE, "output -2147483648");
  bad_route(convolved_make_route(0, 0, NULL, 3), CONVOLVED_ERROR_NULL, "taps is NULL");
  bad_route(convolved_make_route(0, 0, taps, 0), CONVOLVED_ERROR_TAPS, "no taps");
  bad_route(convolved_make_route(0, 0, taps, CONVOLVED_MAX_TAPS + 1), CONVOLVED_ERROR_TAPS, "count is 16777217");
  bad_route(convolved_make_route(0, 0, taps, SIZE_MAX), CONVOLVED_ERROR_TAPS, "count is 18446744073709551615");
  bad_route(convolved_make_route(0, 0, bad, 3), CONVOLVED_ERROR_NUMBER, "tap 1 of the kernel is nan");
  bad_route(convolved_make_route(0, 0, infinite, 3), CONVOLVED_ERROR_NUMBER, "tap 2 of the kernel is -inf");
  bad_route((convolved_route){0, 0, taps, 3, NAN, 0}, CONVOLVED_ERROR_NUMBER, "gain nan");
  bad_route((convolved_route){0, 0, taps, 3, INFINITY, 0}, CONVOLVED_ERROR_NUMBER, "gain inf");
  bad_route((convolved_route){0, 0, huge, 3, 10, 0}, CONVOLVED_ERROR_NUMBER, "add up to inf, too much for float64");
  bad_route((convolved_route){0, 0, taps, 3, 1, -1}, CONVOLVED_ERROR_DELAY, "a delay of -1 frames");
  bad_route((convolved_route){0, 0, taps, 3, 1, INT64_MIN}, CONVOLVED_ERROR_DELAY, "-9223372036854775808");
  bad_route((convolved_route){0, 0, taps, 3, 1, CONVOLVED_MAX_DELAY + 1}, CONVOLVED_ERROR_DELAY, "delay is 16777217");

  convolved *convolver;
  convolved_route large = {0, 0, taps, 3, 1e39, 0};
  fails(convolved_create(&convolver, 64, 1, 1, CONVOLVED_FLOAT32, &large, 1), CONVOLVED_ERROR_NUMBER, "too much for float32");
  convolved_route *many = calloc(CONVOLVED_MAX_ROUTES + 1, sizeof *many);
  for (int i = 0; i <= CONVOLVED_MAX_ROUTES; i++) many[i] = convolved_make_route(i % 64, i / 64 % 64, taps, 3);
  fails(
      convolved_create(&convolver, 64, 64, 64, CONVOLVED_FLOAT32, many, CONVOLVED_MAX_ROUTES + 1), CONVOLVED_ERROR_ROUTE,
      "count is 4097: give at most 4096");
  REQUIRE(!convolved_create(&convolver, 64, 64, 64, CONVOLVED_FLOAT32, many, CONVOLVED_MAX_ROUTES), "%s", convolved_message());
  convolved_destroy(convolver);
  free(many);
}

static void bad_calls(void) {
  convolved *convolver = made();
  float x[64] = {0}, y[64];
  double wide[64] = {0};
  const float *in[] = {x, x};
  float *out[] = {y, y, y};
  const double *in64[] = {wide, wide};
  double *out64[] = {wide, wide, wide};
  char before[600];
  fails(convolved_replace(NULL, NULL, 0, 0), CONVOLVED_ERROR_NULL, "convolver is NULL");
  fails(convolved_replace(convolver, NULL, 0, CONVOLVED_MAX_FADE + 1), CONVOLVED_ERROR_FADE, "fade is 1048577 frames");
  fails(convolved_replace(convolver, NULL, 0, SIZE_MAX), CONVOLVED_ERROR_FADE, "fade is 18446744073709551615");
  snprintf(before, sizeof before, "%s", convolved_message());
  REQUIRE(convolved_process_f32(NULL, in, out) == CONVOLVED_ERROR_NULL, "no convolver");
  REQUIRE(convolved_process_f32(convolver, NULL, out) == CONVOLVED_ERROR_NULL, "no inputs");
  REQUIRE(convolved_process_f32(convolver, in, NULL) == CONVOLVED_ERROR_NULL, "no outputs");
  REQUIRE(convolved_process_f64(NULL, in64, out64) == CONVOLVED_ERROR_NULL, "no convolver");
  REQUIRE(convolved_process_f64(convolver, NULL, out64) == CONVOLVED_ERROR_NULL, "no inputs");
  REQUIRE(convolved_process_f64(convolver, in64, NULL) == CONVOLVED_ERROR_NULL, "no outputs");
  in[1] = NULL;
  REQUIRE(convolved_process_f32(convolver, in, out) == CONVOLVED_ERROR_NULL, "no second input");
  in[1] = x;
  out[2] = NULL;
  REQUIRE(convolved_process_f32(convolver, in, out) == CONVOLVED_ERROR_NULL, "no third output");
  out64[0] = NULL;
  REQUIRE(convolved_process_f64(convolver, in64, out64) == CONVOLVED_ERROR_NULL, "no first output");
  REQUIRE(convolved_reset(NULL) == CONVOLVED_ERROR_NULL, "no convolver");
  REQUIRE(!strcmp(before, convolved_message()), "a real-time call has written \"%s\"", convolved_message());
  REQUIRE(convolved_is_changing(NULL) == 0, "nothing changes");
  REQUIRE(convolved_plan(NULL, before, sizeof before) == 0 && !*before, "nothing has a plan: \"%s\"", before);
  REQUIRE(convolved_latency(convolver) == 0 && convolved_latency(NULL) == 0, "latency");
  convolved_destroy(NULL);
  convolved_destroy(convolver);
}

/// A change is busy from its first block to the end of its fade.
static void busy(void) {
  convolved *convolver = made();
  convolved_route route = convolved_make_route(1, 2, taps, 3);
  double x[64] = {0}, y[3][64];
  const double *in[] = {x, x};
  double *out[] = {y[0], y[1], y[2]};
  for (int i = 0; i < 3; i++) REQUIRE(!convolved_replace(convolver, &route, 1, 100), "%s", convolved_message());
  REQUIRE(convolved_is_changing(convolver), "not handed over");
  REQUIRE(!convolved_process_f64(convolver, in, out), "process");
  fails(convolved_replace(convolver, &route, 1, 100), CONVOLVED_ERROR_BUSY, "has not ended");
  REQUIRE(convolved_is_changing(convolver), "100 frames are not over after 64");
  REQUIRE(!convolved_process_f64(convolver, in, out), "process");
  REQUIRE(!convolved_is_changing(convolver), "100 frames are over after 128");
  REQUIRE(!convolved_replace(convolver, &route, 1, 100), "%s", convolved_message());
  REQUIRE(!convolved_reset(convolver) && !convolved_is_changing(convolver), "a reset ends a change");
  convolved_destroy(convolver);
}

/// Denormal numbers are the caller's business outside of a call.
static void denormals(void) {
  convolved *convolver = made();
  double x[64] = {0}, y[3][64];
  const double *in[] = {x, x};
  double *out[] = {y[0], y[1], y[2]};
  volatile double small = 0x1p-1022;
  x[0] = small / 4;
  REQUIRE(x[0] != 0, "this program flushes denormals itself");
  REQUIRE(!convolved_process_f64(convolver, in, out), "process");
  REQUIRE(y[1][0] == 0, "%g comes of a denormal number", y[1][0]);
  REQUIRE(small / 4 != 0, "processing has changed the thread's treatment of denormals");
  convolved_destroy(convolver);
}

static void texts(void) {
  convolved *convolver = made();
  char plan[100], cut[6];
  size_t length = convolved_plan(convolver, plan, sizeof plan);
  REQUIRE(length == strlen(plan) && length > 5 && strchr(plan, ':'), "%zu, \"%s\"", length, plan);
  REQUIRE(convolved_plan(convolver, NULL, 0) == length, "the length alone");
  REQUIRE(convolved_plan(convolver, cut, sizeof cut) == length && !strncmp(cut, plan, 5) && !cut[5], "\"%.6s\"", cut);
  REQUIRE(convolved_plan(convolver, cut, 1) == length && !cut[0], "room for the end alone");
  convolved_destroy(convolver);
  for (int error = CONVOLVED_OK; error <= CONVOLVED_ERROR_OVERTAKEN; error++) {
    REQUIRE(strlen(convolved_strerror(error)) > 5, "%d: %s", error, convolved_strerror(error));
    for (int other = error + 1; other <= CONVOLVED_ERROR_OVERTAKEN + 1; other++)
      REQUIRE(strcmp(convolved_strerror(error), convolved_strerror(other)), "%d and %d are the same", error, other);
  }
  REQUIRE(!strcmp(convolved_strerror((convolved_error)99), convolved_strerror((convolved_error)-1)), "no errors");
  REQUIRE(!strcmp(convolved_version(), CONVOLVED_VERSION), "%s", convolved_version());
}

int main(void) {
  REQUIRE(!*convolved_message(), "a message before any error: %s", convolved_message());
  bad_shapes();
  bad_routes();
  bad_calls();
  busy();
  denormals();
  texts();
  printf("%s\n", convolved_version());
  return 0;
}
