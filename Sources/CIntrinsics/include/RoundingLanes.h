// What happens to float64 values before and after a transform, eight at a time: how large they are, whether they are safe to
// round, and rounding. Pointers have any alignment that their elements allow; counts are any, unless it says otherwise.
#pragma once

#include "Lanes.h"

#if defined(SCALAR_FLOAT) || defined(SCALAR_DOUBLE)

// All of it is inlined: how vectors would be passed does not matter.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

typedef double Doubles __attribute__((ext_vector_type(8)));
typedef double UnalignedDoubles __attribute__((ext_vector_type(8), aligned(8)));
typedef float Floats __attribute__((ext_vector_type(8)));
typedef long Longs __attribute__((ext_vector_type(8)));
typedef int Ints __attribute__((ext_vector_type(8)));
typedef int UnalignedInts __attribute__((ext_vector_type(8), aligned(4)));

INLINE Doubles doubles_load(const double *p) { return *(const UnalignedDoubles *)p; }
INLINE void doubles_store(double *p, Doubles a) { *(UnalignedDoubles *)p = a; }
/// Of fewer than 8 values; zeros fill it.
INLINE Doubles doubles_load_rest(const double *p, long count) {
  Doubles a = 0;
  for (int lane = 0; lane < count; lane++) a[lane] = p[lane];
  return a;
}
INLINE Doubles doubles_magnitude(Doubles a) { return (Doubles)((Longs)a & 0x7FFFFFFFFFFFFFFF); }
INLINE long longs_any(Longs a) { return (a[0] | a[1]) | (a[2] | a[3]) | ((a[4] | a[5]) | (a[6] | a[7])); }

/// Adding this, and taking it away, rounds a double below 2^51 to an integer, half to even.
#define ROUNDER 0x1.8p52

/// The largest of magnitudes, given as their bits, which have the same order, infinity and then NaN being the largest.
INLINE double largest_magnitude(Longs bits) {
  long largest = 0;
  for (int lane = 0; lane < 8; lane++) largest = bits[lane] > largest ? bits[lane] : largest;
  union { long bits; double value; } result = {largest};
  return result.value;
}

/// The sum of the squares, and the largest magnitude; what is no number makes both none.
INLINE double values_squares(const double *x, long count, double *largest) {
  Doubles squares = 0;
  Longs bits = 0;
  for (long n = 0; n < count; n += 8) {
    Doubles a = count - n < 8 ? doubles_load_rest(x + n, count - n) : doubles_load(x + n);
    squares += a * a;
    Longs magnitude = (Longs)doubles_magnitude(a);
    bits = magnitude > bits ? magnitude : bits;
  }
  double sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += squares[lane];
  *largest = largest_magnitude(bits);
  return sum;
}

/// Whether some of 8 values times `scale` lie further than `limit` from an integer, or are too large to tell.
INLINE Longs values_unclear(Doubles a, double scale, double limit) {
  Doubles scaled = a * scale;
  Doubles distance = doubles_magnitude(scaled - ((scaled + ROUNDER) - ROUNDER));
  return ~((distance <= limit) & (doubles_magnitude(scaled) < 0x1p50));
}

/// The first n from `start` on, in steps of 32, at which one of 32 values is unclear, or fewer than 32 are left.
INLINE long values_first_unclear(const double *x, long start, long count, double scale, double limit) {
  long n = start;
  for (; n + 32 <= count; n += 32) {
    Longs unclear = values_unclear(doubles_load(x + n), scale, limit) | values_unclear(doubles_load(x + n + 8), scale, limit) |
                    values_unclear(doubles_load(x + n + 16), scale, limit) | values_unclear(doubles_load(x + n + 24), scale, limit);
    if (longs_any(unclear)) break;
  }
  return n;
}

/// Whether some of 8 values are rounded to different float32 numbers `bound` below and above them, or have another sign there.
INLINE Ints values_unclear_float32(Doubles a, double bound) {
  Floats low = __builtin_convertvector(a - bound, Floats), high = __builtin_convertvector(a + bound, Floats);
  return ~((low == high) & __builtin_convertvector(doubles_magnitude(a) > bound, Ints));
}

/// `values_first_unclear` for float32.
INLINE long values_first_unclear_float32(const double *x, long start, long count, double bound) {
  long n = start;
  for (; n + 32 <= count; n += 32) {
    Ints unclear = values_unclear_float32(doubles_load(x + n), bound) | values_unclear_float32(doubles_load(x + n + 8), bound) |
                   values_unclear_float32(doubles_load(x + n + 16), bound) | values_unclear_float32(doubles_load(x + n + 24), bound);
    if (longs_any(__builtin_convertvector(unclear, Longs))) break;
  }
  return n;
}

/// 8 values times `scale`, 2^(bits-1), as integers of so many bits: rounded half to even and clipped, those that clip counted in
/// `clipped`, in each lane by -1.
INLINE Ints values_quantized(Doubles a, double scale, Longs *clipped) {
  double top = scale - 1, bottom = -scale;
  Doubles scaled = a * scale;
  // One step of room in which an excess shows, yet small enough for the rounding.
  scaled = scaled < top + 1 ? scaled : top + 1;
  scaled = scaled > bottom - 1 ? scaled : bottom - 1;
  Doubles rounded = (scaled + ROUNDER) - ROUNDER;
  Doubles result = rounded < top ? rounded : top;
  result = result > bottom ? result : bottom;
  *clipped += result != rounded;
  // The lowest bits of this sum are the integer.
  return __builtin_convertvector((Longs)(result + ROUNDER), Ints);
}

/// Returns how many clipped. `peak` becomes the largest magnitude, no number if one is none.
INLINE long values_quantize(const double *x, long count, double scale, int *y, double *peak) {
  Longs clipped = 0, bits = 0;
  long n = 0;
  for (; n + 8 <= count; n += 8) {
    Doubles a = doubles_load(x + n);
    Longs magnitude = (Longs)doubles_magnitude(a);
    bits = magnitude > bits ? magnitude : bits;
    *(UnalignedInts *)(y + n) = values_quantized(a, scale, &clipped);
  }
  if (n < count) {
    // The zeros clip nothing.
    Doubles a = doubles_load_rest(x + n, count - n);
    Longs magnitude = (Longs)doubles_magnitude(a);
    bits = magnitude > bits ? magnitude : bits;
    Ints integers = values_quantized(a, scale, &clipped);
    for (int lane = 0; lane < count - n; lane++) y[n + lane] = integers[lane];
  }
  long total = 0;
  for (int lane = 0; lane < 8; lane++) total -= clipped[lane];
  *peak = largest_magnitude(bits);
  return total;
}

#pragma clang diagnostic pop

#endif
