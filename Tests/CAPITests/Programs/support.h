// What the programs of CAPITests share: checks that end the program, random numbers, the convolution sum.
#pragma once
#include <convolved.h>

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition, ...) \
  do { \
    if (!(condition)) { \
      printf("%s:%d: %s: ", __FILE__, __LINE__, #condition); \
      printf(__VA_ARGS__); \
      printf("\n"); \
      exit(1); \
    } \
  } while (0)

/// SplitMix64.
static uint64_t state;
static inline uint64_t random_bits(void) {
  uint64_t z = state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}
static inline int random_below(int end) { return (int)(random_bits() % (uint64_t)end); }
/// Between -1 and 1.
static inline double random_sample(void) { return (double)(int64_t)random_bits() * 0x1p-63; }

static inline double *room(size_t count) {
  double *samples = calloc(count ? count : 1, sizeof *samples);
  REQUIRE(samples, "no memory for %zu samples", count);
  return samples;
}
static inline double *noise(size_t count) {
  double *samples = room(count);
  for (size_t n = 0; n < count; n++) samples[n] = random_sample();
  return samples;
}

/// What a route adds to an output, for `frames` frames of its input.
static inline void add_route(const convolved_route *route, const double *x, double *y, long frames) {
  for (long n = 0; n < frames; n++) {
    double sum = 0;
    for (long k = 0; k < (long)route->count && n - route->delay - k >= 0; k++) sum += route->taps[k] * x[n - route->delay - k];
    y[n] += route->gain * sum;
  }
}

/// The weight of the new routes n + 1 frames into a fade.
static inline double fade_weight(long n, long frames) {
  if (n < 0) return 0;
  double u = n + 1 < frames ? (double)(n + 1) / (double)frames : 1;
  return u * u * u * (u * (6 * u - 15) + 10);
}
