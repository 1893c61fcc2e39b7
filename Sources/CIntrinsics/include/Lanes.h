// Vectors as wide as the instruction set that a target is compiled for, and the operations on them.
//
// Swift's own SIMD arithmetic is a loop over lanes which the optimiser must put together again, and fails to in long
// functions; these are vector operations from the start. A target chooses its scalar with -DSCALAR_FLOAT or
// -DSCALAR_DOUBLE. Every operation is one statement, so that none is contracted into a fused one behind our back.
#pragma once

#define INLINE static inline __attribute__((always_inline))

#if defined(SCALAR_FLOAT) || defined(SCALAR_DOUBLE)

#if defined(SCALAR_FLOAT)
typedef float Scalar;
#else
typedef double Scalar;
#endif

#if defined(SCALAR_FLOAT) && defined(__AVX512F__)
#define LANE_COUNT 16
#elif defined(SCALAR_FLOAT) && defined(__AVX2__) || defined(__AVX512F__)
#define LANE_COUNT 8
#else
#define LANE_COUNT 4
#endif

typedef Scalar Lanes __attribute__((ext_vector_type(LANE_COUNT)));
/// `Lanes` in memory of any alignment.
typedef Scalar UnalignedLanes __attribute__((ext_vector_type(LANE_COUNT), aligned(sizeof(Scalar))));

/// Asks for a cache line that will be read soon.
INLINE void lanes_prefetch(const void *p) { __builtin_prefetch(p, 0, 3); }
INLINE Lanes lanes_load(const void *p) { return *(const UnalignedLanes *)p; }
INLINE void lanes_store(void *p, Lanes v) { *(UnalignedLanes *)p = v; }
INLINE Lanes lanes_broadcast(Scalar a) { return (Lanes)a; }
INLINE Lanes lanes_add(Lanes a, Lanes b) { return a + b; }
INLINE Lanes lanes_subtract(Lanes a, Lanes b) { return a - b; }
INLINE Lanes lanes_multiply(Lanes a, Lanes b) { return a * b; }

/// a*b + c, rounded once whatever the processor: without FMA instructions by the C library, slowly.
INLINE Lanes lanes_fused(Lanes a, Lanes b, Lanes c) { return __builtin_elementwise_fma(a, b, c); }

/// a*b + c and c - a*b as fast as the processor can: rounded once where it has FMA, twice where it has not.
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA)
INLINE Lanes lanes_multiply_add(Lanes a, Lanes b, Lanes c) { return __builtin_elementwise_fma(a, b, c); }
INLINE Lanes lanes_multiply_subtract(Lanes a, Lanes b, Lanes c) { return __builtin_elementwise_fma(-a, b, c); }
#else
INLINE Lanes lanes_multiply_add(Lanes a, Lanes b, Lanes c) { Lanes p = a * b; return p + c; }
INLINE Lanes lanes_multiply_subtract(Lanes a, Lanes b, Lanes c) { Lanes p = a * b; return c - p; }
#endif

/// Exchanges that transpose squares of vectors: rows side by side, then rows two apart, then rows four apart; and those that transpose
/// the quarters of vectors of 16 lanes. The order of float's pairs is another than double's: `Transpose.swift`.
#define SHUFFLE(name, ...) INLINE Lanes name(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, __VA_ARGS__); }
#if defined(SCALAR_FLOAT) && defined(__AVX512F__)
SHUFFLE(lanes_pairs_low, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
SHUFFLE(lanes_pairs_high, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
SHUFFLE(lanes_twos_low, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
SHUFFLE(lanes_twos_high, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
SHUFFLE(lanes_halves_low, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
SHUFFLE(lanes_halves_high, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
SHUFFLE(lanes_quarters_even, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
SHUFFLE(lanes_quarters_odd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)
#elif defined(SCALAR_FLOAT) && defined(__AVX2__)
SHUFFLE(lanes_pairs_low, 0, 8, 1, 9, 4, 12, 5, 13)
SHUFFLE(lanes_pairs_high, 2, 10, 3, 11, 6, 14, 7, 15)
SHUFFLE(lanes_twos_low, 0, 1, 8, 9, 4, 5, 12, 13)
SHUFFLE(lanes_twos_high, 2, 3, 10, 11, 6, 7, 14, 15)
SHUFFLE(lanes_fours_low, 0, 1, 2, 3, 8, 9, 10, 11)
SHUFFLE(lanes_fours_high, 4, 5, 6, 7, 12, 13, 14, 15)
#elif defined(__AVX512F__)
SHUFFLE(lanes_pairs_low, 0, 8, 2, 10, 4, 12, 6, 14)
SHUFFLE(lanes_pairs_high, 1, 9, 3, 11, 5, 13, 7, 15)
SHUFFLE(lanes_twos_low, 0, 1, 8, 9, 4, 5, 12, 13)
SHUFFLE(lanes_twos_high, 2, 3, 10, 11, 6, 7, 14, 15)
SHUFFLE(lanes_fours_low, 0, 1, 2, 3, 8, 9, 10, 11)
SHUFFLE(lanes_fours_high, 4, 5, 6, 7, 12, 13, 14, 15)
#else
#if defined(SCALAR_FLOAT)
SHUFFLE(lanes_pairs_low, 0, 4, 1, 5)
SHUFFLE(lanes_pairs_high, 2, 6, 3, 7)
#else
SHUFFLE(lanes_pairs_low, 0, 4, 2, 6)
SHUFFLE(lanes_pairs_high, 1, 5, 3, 7)
#endif
SHUFFLE(lanes_twos_low, 0, 1, 4, 5)
SHUFFLE(lanes_twos_high, 2, 3, 6, 7)
#endif

/// What the vectors are too narrow or too wide for, which only dead code asks for.
#define NO_SHUFFLE(name) INLINE Lanes name(Lanes a, Lanes b) { (void)b; return a; }
#if LANE_COUNT != 8
NO_SHUFFLE(lanes_fours_low)
NO_SHUFFLE(lanes_fours_high)
#endif
#if LANE_COUNT != 16
NO_SHUFFLE(lanes_halves_low)
NO_SHUFFLE(lanes_halves_high)
NO_SHUFFLE(lanes_quarters_even)
NO_SHUFFLE(lanes_quarters_odd)
#endif

#endif
