// The table of SIMD loops: one for each precision and instruction set, filled once at start.
//
// Pointers are to scalars of the table's precision. No loop allocates, locks or calls the system. Unless it says
// otherwise, a loop takes pointers of any alignment and no two of its arguments overlap.
#pragma once

/// What a right-angle transform of 2M real values needs: M complex points, M a power of two.
typedef struct {
  /// M.
  long points;
  /// Passes of radix 4 between the first radix-2 pass, if there is one, and the leaf.
  long radix4_passes;
  /// cos and sin for the radix-2 pass that comes first; NULL where M needs none.
  const void *_Nullable radix2_twiddles;
  /// For each pass of radix 4, and each of its blocks: cos and sin of one, two and three quarters of the angle. Blocks of 32
  /// points have such a pass within the leaf.
  const void *_Nonnull const *_Nonnull radix4_twiddles;
  /// For each group of the smallest blocks: the twiddles of the last steps, each as a vector of cos and one of sin.
  const void *_Nonnull leaf_twiddles;
} TransformPlan;

/// Spectra that are multiplied bin by bin and added up: `count` partitions of a signal with as many of a kernel. Both are
/// tiled: real parts of some bins, then their imaginary parts, then the same bins of the next partition. Strides are
/// bytes from a tile to the next. `newer` is the signal's partition before the first, in time the next; NULL where a path begins.
typedef struct {
  const void *_Nonnull signal;
  const void *_Nonnull kernel;
  long count;
  long signal_stride;
  long kernel_stride;
  const void *_Nullable newer;
} SpectrumRun;

/// Sums of products: y[o] from x[o..<o+taps] and r for o < count.
typedef void (*_Nonnull SumsOfProducts)(const void *_Nonnull x, const void *_Nonnull r, long taps, void *_Nonnull y, long count);

/// Sums of products: y[k] from x[places[k]..<places[k]+lengths[k]] and r for k < count. `work` is room for 256 bytes for each.
typedef void (*_Nonnull SumsAtPlaces)(const void *_Nonnull x, const long *_Nonnull places, const long *_Nonnull lengths,
                                      const void *_Nonnull r, void *_Nonnull y, long count, void *_Nonnull work);

