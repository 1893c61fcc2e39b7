// convolved: convolves blocks of several channels with a matrix of FIR filters, without latency beyond the block.
//
//     convolved *convolver;
//     convolved_route hall = convolved_make_route(0, 0, taps, count);
//     if (convolved_create(&convolver, 256, 1, 1, CONVOLVED_FLOAT32, &hall, 1)) fail(convolved_message());
//     for (;;) convolved_process_f32(convolver, in, out);
//
// Output o is the sum of its routes: y_o[n] = sum over routes to o, sum over k: gain * taps[k] * x_from[n - delay - k], from
// the first frame on, with silence before it. The first taps are summed directly, the others go through transforms of growing
// sizes whose work is spread over the blocks.
//
// Threads. Of one convolver, one thread at a time calls convolved_process_f32, _f64 and convolved_reset: the processing thread.
// convolved_replace, convolved_is_changing and convolved_plan may be called from any thread meanwhile, the processing thread
// included where nothing is due: they allocate, and wait for each other but never make the processing thread wait.
// convolved_destroy comes last, with no other call under way. Different convolvers have nothing in common.
// No function starts a thread: what is prepared is prepared on the calling thread.
//
// Errors are values: each function that can fail says so in its result, and has then changed nothing. convolved_message tells
// more. Memory is asked for before it is used; only where it is gone in between does the program end, as it may wherever a system
// promises more memory than it has.
#ifndef CONVOLVED_H
#define CONVOLVED_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// This header's version; convolved_version tells the library's.
#define CONVOLVED_VERSION "0.1.0"

/// The most that is taken: frames of a block, inputs or outputs, routes, taps of a route, frames of a delay and of a fade.
#define CONVOLVED_MAX_BLOCK 65536
#define CONVOLVED_MAX_CHANNELS 64
#define CONVOLVED_MAX_ROUTES 4096
#define CONVOLVED_MAX_TAPS 16777216
#define CONVOLVED_MAX_DELAY 16777216
#define CONVOLVED_MAX_FADE 1048576

/// A convolver: its kernels, the history of its inputs, and the change that is under way.
typedef struct convolved convolved;

/// What is computed in. Samples of either type may come in and go out, whatever the precision.
typedef enum convolved_precision {
  /// Half the time and memory: errors of some 1e-7 of the output's level.
  CONVOLVED_FLOAT32 = 0,
  /// Errors of some 1e-16 of the output's level.
  CONVOLVED_FLOAT64 = 1,
} convolved_precision;

/// One path of the matrix: from an input through a filter to an output. Several may have the same ends: they add up.
typedef struct convolved_route {
  /// Channels, counted from 0.
  int from;
  int to;
  /// `count` taps, the first for the present frame: finite, and so are their products with `gain` in the convolver's
  /// precision. Read during the call only.
  const double *taps;
  size_t count;
  /// A factor on every tap: 1 leaves them as they are. It costs nothing.
  double gain;
  /// Frames that the response comes later, from 0 up.
  int64_t delay;
} convolved_route;

/// A route with gain 1 and without a delay.
static inline convolved_route convolved_make_route(int from, int to, const double *taps, size_t count) {
  convolved_route route = {from, to, taps, count, 1, 0};
  return route;
}

typedef enum convolved_error {
  CONVOLVED_OK = 0,
  /// A pointer is NULL that must not be.
  CONVOLVED_ERROR_NULL = 1,
  /// The block, or the number of inputs or outputs, is below 1 or above its limit.
  CONVOLVED_ERROR_SIZE = 2,
  /// The precision is neither float32 nor float64.
  CONVOLVED_ERROR_PRECISION = 3,
  /// A route starts or ends at a channel that is not there, or there are too many routes.
  CONVOLVED_ERROR_ROUTE = 4,
  /// A route has no taps, or more than CONVOLVED_MAX_TAPS.
  CONVOLVED_ERROR_TAPS = 5,
  /// A tap, a gain or their product is NaN, infinite or too large for the precision.
  CONVOLVED_ERROR_NUMBER = 6,
  /// A delay is negative or above CONVOLVED_MAX_DELAY.
  CONVOLVED_ERROR_DELAY = 7,
  /// A fade is longer than CONVOLVED_MAX_FADE.
  CONVOLVED_ERROR_FADE = 8,
  /// There is not enough memory.
  CONVOLVED_ERROR_MEMORY = 9,
  /// Another change is being made: convolved_is_changing tells when it is done.
  CONVOLVED_ERROR_BUSY = 10,
  /// Blocks were processed faster than new routes could be warmed with their inputs.
  CONVOLVED_ERROR_OVERTAKEN = 11,
  /// A type of elements is no convolved_dtype, or is not taken by this function.
  CONVOLVED_ERROR_DTYPE = 12,
  /// An operand is empty.
  CONVOLVED_ERROR_EMPTY = 13,
  /// A mode or a boundary is none of its constants.
  CONVOLVED_ERROR_MODE = 14,
  /// No profile has this name.
  CONVOLVED_ERROR_PROFILE = 15,
  /// A number of threads is out of range.
  CONVOLVED_ERROR_THREADS = 16,
  /// Lengths do not fit: the room for a result, outputs that are not there, strides, or more than any memory holds.
  CONVOLVED_ERROR_LENGTH = 17,
  /// The caller's function has stopped the work.
  CONVOLVED_ERROR_STOPPED = 18,
} convolved_error;

