// The convolvers that ours is measured against, behind one seam: float32, a block in, a block out, no latency beyond the block.
#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Peer Peer;

/// zita-convolver: a matrix of partitions that grow up to `largest_partition`; what lies beyond the first size runs in threads
/// of the caller's scheduling policy.
///
/// `h` holds inputs * outputs kernels of `taps` taps, output after output. NULL where zita refuses the sizes.
Peer *peer_create_zita(size_t inputs, size_t outputs, size_t block, size_t taps, const float *const *h, size_t largest_partition);

/// Uniform partitions on FFTW, one channel. `block` is a multiple of 16.
Peer *peer_create_fftw(size_t block, size_t taps, const float *h);

/// The sum in the time domain, one channel. `block` is a multiple of 64.
Peer *peer_create_direct(size_t block, size_t taps, const float *h);

/// One block: a pointer for each input, a pointer for each output.
void peer_process(Peer *peer, const float *const *x, float *const *y);

void peer_destroy(Peer *peer);

const char *peer_zita_version(void);
const char *peer_fftw_version(void);

#ifdef __cplusplus
}
#endif
