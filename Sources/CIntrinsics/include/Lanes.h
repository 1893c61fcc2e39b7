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

#if defined(SCALAR_FLOAT) && defined(__AVX2__)
#define LANE_COUNT 8
#else
#define LANE_COUNT 4
#endif

typedef Scalar Lanes __attribute__((ext_vector_type(LANE_COUNT)));
/// The same in memory of any alignment.
typedef Scalar UnalignedLanes __attribute__((ext_vector_type(LANE_COUNT), aligned(sizeof(Scalar))));

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

/// Lanes of a and b in turn: the lower halves, the upper halves. log2(LANE_COUNT) rounds of both transpose a square.
#if LANE_COUNT == 8
INLINE Lanes lanes_zip_low(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11); }
INLINE Lanes lanes_zip_high(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15); }
#else
INLINE Lanes lanes_zip_low(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
INLINE Lanes lanes_zip_high(Lanes a, Lanes b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }
#endif

#endif