/// Makes a convolver.
///
/// `*made` is the convolver, to be given to convolved_destroy, or NULL after an error. `block` is the number of frames that are
/// processed at once. With no routes (`count` 0, `routes` may be NULL) the outputs are silent, until there are some.
///
/// CONVOLVED_ERROR_MEMORY where the system refuses a bound of the memory needed, up to six times what the convolver then takes.
///
/// O(taps log taps), and some milliseconds to choose how the filters are cut. Not real-time safe.
convolved_error convolved_create(
    convolved **made, int block, int inputs, int outputs, convolved_precision precision, const convolved_route *routes,
    size_t count);

/// Convolves one block.
///
/// `in` points to a pointer for each input, to `block` samples; `out` to a pointer for each output, to room for `block`
/// samples, all written. Outputs may lie where inputs do. A sample that is NaN or infinite spoils the outputs that hear it
/// for as long as their filters are and some thousand frames more; convolved_reset ends that.
///
/// Fails with CONVOLVED_ERROR_NULL only, without a message. Real-time safe: no allocation, no lock, no system call, no wait;
/// the time is about the same for every block. Denormal numbers count as zero meanwhile.
convolved_error convolved_process_f32(convolved *convolver, const float *const *in, float *const *out);
convolved_error convolved_process_f64(convolved *convolver, const double *const *in, double *const *out);

/// Changes all routes at once while sound runs.
///
/// The new routes are prepared here, warmed with the inputs so far (of which 131,072 frames are kept, or as much as the longest
/// kernel reaches if that is more) and handed over. The next block begins the change; within a few blocks it fades from what
/// the old routes give to what the new ones would have given all along, over `fade` frames of the curve 6u^5 - 15u^4 + 10u^3.
/// With a `fade` of 0 it changes from one frame to the next. Returns before that, since it is the processing thread that does it.
///
/// A change that no block has met yet is replaced. During a fade: CONVOLVED_ERROR_BUSY. Kernels of the same taps, gain and
/// delay are not computed again where they are still cut in the same way, as they are while no kernel becomes longer or shorter; those
/// that are in the same place of `routes` as before are not even copied.
///
/// O(taps log taps) and O(inputs * history). Not real-time safe.
convolved_error convolved_replace(convolved *convolver, const convolved_route *routes, size_t count, size_t fade);

/// Whether a change has been handed over and has not been faded to its end: 1 or 0, and 0 for NULL.
///
/// Also frees what a finished change has left behind, as the next convolved_replace or convolved_destroy would. Not real-time
/// safe.
int convolved_is_changing(convolved *convolver);

/// Forgets every input. A change that is under way is at its end. CONVOLVED_ERROR_BUSY where convolved_replace is warming new
/// routes in another thread at this moment, without a message.
///
/// For the processing thread. No allocation, no lock, no system call, but O(history and state): it may take longer than a block.
convolved_error convolved_reset(convolved *convolver);

/// Frames by which the output comes later than the input that it answers: 0. A block's output needs that block's input and
/// nothing later. Real-time safe.
int convolved_latency(const convolved *convolver);

/// How the newest routes are cut, such as "64: direct 128 + 3 x 128 + 512": the frames of a slot, the taps that are summed
/// directly, partitions and their sizes.
///
/// Writes at most `size` bytes with the final 0 to `text`, which may be NULL if `size` is 0. Returns the text's length, as
/// snprintf does; 0 for NULL. Not real-time safe.
size_t convolved_plan(const convolved *convolver, char *text, size_t size);

/// Frees a convolver and what it was changing to. NULL is left alone. Not real-time safe.
void convolved_destroy(convolved *convolver);

/// What is wrong with the last call of this thread that failed with a message: what, which value, and what to do. Valid until
/// the next such call; empty before the first.
const char *convolved_message(void);

/// What an error means, in general. Real-time safe.
const char *convolved_strerror(convolved_error error);

/// The library's version. Real-time safe.
const char *convolved_version(void);

#ifdef __cplusplus
}
#endif
#endif
