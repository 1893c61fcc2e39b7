// The sum in the time domain. Taps a vector's width apart share the loads of the signal, and the sums stay in registers.
#include "Peer.hpp"
#include <cstring>
#include <vector>

namespace {

// Four vectors of outputs side by side, and as many taps at once as there are registers for.
constexpr size_t outputs = 4, taps_at_once = lanes == 16 ? 8 : 4, group = taps_at_once * lanes;

Vector load(const float *x) {
  Vector v;
  std::memcpy(&v, x, sizeof v);
  return v;
}

class Direct final : public Peer {
public:
  Direct(size_t block, size_t taps, const float *h)
      : block(block), taps((taps + group - 1) / group * group), kernel(this->taps),
        ring((this->taps + block - 1) / block * block + block), signal(2 * ring) {
    // For each group of taps the first of every vector's width, then the second of each, and so on.
    for (size_t k = 0; k < taps; k++) {
      size_t inside = k % group;
      kernel[k - inside + inside % lanes * taps_at_once + inside / lanes] = h[k];
    }
  }

  void process(const float *const *x, float *const *y) override {
    // Each block is written twice, a ring apart: what came before the second lies below it without a gap.
    std::memcpy(signal.data() + next, x[0], block * sizeof(float));
    std::memcpy(signal.data() + next + ring, x[0], block * sizeof(float));
    const float *now = signal.data() + next + ring;
    for (size_t n = 0; n < block; n += outputs * lanes) sum(now + n, y[0] + n);
    next = (next + block) % ring;
  }

private:
  // outputs * lanes outputs, of which `x` is the first one's newest sample.
  void sum(const float *x, float *y) const {
    // Even and odd taps apart, since one sum would wait for its own additions.
    Vector sums[outputs][2] = {};
    const float *h = kernel.data();
    for (size_t k = 0; k < taps; k += group, x -= group) {
      for (size_t phase = 0; phase < lanes; phase++, h += taps_at_once) add(x - phase, h, sums);
    }
    for (size_t i = 0; i < outputs; i++) {
      Vector result = sums[i][0] + sums[i][1];
      std::memcpy(y + i * lanes, &result, sizeof result);
    }
  }

  // Taps a vector's width apart: output vector i and tap j meet the signal's vector i - j.
  static inline __attribute__((always_inline)) void add(const float *x, const float *h, Vector (&sums)[outputs][2]) {
#pragma clang loop unroll(full)
    for (size_t step = 0; step < outputs + taps_at_once - 1; step++) {
      Vector v = load(x + step * lanes - (taps_at_once - 1) * lanes);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < taps_at_once; j++) {
        size_t i = step + j - (taps_at_once - 1);
        if (i < outputs) sums[i][j & 1] += h[j] * v;
      }
    }
  }

  size_t block, taps;
  std::vector<float> kernel;
  size_t ring;
  std::vector<float> signal;
  size_t next = 0;
};

} // namespace

Peer *peer_create_direct(size_t block, size_t taps, const float *h) { return new Direct(block, taps, h); }
