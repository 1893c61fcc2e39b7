#pragma once
#include "Peers.h"

struct Peer {
  virtual ~Peer() = default;
  virtual void process(const float *const *x, float *const *y) = 0;
};

// The widest vectors of the processor that this is built for.
#if defined(__AVX512F__)
constexpr size_t lanes = 16;
#else
constexpr size_t lanes = 8;
#endif
typedef float Vector __attribute__((vector_size(4 * lanes)));
