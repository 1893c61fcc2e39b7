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
typedef Scalar UnalignedOrderedHalf __attribute__((ext_vector_type(16 / sizeof(Scalar)), aligned(sizeof(Scalar))));

INLINE OrderedLanes ordered_load(const void *p) { return *(const UnalignedOrderedLanes *)p; }
/// The first half of them, or the first two, from memory, the others zero.
INLINE OrderedLanes ordered_load_half(const void *p) {
  UnalignedOrderedHalf half = *(const UnalignedOrderedHalf *)p;
#if defined(SCALAR_FLOAT)
  return __builtin_shufflevector((OrderedHalf)half, (OrderedHalf)(Scalar)0, 0, 1, 2, 3, 4, 5, 6, 7);
#else
  return __builtin_shufflevector((OrderedHalf)half, (OrderedHalf)(Scalar)0, 0, 1, 2, 3);
#endif
}
INLINE OrderedLanes ordered_load_two(const void *p) {
  OrderedLanes lanes = (OrderedLanes)(Scalar)0;
  lanes[0] = ((const Scalar *)p)[0];
  lanes[1] = ((const Scalar *)p)[1];
  return lanes;
}
INLINE OrderedLanes ordered_zero(void) { return (OrderedLanes)(Scalar)0; }
INLINE OrderedLanes ordered_add(OrderedLanes a, OrderedLanes b) { return a + b; }
/// a*b + c, rounded once whatever the processor.
INLINE OrderedLanes ordered_fused(OrderedLanes a, OrderedLanes b, OrderedLanes c) { return __builtin_elementwise_fma(a, b, c); }

/// a*b + c, each rounded.
INLINE OrderedLanes ordered_multiply_add(OrderedLanes a, OrderedLanes b, OrderedLanes c) { OrderedLanes p = a * b; return p + c; }
/// Complex numbers with their real and imaginary parts exchanged.
INLINE OrderedLanes ordered_exchange(OrderedLanes a) {
#if defined(SCALAR_FLOAT)
  return __builtin_shufflevector(a, a, 1, 0, 3, 2, 5, 4, 7, 6);
#else
  return __builtin_shufflevector(a, a, 1, 0, 3, 2);
#endif
}

/// Complex numbers with both parts the real ones, or both the imaginary ones; and the numbers times i.
#if defined(SCALAR_FLOAT)
INLINE OrderedLanes ordered_real(OrderedLanes a) { return __builtin_shufflevector(a, a, 0, 0, 2, 2, 4, 4, 6, 6); }
INLINE OrderedLanes ordered_imaginary(OrderedLanes a) { return __builtin_shufflevector(a, a, 1, 1, 3, 3, 5, 5, 7, 7); }
INLINE OrderedLanes ordered_turn(OrderedLanes a) { return __builtin_shufflevector(a, -a, 9, 0, 11, 2, 13, 4, 15, 6); }
#else
INLINE OrderedLanes ordered_real(OrderedLanes a) { return __builtin_shufflevector(a, a, 0, 0, 2, 2); }
INLINE OrderedLanes ordered_imaginary(OrderedLanes a) { return __builtin_shufflevector(a, a, 1, 1, 3, 3); }
INLINE OrderedLanes ordered_turn(OrderedLanes a) { return __builtin_shufflevector(a, -a, 5, 0, 7, 2); }
#endif

/// (0 + 1) + (2 + 3), or 0 + 1.
INLINE Scalar ordered_pairs(OrderedHalf h) {
#if defined(SCALAR_FLOAT)
  return (h[0] + h[1]) + (h[2] + h[3]);
#else
  return h[0] + h[1];
#endif
}
/// (0 + 2) + (1 + 3), or 0 + 1.
INLINE Scalar ordered_halves(OrderedHalf h) {
#if defined(SCALAR_FLOAT)
  return (h[0] + h[2]) + (h[1] + h[3]);
#else
  return h[0] + h[1];
#endif
}

INLINE OrderedHalf half_zero(void) { return (OrderedHalf)(Scalar)0; }
INLINE OrderedHalf half_load(const void *p) { return *(const UnalignedOrderedHalf *)p; }
INLINE void half_store(void *p, OrderedHalf a) { *(UnalignedOrderedHalf *)p = a; }
/// The first `count` lanes from memory, the others zero.
INLINE OrderedHalf half_load_first(const void *p, long count) {
  OrderedHalf lanes = half_zero();
  for (long l = 0; l < count; l++) lanes[l] = ((const Scalar *)p)[l];
  return lanes;
}
INLINE OrderedHalf half_add(OrderedHalf a, OrderedHalf b) { return a + b; }
/// a*b + c, rounded once whatever the processor.
INLINE OrderedHalf half_fused(OrderedHalf a, OrderedHalf b, OrderedHalf c) { return __builtin_elementwise_fma(a, b, c); }
/// a*b + c, each rounded.
INLINE OrderedHalf half_multiply_add(OrderedHalf a, OrderedHalf b, OrderedHalf c) { OrderedHalf p = a * b; return p + c; }

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

