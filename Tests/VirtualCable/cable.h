// A virtual sound cable: what its shared file holds, its clock, and the transport of frames.
//
// Time is counted in slots, one frame long. A played frame sits in its slot; capture reads the slots in order and finds
// silence where nobody played. A slot may be read once the clock has passed it.
#pragma once

#include "waiting_clock.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CABLE_PLAY, CABLE_CAPTURE, CABLE_ENDS };

enum {
  CABLE_MAGIC = 0x6c626163,
  CABLE_LAYOUT = 4,
  /// Slots kept: what both ends may buffer, so a slot is read before its place is used again.
  CABLE_RING = 1 << 18,
  CABLE_BUFFER_MAX = 1 << 17,
  CABLE_CHANNELS_MAX = 64,
  CABLE_FRAME_BYTES_MAX = CABLE_CHANNELS_MAX * 8,
  CABLE_PATH_MAX = 256,
};

/// One-time faults, taken by a running end.
enum cable_fault { CABLE_NO_FAULT, CABLE_XRUN, CABLE_SUSPEND };

/// slot(t) = slot + (phase + (t - ns) * rate) / 10^15, rounded down.
struct cable_clock {
  uint64_t ns;     ///< of `cable_time`
  uint64_t slot;
  uint64_t phase;  ///< 10^-15 of a slot
  uint64_t rate;   ///< micro-hertz
};

struct cable_end {
  _Atomic int32_t pid;
  _Atomic uint32_t configured;
  _Atomic uint32_t running;
  _Atomic uint32_t fault;
  _Atomic uint32_t stalled;
  _Atomic uint32_t starts;  ///< starts so far, resumes included: `start_slot` belongs to the last of them
  _Atomic uint64_t start_slot;
  _Atomic uint64_t xruns;
  _Atomic uint32_t period_frames;
  _Atomic uint32_t buffer_frames;
  _Atomic uint32_t unplugged;
  _Atomic uint32_t unplugs;
};

struct cable_header {
  uint32_t magic, layout;
  _Atomic int32_t format;  ///< snd_pcm_format_t; the stream belongs to the cable while an end is configured
  _Atomic uint32_t rate, channels, frame_bytes;
  _Atomic double speed, ppm;
  struct cable_clock clocks[2];
  _Atomic uint32_t clock_turn;  ///< clocks[clock_turn % 2] counts
  _Atomic uint32_t notify;   ///< whether the playing end may change the stream while the other one is open
  _Atomic uint32_t streams;  ///< streams so far: a capture end that was configured for an earlier one stands
  struct cable_end ends[CABLE_ENDS];
  char clock_path[CABLE_PATH_MAX];  ///< of the waiting clock; empty: CLOCK_MONOTONIC
};

struct cable {
  int fd;
  struct waiting_clock clock;  ///< not open: CLOCK_MONOTONIC
  struct cable_header *header;
  _Atomic uint64_t *tags;  ///< slot + 1 of the frame at [slot % CABLE_RING]
  uint8_t *frames;         ///< mapped while the end is configured
  size_t frame_bytes;
};

// Life. Errors are negative errno values.

/// Opens the file at `path`, creates and lays it out if need be. Reads the clock that an end has named.
int cable_open(struct cable *cable, const char *path);
void cable_close(struct cable *cable);

/// Runs the cable by the waiting clock at `path`, as its member. -EINVAL: it has another clock. Call it locked.
int cable_join_clock(struct cable *cable, const char *path);

/// What went wrong, from the negative errno value of `cable_open`.
const char *cable_error(int error);

/// Whether the file is in memory. A disk's write-back takes pages away from real-time threads for milliseconds.
bool cable_is_in_memory(const struct cable *cable);

/// Holds off other processes while the header changes as a whole. Blocks; not for real-time threads.
int cable_lock(struct cable *cable);
void cable_unlock(struct cable *cable);

/// Tells both ends that the header changed.
void cable_notify(struct cable *cable);

/// A new descriptor that is readable after each `cable_notify`, until it is read. Non-blocking.
int cable_watch(const struct cable *cable);

/// Takes an end until `cable_close` or the death of the process. -EBUSY: somebody else has it.
int cable_claim(struct cable *cable, int end);

/// Whether another opener holds the end: the kernel knows, so a dead owner never counts.
bool cable_is_claimed_elsewhere(struct cable *cable, int end);

/// Whether the end's owner lives and has set its parameters.
bool cable_is_configured_elsewhere(struct cable *cable, int end);

struct cable_stream {
  int32_t format;
  uint32_t rate, channels, frame_bytes, period_frames, buffer_frames;
  double speed;
};

/// Whether an end is offered what the other end is configured for and nothing else.
bool cable_is_bound(struct cable *cable, int end);

/// Sets the parameters of an end and maps its frames. -EINVAL: it is bound, and the other end has others. Call it locked.
int cable_configure(struct cable *cable, int end, const struct cable_stream *stream);
void cable_unconfigure(struct cable *cable, int end);

// Clock; real-time safe.

/// Nanoseconds of CLOCK_MONOTONIC.
uint64_t cable_now(void);

/// Nanoseconds of the cable's clock: CLOCK_MONOTONIC, or the waiting clock.
uint64_t cable_time(const struct cable *cable);
uint64_t cable_slot_at(const struct cable *cable, uint64_t ns);

/// The first nanosecond at which `slot` has begun, so that all slots before it have passed.
uint64_t cable_time_of(const struct cable *cable, uint64_t slot);

/// Lets the clock run at `ppm` from now on, without a jump. Call it locked.
void cable_set_ppm(struct cable *cable, double ppm);

/// Puts the clock on the grid that all cables share: slot(t) = t * rate * speed. Call it locked.
void cable_put_on_grid(struct cable *cable);

// Transport; real-time safe.

void cable_publish(struct cable *cable, uint64_t slot, const uint8_t *frames, size_t count);
void cable_withdraw(struct cable *cable, uint64_t from, uint64_t to);
void cable_fetch(struct cable *cable, uint64_t slot, uint8_t *frames, size_t count);
