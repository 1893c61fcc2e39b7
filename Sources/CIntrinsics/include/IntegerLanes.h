// Vectors of 32 bytes that hold integers of 2, 4 or 8 bytes, whatever the instruction set. Arithmetic wraps around.
#pragma once

#include "Lanes.h"

#if defined(SCALAR_FLOAT) || defined(SCALAR_DOUBLE)

typedef unsigned short Lanes16 __attribute__((ext_vector_type(16)));
typedef unsigned int Lanes32 __attribute__((ext_vector_type(8)));
typedef unsigned long Lanes64 __attribute__((ext_vector_type(4)));
/// Lanes of any of these widths: operations take the width in bytes.
typedef Lanes64 IntegerLanes;
typedef unsigned long UnalignedIntegerLanes __attribute__((ext_vector_type(4), aligned(1)));

INLINE IntegerLanes integers_zero(void) { return (IntegerLanes)0; }
INLINE IntegerLanes integers_load(const void *p) { return *(const UnalignedIntegerLanes *)p; }
INLINE void integers_store(void *p, IntegerLanes a) { *(UnalignedIntegerLanes *)p = a; }

/// The integer of `bytes` bytes at p, in every lane.
INLINE IntegerLanes integers_broadcast(const void *p, long bytes) {
  switch (bytes) {
  case 2: return (IntegerLanes)(Lanes16)(*(const unsigned short *)p);
  case 4: return (IntegerLanes)(Lanes32)(*(const unsigned int *)p);
  default: return (IntegerLanes)(*(const unsigned long *)p);
  }
}
/// a*b + c
INLINE IntegerLanes integers_multiply_add(IntegerLanes a, IntegerLanes b, IntegerLanes c, long bytes) {
  switch (bytes) {
  case 2: return (IntegerLanes)((Lanes16)a * (Lanes16)b + (Lanes16)c);
  case 4: return (IntegerLanes)((Lanes32)a * (Lanes32)b + (Lanes32)c);
  default: return a * b + c;
  }
}

#endif