/// The sum of two vectors: halves, then vectors, then lanes in pairs.
INLINE Scalar ordered_sum_two(OrderedLanes a, OrderedLanes b) { return ordered_pairs((a.lo + a.hi) + (b.lo + b.hi)); }

/// A complex number, or two sums that belong to its parts.
typedef Scalar Pair __attribute__((ext_vector_type(2)));
typedef Scalar UnalignedPair __attribute__((ext_vector_type(2), aligned(sizeof(Scalar))));

INLINE Pair pair_zero(void) { return (Pair)(Scalar)0; }
INLINE Pair pair_load(const void *p) { return *(const UnalignedPair *)p; }
INLINE Pair pair_exchange(Pair a) { return __builtin_shufflevector(a, a, 1, 0); }
INLINE Pair pair_fused(Pair a, Pair b, Pair c) { return __builtin_elementwise_fma(a, b, c); }
INLINE Pair pair_multiply_add(Pair a, Pair b, Pair c) { Pair p = a * b; return p + c; }
/// Both parts the first one, or the second one; and the number times i.
INLINE Pair pair_first(Pair a) { return __builtin_shufflevector(a, a, 0, 0); }
INLINE Pair pair_second(Pair a) { return __builtin_shufflevector(a, a, 1, 1); }
INLINE Pair pair_turn(Pair a) { return __builtin_shufflevector(a, -a, 3, 0); }
/// The sum of complex numbers: the second half is added to the first until one is left.
INLINE Pair ordered_sum_halves(OrderedLanes a) {
  OrderedHalf h = a.lo + a.hi;
#if defined(SCALAR_FLOAT)
  return h.lo + h.hi;
#else
  return h;
#endif
}
/// The sum of the complex numbers whose parts are the differences of neighbours in `straight`, their sums in `crossed`: in pairs.
INLINE Pair ordered_sum_parts(OrderedLanes straight, OrderedLanes crossed) {
  OrderedHalf re = straight.even - straight.odd, im = crossed.even + crossed.odd;
  return (Pair){ordered_pairs(re), ordered_pairs(im)};
}
/// A number of which no part is -0.
INLINE void pair_store(void *p, Pair a) { *(UnalignedPair *)p = a + (Pair)(Scalar)0; }
/// That number plus its imaginary part times 0, as where C composes it by a multiplication with i.
INLINE void pair_store_by_i(void *p, Pair a) {
  Scalar zero = a[1] * 0;
  Scalar re = a[0] + zero;
  pair_store(p, (Pair){re, a[1]});
}
/// Vectors in pairs, then halves until a pair is left.
INLINE Pair ordered_sum_to_pair(OrderedLanes a, OrderedLanes b, OrderedLanes c, OrderedLanes d) {
  OrderedLanes s = (a + b) + (c + d);
  OrderedHalf h = s.lo + s.hi;
#if defined(SCALAR_FLOAT)
  return h.lo + h.hi;
#else
  return h;
#endif
}
/// The complex number of the sums re*re, im*im and of the sums re*im, im*re. Never -0.
INLINE void pair_store_product(void *p, Pair straight, Pair crossed) {
  Scalar re = straight[0] - straight[1], im = crossed[0] + crossed[1];
  *(UnalignedPair *)p = (Pair){re + 0, im + 0};
}
/// That number as C composes it, by a multiplication with i, whose real part is 0: if im is infinite or NaN, re becomes NaN.
INLINE void pair_store_product_by_i(void *p, Pair straight, Pair crossed) {
  Scalar re = straight[0] - straight[1], im = crossed[0] + crossed[1];
  Scalar zero = im * 0;
  Scalar sum = re + zero;
  *(UnalignedPair *)p = (Pair){sum + 0, im + 0};
}

/// As many float64 numbers as `Lanes` has lanes.
typedef double DoubleLanes __attribute__((ext_vector_type(LANE_COUNT)));

INLINE DoubleLanes doubles_zero(void) { return (DoubleLanes)0.0; }
INLINE DoubleLanes doubles_add(DoubleLanes a, DoubleLanes b) { return a + b; }
INLINE DoubleLanes lanes_widen(Lanes a) { return __builtin_convertvector(a, DoubleLanes); }
INLINE Lanes lanes_narrow(DoubleLanes a) { return __builtin_convertvector(a, Lanes); }
INLINE Scalar lanes_first(Lanes a) { return a[0]; }

#endif
