// Random matrices, changes and resets against the convolution sum: sums SEED CASES.
#include "support.h"

enum { most_routes = 8, most_channels = 4 };

typedef struct {
  convolved_route routes[most_routes];
  int count;
  /// The largest sum of magnitudes of the taps that end in an output: what errors are measured by.
  double level;
} matrix;

static void measure(matrix *made) {
  double levels[most_channels] = {0};
  made->level = 0;
  for (int r = 0; r < made->count; r++) {
    const convolved_route *route = &made->routes[r];
    for (size_t k = 0; k < route->count; k++) levels[route->to] += fabs(route->taps[k] * route->gain);
    made->level = fmax(made->level, levels[route->to]);
  }
}

static matrix random_matrix(int inputs, int outputs) {
  matrix made = {.count = random_below(most_routes + 1)};
  for (int r = 0; r < made.count; r++) {
    size_t taps = (size_t)(1 + random_below(random_below(2) ? 40 : 1500));
    double *values = noise(taps);
    // Silence at the start is left out by the convolver, and must not be missed.
    for (size_t k = 0, silent = (size_t)random_below(3) * 20; k < silent && k + 1 < taps; k++) values[k] = 0;
    // Kept in half the memory.
    if (random_below(2)) for (size_t k = 0; k < taps; k++) values[k] = (float)values[k];
    made.routes[r] = (convolved_route){
        random_below(inputs), random_below(outputs), values, taps, random_below(2) ? 1 : 2 * random_sample(),
        random_below(2) ? 0 : random_below(500)};
  }
  measure(&made);
  return made;
}

/// Another matrix, some of whose routes have the taps of `old`, or all but one of them.
static matrix changed_matrix(const matrix *old, int inputs, int outputs) {
  matrix made = random_matrix(inputs, outputs);
  for (int r = 0; r < made.count && r < old->count; r++) {
    if (random_below(2)) continue;
    size_t taps = old->routes[r].count;
    double *values = room(taps);
    memcpy(values, old->routes[r].taps, taps * sizeof *values);
    if (random_below(3) == 0) values[random_below((int)taps)] += 0.5;
    free((void *)made.routes[r].taps);
    (made.routes[r].taps = values, made.routes[r].count = taps);
    if (random_below(2)) (made.routes[r].gain = old->routes[r].gain, made.routes[r].delay = old->routes[r].delay);
  }
  measure(&made);
  return made;
}

static void free_matrix(matrix *made) {
  for (int r = 0; r < made->count; r++) free((void *)made->routes[r].taps);
}

static void sum(const matrix *made, double *const *x, int outputs, double **y, long frames) {
  for (int o = 0; o < outputs; o++) y[o] = room((size_t)frames);
  for (int r = 0; r < made->count; r++) add_route(&made->routes[r], x[made->routes[r].from], y[made->routes[r].to], frames);
}

/// One block of channels at frame `start`, in place where `together`; `wide` is float64.
static void process(
    convolved *convolver, int block, int inputs, int outputs, double *const *x, double **y, long start, bool wide,
    bool together) {
  static float x32[most_channels][700], y32[most_channels][700];
  static double x64[most_channels][700], y64[most_channels][700];
  const float *in32[most_channels];
  const double *in64[most_channels];
  float *out32[most_channels];
  double *out64[most_channels];
  for (int c = 0; c < most_channels; c++) {
    (in32[c] = x32[c], in64[c] = x64[c]);
    (out32[c] = together ? x32[c] : y32[c], out64[c] = together ? x64[c] : y64[c]);
  }
  for (int i = 0; i < inputs; i++)
    for (int n = 0; n < block; n++) x32[i][n] = (float)(x64[i][n] = x[i][start + n]);
  convolved_error error = wide ? convolved_process_f64(convolver, in64, out64) : convolved_process_f32(convolver, in32, out32);
  REQUIRE(!error, "%s", convolved_strerror(error));
  for (int o = 0; o < outputs; o++)
    for (int n = 0; n < block; n++) y[o][start + n] = wide ? out64[o][n] : out32[o][n];
}

/// Plays noise through a matrix, changes to another, and forgets the input. Returns the largest error, by its bound.
static double run_case(void) {
  static const int blocks[] = {1, 7, 16, 64, 100, 128, 441, 512, 640};
  int block = blocks[random_below(9)], inputs = 1 + random_below(most_channels), outputs = 1 + random_below(most_channels);
  bool wide = random_below(2), together = random_below(2);
  convolved_precision precision = random_below(2) ? CONVOLVED_FLOAT32 : CONVOLVED_FLOAT64;
  long frames = (3000 / block + 2) * block, again = 2500 / block * block, change = random_below((int)again / block) * block;
  size_t fade = (size_t)random_below(900);
  matrix old = random_matrix(inputs, outputs), new = changed_matrix(&old, inputs, outputs);
  double *x[most_channels], *later[most_channels], *y[most_channels], *a[most_channels], *b[most_channels], *c[most_channels];
  for (int i = 0; i < inputs; i++) {
    x[i] = noise((size_t)frames);
    for (long n = 0; n < frames; n++) x[i][n] = (float)x[i][n];
    later[i] = x[i] + again;
  }
  for (int o = 0; o < outputs; o++) y[o] = room((size_t)frames);
  sum(&old, x, outputs, a, frames);
  sum(&new, x, outputs, b, frames);
  sum(&new, later, outputs, c, frames - again);

  convolved *convolver;
  REQUIRE(
      !convolved_create(&convolver, block, inputs, outputs, precision, old.routes, (size_t)old.count), "%s", convolved_message());
  for (long n = 0; n < frames; n += block) {
    if (n == change) REQUIRE(!convolved_replace(convolver, new.routes, (size_t)new.count, fade), "%s", convolved_message());
    if (n == again) REQUIRE(!convolved_reset(convolver), "reset");
    process(convolver, block, inputs, outputs, x, y, n, wide, together);
  }
  REQUIRE(!convolved_is_changing(convolver), "the change goes on");
  convolved_destroy(convolver);

  double unit = precision == CONVOLVED_FLOAT32 || !wide ? 0x1p-24 : 0x1p-53, worst = 0;
  for (int o = 0; o < outputs; o++)
    for (long n = 0; n < frames; n++) {
      double w = fade_weight(n - change, (long)fade);
      double expected = n >= again ? c[o][n - again] : a[o][n] * (1 - w) + b[o][n] * w;
      double error = fabs(y[o][n] - expected) / (unit * (1 + fmax(old.level, new.level)));
      REQUIRE(
          error < 4, "block %d, %d to %d, precision %d, output %d, frame %ld: %g, not %g (change at %ld over %zu, reset at %ld)",
          block, inputs, outputs, (int)precision, o, n, y[o][n], expected, change, fade, again);
      worst = fmax(worst, error);
    }
  for (int i = 0; i < inputs; i++) free(x[i]);
  for (int o = 0; o < outputs; o++) (free(y[o]), free(a[o]), free(b[o]), free(c[o]));
  free_matrix(&old);
  free_matrix(&new);
  return worst;
}

int main(int count, char **arguments) {
  REQUIRE(count == 3, "usage: sums SEED CASES");
  state = strtoull(arguments[1], NULL, 10);
  double worst = 0;
  for (int i = 0, cases = atoi(arguments[2]); i < cases; i++) worst = fmax(worst, run_case());
  printf("seed %s, %s cases: errors up to %.3f units of the output's level\n", arguments[1], arguments[2], worst);
  return 0;
}
