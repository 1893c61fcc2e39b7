// convolved, arrays at once: convolves lists and images with the bits of NumPy and SciPy, and rows of them at the speed of FFTs.
//
//     convolved_array a = convolved_make_array(signal, count, CONVOLVED_DTYPE_FLOAT64), v = ...;
//     convolved_shape(&a, &v, CONVOLVED_FULL, &length, &dtype);
//     double *y = malloc(length * convolved_dtype_size(dtype));
//     if (convolved_convolve(&a, &v, CONVOLVED_FULL, NULL, y, length * sizeof *y)) fail(convolved_message());
//
// These functions share nothing: any number of threads may call them at once. With one thread (the default) everything is done
// on the calling thread; other threads are started for the call and have ended when it returns. A process may fork while none
// of these functions runs. Results may not overlap operands. After an error what the results hold is unspecified; everything
// else is as before. Not real-time safe.
#ifndef CONVOLVED_ARRAYS_H
#define CONVOLVED_ARRAYS_H

#include "convolved.h"

#ifdef __cplusplus
extern "C" {
#endif

/// The type of an array's elements: a dtype of NumPy's. longdouble, object, datetime and text have no constant.
typedef enum convolved_dtype {
  /// A byte of 0 or 1.
  CONVOLVED_DTYPE_BOOL = 0,
  CONVOLVED_DTYPE_INT8 = 1,
  CONVOLVED_DTYPE_INT16 = 2,
  CONVOLVED_DTYPE_INT32 = 3,
  CONVOLVED_DTYPE_INT64 = 4,
  CONVOLVED_DTYPE_UINT8 = 5,
  CONVOLVED_DTYPE_UINT16 = 6,
  CONVOLVED_DTYPE_UINT32 = 7,
  CONVOLVED_DTYPE_UINT64 = 8,
  CONVOLVED_DTYPE_FLOAT16 = 9,
  CONVOLVED_DTYPE_FLOAT32 = 10,
  CONVOLVED_DTYPE_FLOAT64 = 11,
  /// The real part, then the imaginary part, each of float32 or float64.
  CONVOLVED_DTYPE_COMPLEX64 = 12,
  CONVOLVED_DTYPE_COMPLEX128 = 13,
} convolved_dtype;

/// Bytes of an element; 0 for what is no convolved_dtype. Real-time safe.
size_t convolved_dtype_size(convolved_dtype dtype);

/// Values that are read during a call: contiguous, row after row. Those in the other order of bytes, or not at a multiple of their
/// size (of a part's, if complex), are copied first, as NumPy copies them.
typedef struct convolved_array {
  const void *values;
  convolved_dtype dtype;
  /// Not 0: the bytes of each value are in the order opposite to this machine's.
  int swapped;
  /// Values along each dimension: rows and columns. Functions of one dimension read the first only.
  size_t shape[2];
} convolved_array;

/// An array of one dimension, in this machine's order of bytes.
static inline convolved_array convolved_make_array(const void *values, size_t count, convolved_dtype dtype) {
  convolved_array array = {values, dtype, 0, {count, 1}};
  return array;
}

/// Which outputs are computed, of N with M values: all N + M - 1; the max(N, M) in their middle; or those of complete overlap.
typedef enum convolved_mode {
  CONVOLVED_FULL = 0,
  CONVOLVED_SAME = 1,
  CONVOLVED_VALID = 2,
} convolved_mode;

/// How the work is done. It does not change results, but for the profile. NULL stands for: the processor's profile, one thread,
/// not to be stopped. Initialise all of it ({0}).
typedef struct convolved_options {
  /// Whose order of float sums to reproduce: "skylakex", "haswell", "sandybridge", "nehalem" ..., as `convolve --profile` takes them, old
  /// names included.
  /// NULL or "auto": the one that NumPy picks on this processor. Read by convolved_convolve and convolved_correlate.
  const char *profile;
  /// Threads that compute, the calling one included: 1 to 1024, used as far as there are processors and they help. 0 is 1.
  int threads;
  /// Called from the calling thread, with `context`, some 20 to 50 ms of work after the start or the last time: a value other than
  /// 0 stops the work, and the call returns CONVOLVED_ERROR_STOPPED within some 100 ms. NULL: nothing stops it. It may not call
  /// longjmp or throw. Short calls do not call it.
  int (*stop)(void *context);
  void *context;
} convolved_options;

/// Length and type of what convolved_convolve and convolved_correlate write. Either pointer may be NULL.
///
/// CONVOLVED_ERROR_EMPTY, _DTYPE, _MODE, or _LENGTH where no memory could hold the result. O(1).
convolved_error convolved_shape(
    const convolved_array *a, const convolved_array *v, convolved_mode mode, size_t *length, convolved_dtype *dtype);

/// np.convolve(a, v, mode): its bits, with one BLAS thread, and its type (any NaN for a NaN).
///
/// `result` has `room` bytes, at least those of the values that convolved_shape tells. Operands of every type and any mix of types.
/// Integers wrap around. Operands of the result's type are not copied.
///
/// CONVOLVED_ERROR_NULL, _EMPTY, _DTYPE, _MODE, _PROFILE, _THREADS, _LENGTH (`room` is too small), _MEMORY, _STOPPED.
/// O(N M); O(N log M) for integers, which then go by transforms that are proved to be exact. A sum of more than 10^8 terms
/// is not interrupted.
convolved_error convolved_convolve(
    const convolved_array *a, const convolved_array *v, convolved_mode mode, const convolved_options *options, void *result,
    size_t room);

/// np.correlate(a, v, mode), as convolved_convolve: c[k] = sum of a[n + k] * conj(v[n]).
convolved_error convolved_correlate(
    const convolved_array *a, const convolved_array *v, convolved_mode mode, const convolved_options *options, void *result,
    size_t room);

/// The profile that "auto" stands for on this processor. Valid as long as the library is loaded.
const char *convolved_profile(void);

/// What lies beyond the edges of an image: one value, the image again, or its mirror image (the values at the edge twice).
typedef enum convolved_boundary {
  CONVOLVED_BOUNDARY_FILL = 0,
  CONVOLVED_BOUNDARY_WRAP = 1,
  CONVOLVED_BOUNDARY_SYMM = 2,
} convolved_boundary;

/// Rows, columns and type of what convolved_convolve_2d writes. Either pointer may be NULL. `shape` is room for two.
///
/// CONVOLVED_ERROR_DTYPE (SciPy refuses results of bool and float16), _MODE, or _LENGTH: with CONVOLVED_VALID neither is at least
/// as large as the other in both dimensions, or no memory could hold the result.
convolved_error convolved_shape_2d(
    const convolved_array *image, const convolved_array *kernel, convolved_mode mode, size_t *shape, convolved_dtype *dtype);

/// scipy.signal.convolve2d(image, kernel, mode, boundary, fillvalue): the bits of SciPy's builds for x86-64, and its type.
///
/// `fill` points to one value of the result's type, for CONVOLVED_BOUNDARY_FILL; NULL is 0. Empty images and kernels are taken as
/// SciPy takes them; but wrap and symm cannot repeat an empty image.
///
/// CONVOLVED_ERROR_NULL, _DTYPE, _MODE, _LENGTH, _THREADS, _MEMORY, _STOPPED. O(outputs x kernel values), and memory for one more image.
convolved_error convolved_convolve_2d(
    const convolved_array *image, const convolved_array *kernel, convolved_mode mode, convolved_boundary boundary, const void *fill,
    const convolved_options *options, void *result, size_t room);

/// Rows of real values, float32 or float64, anywhere in memory. A row may be a line of an array, a column, or one part of complex
/// values.
typedef struct convolved_rows {
  void *values;
  /// Values of a row.
  size_t count;
  /// Bytes from a value to the next of its row, and from a row to the next: multiples of the value's size, negative ones and
  /// zero included. `values` is the first value of the first row.
  ptrdiff_t stride;
  ptrdiff_t row_stride;
} convolved_rows;

/// Convolves many rows, each with its kernel, by Fourier transforms or directly, whichever is faster.
///
/// For each of `rows` rows r: y_r[n] = full_r[first + n], where full_r is the convolution of x_r with h_r, and n runs over y's
/// count: first + y.count <= x.count + h.count - 1. One kernel for all rows has the row_stride 0, and is transformed once. x and h
/// are only read. `dtype` is that of all three, CONVOLVED_DTYPE_FLOAT32 or _FLOAT64, and what is computed in.
///
/// `bound`, if not NULL, becomes a bound of the distance of every output from the exact sum of its products, proved for this
/// data: NaN where a value is NaN or infinite, or where an output may overflow. Results are not np.convolve's in the last bits, and do
/// not depend on threads.
///
/// CONVOLVED_ERROR_NULL, _EMPTY (a row, a kernel), _DTYPE, _LENGTH (outputs beyond the full convolution; strides), _THREADS, _MEMORY,
/// _STOPPED. O(log h.count) for each output; memory for some windows of 4 to 16 times the shorter of x and h for each thread.
convolved_error convolved_convolve_rows(
    convolved_dtype dtype, size_t rows, const convolved_rows *x, const convolved_rows *h, size_t first, const convolved_rows *y,
    const convolved_options *options, double *bound);

#ifdef __cplusplus
}
#endif
#endif
