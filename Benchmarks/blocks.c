// Processes 4,096 blocks of 64 frames of stereo, 65,536 taps of 16 bits a channel, with samples of BITS bits: blocks BITS.
// `make bench-instructions` counts the instructions of the calls.
#include <convolved.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { block = 64, channels = 2, taps = 65536, blocks = 4096 };

static uint64_t state = 1;

// Integers of so many bits, full scale 1.
static double noise(int bits) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return ldexp((double)((int64_t)state >> (64 - bits)), 1 - bits);
}

int main(int count, char **arguments) {
  int bits = count == 2 ? atoi(arguments[1]) : 16;
  static double kernels[channels][taps], x[channels][block], y[channels][block];
  convolved_route routes[channels];
  for (int channel = 0; channel < channels; channel++) {
    for (int k = 0; k < taps; k++) kernels[channel][k] = rint(ldexp(noise(16), 11)) * 0x1p-15;
    routes[channel] = convolved_make_route(channel, channel, kernels[channel], taps);
  }
  convolved *convolver;
  if (convolved_create(&convolver, block, channels, channels, CONVOLVED_FLOAT64, routes, channels)) return puts(convolved_message()), 1;
  const double *in[] = {x[0], x[1]};
  double *out[] = {y[0], y[1]};
  for (int index = 0; index < blocks; index++) {
    for (int n = 0; n < channels * block; n++) x[n / block][n % block] = noise(bits);
    convolved_process_f64(convolver, in, out);
  }
  // On the grid of 16 by 16 bits, or not.
  printf("samples of %d bits: sums are %s\n", bits, y[0][9] * 0x1p30 == rint(y[0][9] * 0x1p30) ? "exact" : "rounded");
  convolved_destroy(convolver);
  return 0;
}
