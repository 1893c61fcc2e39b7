// Vectors of 32 bytes, whatever the instruction set: the pieces in which OpenBLAS' dot kernels add, and the order of
// their last additions. The order is the result, so nothing here depends on what a processor does well.
#pragma once

#include "Lanes.h"

#if defined(SCALAR_FLOAT) || defined(SCALAR_DOUBLE)

enum { ORDERED_LANE_COUNT = 32 / sizeof(Scalar) };

typedef Scalar OrderedLanes __attribute__((ext_vector_type(32 / sizeof(Scalar))));
typedef Scalar UnalignedOrderedLanes __attribute__((ext_vector_type(32 / sizeof(Scalar)), aligned(sizeof(Scalar))));
/// The lower or the upper half of them.
typedef Scalar OrderedHalf __attribute__((ext_vector_type(16 / sizeof(Scalar))));

INLINE OrderedLanes ordered_load(const void *p) { return *(const UnalignedOrderedLanes *)p; }
INLINE OrderedLanes ordered_zero(void) { return (OrderedLanes)(Scalar)0; }
INLINE OrderedLanes ordered_add(OrderedLanes a, OrderedLanes b) { return a + b; }
/// a*b + c, rounded once whatever the processor.
INLINE OrderedLanes ordered_fused(OrderedLanes a, OrderedLanes b, OrderedLanes c) { return __builtin_elementwise_fma(a, b, c); }

/// (0 + 1) + (2 + 3), or 0 + 1.
INLINE Scalar ordered_pairs(OrderedHalf h) {
#if defined(SCALAR_FLOAT)
  return (h[0] + h[1]) + (h[2] + h[3]);
#else
  return h[0] + h[1];
#endif
}
/// Vectors in turn, then halves, then lanes in pairs.
INLINE Scalar ordered_sum_in_turn(OrderedLanes a, OrderedLanes b, OrderedLanes c, OrderedLanes d) {
  OrderedLanes s = ((a + b) + c) + d;
  return ordered_pairs(s.lo + s.hi);
}
/// Halves, then vectors in pairs, then lanes in pairs.
INLINE Scalar ordered_sum_in_pairs(OrderedLanes a, OrderedLanes b, OrderedLanes c, OrderedLanes d) {
  OrderedHalf ab = (a.lo + a.hi) + (b.lo + b.hi), cd = (c.lo + c.hi) + (d.lo + d.hi);
  return ordered_pairs(ab + cd);
}

/// As many float64 numbers as `Lanes` has lanes.
typedef double DoubleLanes __attribute__((ext_vector_type(LANE_COUNT)));

INLINE DoubleLanes doubles_zero(void) { return (DoubleLanes)0.0; }
INLINE DoubleLanes doubles_add(DoubleLanes a, DoubleLanes b) { return a + b; }
INLINE DoubleLanes lanes_widen(Lanes a) { return __builtin_convertvector(a, DoubleLanes); }
INLINE Lanes lanes_narrow(DoubleLanes a) { return __builtin_convertvector(a, Lanes); }
INLINE Scalar lanes_first(Lanes a) { return a[0]; }

#endif