typedef struct {
  /// Bytes of a scalar: 4 or 8.
  long scalar_bytes;
  /// Lanes of a vector, W. Buffers that a loop rounds up are padded to W scalars.
  long lane_count;
  /// Points of a transform's smallest blocks: 4, 16 or 32.
  long leaf_points;
  /// Points of as many of them as are taken together: the least M of a transform.
  long group_points;
  /// Bins of a tile: a divisor of group_points.
  long tile_bins;
  /// multiply_ahead takes a multiple of so many bins, a power of two.
  long ahead_bins;
  /// Direct kernels of more than few_taps taps are padded with zeros to a multiple of direct_taps.
  long direct_taps;
  long few_taps;

  /// 2M real values -> M bins, in no particular order: real parts in spectrum[0..<M], imaginary in spectrum[M..<2M].
  void (*_Nonnull forward)(const TransformPlan *_Nonnull plan, const void *_Nonnull input, void *_Nonnull spectrum);
  /// Transforms M real values followed by M zeros, which are not read.
  void (*_Nonnull forward_zero_padded)(const TransformPlan *_Nonnull plan, const void *_Nonnull input, void *_Nonnull spectrum);
  /// M bins -> 2M real values times M, in place.
  void (*_Nonnull inverse)(const TransformPlan *_Nonnull plan, void *_Nonnull spectrum);

  /// The transform of M values followed by M zeros, and its inverse, in slices: see Loops/Transform/SlicedTransform.swift. `re` and `im` are M
  /// scalars each; columns are from..<to, in whole vectors.
  void (*_Nonnull first_pass)(const TransformPlan *_Nonnull plan, const void *_Nonnull input, void *_Nonnull re, void *_Nonnull im,
                              long from, long to);
  void (*_Nonnull forward_pass)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block,
                                long from, long to);
  /// `count` blocks of `pass` to the end, into the tiles of the whole spectrum, `stride` scalars apart.
  void (*_Nonnull forward_blocks)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block,
                                  long count, void *_Nonnull tiles, long stride);
  void (*_Nonnull inverse_blocks)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block,
                                  long count);
  void (*_Nonnull inverse_pass)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block,
                                long from, long to);
  /// The last pass, added to a ring of mask + 1 scalars: 2M values from `position` on.
  void (*_Nonnull last_pass)(const TransformPlan *_Nonnull plan, const void *_Nonnull re, const void *_Nonnull im, long from, long to,
                             void *_Nonnull ring, long position, long mask);
  /// `forward` and `inverse` of more than 2,048 points in slices, likewise: the first pass of a whole window into its spectrum; one block
  /// of `pass` to the end, in place, and back again; the inverse's last pass.
  void (*_Nonnull first_window_pass)(const TransformPlan *_Nonnull plan, const void *_Nonnull input, void *_Nonnull spectrum, long from,
                                     long to);
  void (*_Nonnull forward_block)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block);
  void (*_Nonnull inverse_block)(const TransformPlan *_Nonnull plan, void *_Nonnull re, void *_Nonnull im, long pass, long block);
  void (*_Nonnull last_window_pass)(const TransformPlan *_Nonnull plan, void *_Nonnull spectrum, long from, long to);
  /// Tiles from..<to of re and im = the sum of all products of the runs.
  void (*_Nonnull multiply_runs)(const SpectrumRun *_Nonnull runs, long count, long from, long to, void *_Nonnull re, void *_Nonnull im);
  /// The same, but half of the bins are summed for the next window too: see Loops/Products/ProductAhead.swift.
  /// Which half alternates with `odd`, 0 and 1 by turns. `ahead` holds what is known of sums, zeros at first: as many bins as half of
  /// re and im.
  void (*_Nonnull multiply_ahead)(const SpectrumRun *_Nonnull runs, long count, long from, long to, long odd, void *_Nonnull re,
                                  void *_Nonnull im, void *_Nonnull ahead);
  /// x *= h: bins from..<to, in whole vectors, of two spectra of M bins.
  void (*_Nonnull multiply)(void *_Nonnull x, const void *_Nonnull h, long points, long from, long to);
  /// y[n] = sum of h[k] x[n-k], added to y[n] if `adds` is not 0, for n < frames rounded up to 4 W; `taps` is at most few_taps, or
  /// a multiple of direct_taps. x is read from x[-taps] to x[frames + 5 W].
  void (*_Nonnull direct)(const void *_Nonnull x, const void *_Nonnull h, long taps, void *_Nonnull y, long frames, long adds);
  /// y[o] = 0 + dot(x[o..<o+taps], r) for o < count, each dot added up in the order, and with the roundings, of OpenBLAS'
  /// kernel for a family of processors. The bits are the same on every instruction set; those of a family with FMA are
  /// slow where there are no such instructions.
  SumsOfProducts ordered_sums_skylakex, ordered_sums_haswell, ordered_sums_sandybridge, ordered_sums_nehalem;
  SumsOfProducts ordered_sums_cortexa, ordered_sums_neoversen1, ordered_sums_neoversev1, ordered_sums_neoversen2;
  /// The same sums y[k] = 0 + dot(x[places[k]..<places[k]+lengths[k]], r), fastest where places ascend and lengths change little.
  SumsAtPlaces sums_at_places_skylakex, sums_at_places_haswell, sums_at_places_sandybridge, sums_at_places_nehalem;
  SumsAtPlaces sums_at_places_cortexa, sums_at_places_neoversen1, sums_at_places_neoversev1, sums_at_places_neoversen2;
  /// Those sums of complex numbers, two scalars each. Nehalem's order depends on whether x lies at a multiple of 16 bytes.
  SumsOfProducts complex_sums_skylakex, complex_sums_haswell, complex_sums_sandybridge, complex_sums_nehalem;
  SumsOfProducts complex_sums_cortexa, complex_sums_neoversen1;
  /// y[o] = sum of x[o+i] r[i] for o < count, i ascending from zero, product and sum each rounded.
  SumsOfProducts sequential_sums;
  /// Sums in any order of integers of 16, 32 and 64 bits, which wrap around, whatever the table's precision.
  SumsOfProducts integer_sums_16, integer_sums_32, integer_sums_64;
  /// For float64 values whatever the table's precision: see RoundingLanes.h.
  double (*_Nonnull squares)(const double *_Nonnull x, long count, double *_Nonnull largest);
  long (*_Nonnull first_unclear)(const double *_Nonnull x, long start, long count, double scale, double limit);
  long (*_Nonnull first_unclear_float32)(const double *_Nonnull x, long start, long count, double bound);
  long (*_Nonnull quantize)(const double *_Nonnull x, long count, double scale, int *_Nonnull y, double *_Nonnull peak);
  /// float64 <-> the table's precision.
  void (*_Nonnull from_double)(const double *_Nonnull x, void *_Nonnull y, long count);
  void (*_Nonnull to_double)(const void *_Nonnull x, double *_Nonnull y, long count);
  void (*_Nonnull from_float)(const float *_Nonnull x, void *_Nonnull y, long count);
  void (*_Nonnull to_float)(const void *_Nonnull x, float *_Nonnull y, long count);
  /// y = x, and x = 0.
  void (*_Nonnull take_double)(void *_Nonnull x, double *_Nonnull y, long count);
  void (*_Nonnull take_float)(void *_Nonnull x, float *_Nonnull y, long count);
  void (*_Nonnull clear)(void *_Nonnull x, long count);
} VectorLoops;
