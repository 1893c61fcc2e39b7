// Uniform partitions by overlap-save on FFTW: one transform each way, and a product with every partition's spectrum.
#include "Peer.hpp"
#include <algorithm>
#include <cstring>
#include <fftw3.h>
#include <vector>

namespace {

// As many bins as a vector has lanes. Spectra are real at zero and at half the rate: the latter lies in the former's `im`.
struct Tile {
  Vector re, im;
};

// The four real products apart: two bins of the first tile need `re * re` and `im * im` by themselves.
struct Products {
  Vector rr = {}, ii = {}, ri = {}, ir = {};

  void add(const Tile &x, const Tile &h) {
    rr += x.re * h.re;
    ii += x.im * h.im;
    ri += x.re * h.im;
    ir += x.im * h.re;
  }
};

class FFTW final : public Peer {
public:
  FFTW(size_t block, size_t taps, const float *h)
      : block(block), partitions((taps + block - 1) / block), tiles(block / lanes), kernel(tiles * partitions),
        signal(tiles * partitions), window(fftwf_alloc_real(2 * block)), spectrum(fftwf_alloc_complex(block + 1)) {
    forward = fftwf_plan_dft_r2c_1d(2 * block, window, spectrum, FFTW_MEASURE);
    backward = fftwf_plan_dft_c2r_1d(2 * block, spectrum, window, FFTW_MEASURE);
    for (size_t p = 0; p < partitions; p++) {
      size_t count = std::min(block, taps - p * block);
      std::fill_n(window, 2 * block, 0);
      for (size_t n = 0; n < count; n++) window[n] = h[p * block + n] / (2 * block);
      fftwf_execute(forward);
      store(kernel.data() + p);
    }
    std::fill_n(window, 2 * block, 0);
  }

  ~FFTW() override {
    fftwf_destroy_plan(forward);
    fftwf_destroy_plan(backward);
    fftwf_free(window);
    fftwf_free(spectrum);
  }

  void process(const float *const *x, float *const *y) override {
    std::memcpy(window + block, x[0], block * sizeof(float));
    fftwf_execute(forward);
    newest = (newest ? newest : partitions) - 1;
    store(signal.data() + newest);
    for (size_t t = 0; t < tiles; t++) load(t, product(t));
    fftwf_execute(backward);
    std::memcpy(y[0], window + block, block * sizeof(float));
    std::memcpy(window, x[0], block * sizeof(float));
  }

private:
  // Tile after tile, in each the partitions in order; the signal's ring runs downwards, so that both are read upwards.
  Products product(size_t tile) const {
    const Tile *x = signal.data() + tile * partitions, *h = kernel.data() + tile * partitions;
    size_t first = partitions - newest;
    Products even, odd;
    add(x + newest, h, first, even, odd);
    add(x, h + first, newest, even, odd);
    return {even.rr + odd.rr, even.ii + odd.ii, even.ri + odd.ri, even.ir + odd.ir};
  }

  // Two sets of sums, since one would wait for its own additions.
  static void add(const Tile *x, const Tile *h, size_t count, Products &even, Products &odd) {
    size_t p = 0;
    for (; p + 2 <= count; p += 2) {
      even.add(x[p], h[p]);
      odd.add(x[p + 1], h[p + 1]);
    }
    if (p < count) even.add(x[p], h[p]);
  }

  // FFTW's spectrum into tiles that lie `partitions` apart.
  void store(Tile *target) const {
    for (size_t t = 0; t < tiles; t++) {
      Tile &tile = target[t * partitions];
      for (size_t lane = 0; lane < lanes; lane++) {
        tile.re[lane] = spectrum[t * lanes + lane][0];
        tile.im[lane] = spectrum[t * lanes + lane][1];
      }
    }
    target->im[0] = spectrum[block][0];
  }

  // A tile of products into FFTW's spectrum.
  void load(size_t t, const Products &sum) {
    Vector re = sum.rr - sum.ii, im = sum.ri + sum.ir;
    for (size_t lane = 0; lane < lanes; lane++) {
      spectrum[t * lanes + lane][0] = re[lane];
      spectrum[t * lanes + lane][1] = im[lane];
    }
    if (t > 0) return;
    spectrum[0][0] = sum.rr[0];
    spectrum[0][1] = 0;
    spectrum[block][0] = sum.ii[0];
    spectrum[block][1] = 0;
  }

  size_t block, partitions, tiles, newest = 0;
  std::vector<Tile> kernel, signal;
  float *window;
  fftwf_complex *spectrum;
  fftwf_plan forward, backward;
};

} // namespace

Peer *peer_create_fftw(size_t block, size_t taps, const float *h) { return new FFTW(block, taps, h); }

const char *peer_fftw_version(void) { return fftwf_version; }
