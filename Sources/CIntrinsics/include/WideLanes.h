// Vectors with a lane to an output: as wide as the instruction set has them, and at least as OrderedLanes. Lanes never
// meet, so the width does not show in the result.
#pragma once

#include "OrderedLanes.h"

#if defined(SCALAR_FLOAT) || defined(SCALAR_DOUBLE)

#if defined(__AVX512F__)
#define WIDE_BYTES 64
#else
#define WIDE_BYTES 32
#endif

typedef Scalar WideLanes __attribute__((ext_vector_type(WIDE_BYTES / sizeof(Scalar))));
typedef Scalar UnalignedWideLanes __attribute__((ext_vector_type(WIDE_BYTES / sizeof(Scalar)), aligned(sizeof(Scalar))));

INLINE WideLanes wide_load(const void *p) { return *(const UnalignedWideLanes *)p; }
INLINE void wide_store(void *p, WideLanes a) { *(UnalignedWideLanes *)p = a; }
/// The scalar at p in every lane.
INLINE WideLanes wide_broadcast(const void *p) { return (WideLanes)(*(const Scalar *)p); }
INLINE WideLanes wide_zero(void) { return (WideLanes)(Scalar)0; }
INLINE WideLanes wide_add(WideLanes a, WideLanes b) { return a + b; }
/// a*b + c, rounded once whatever the processor.
INLINE WideLanes wide_fused(WideLanes a, WideLanes b, WideLanes c) { return __builtin_elementwise_fma(a, b, c); }
/// a*b + c, each rounded.
INLINE WideLanes wide_multiply_add(WideLanes a, WideLanes b, WideLanes c) { WideLanes p = a * b; return p + c; }

#endif
