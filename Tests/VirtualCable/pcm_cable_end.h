// One end of a cable as a device: its position, its wake-ups, what runs and what stops it.
//
// Positions are frames since prepare: io.appl_ptr is the program's, `hw` the clock's. Position 0 lies in slot `start`.
// Nothing here allocates or waits.
#pragma once

#include "cable.h"
#include "pcm_cable_options.h"

#include <alsa/asoundlib.h>
#include <alsa/pcm_external.h>

struct end {
  snd_pcm_ioplug_t io;
  struct cable cable;
  struct cable_options options;
  int side;  ///< CABLE_PLAY or CABLE_CAPTURE
  int timer;  ///< the next moment at which the program is to look
  int watch;  ///< readable when somebody changed the header
  int both;   ///< an epoll of the two: what ALSA polls
  uint32_t unplugs;  ///< the shared count when the end was opened
  uint32_t streams;  ///< the header's count when the end was configured
  bool running;
  bool recovering;  ///< the program has met a fault and dealt with it, but for the start
  uint64_t start, hw;
  uint8_t *queue;  ///< what was written, by position: the frames move to other slots at start and resume
  snd_pcm_uframes_t avail_min, stop_threshold, boundary;
};

static inline struct cable_end *shared(const struct end *end) { return &end->cable.header->ends[end->side]; }
static inline bool is_playback(const struct end *end) { return end->side == CABLE_PLAY; }
static inline bool is_draining(const struct end *end) { return end->io.state == SND_PCM_STATE_DRAINING; }

static inline bool is_disconnected(const struct end *end) {
  return shared(end)->unplugged || shared(end)->unplugs != end->unplugs;
}

/// Whether the playing end has taken up another stream since this one was configured.
static inline bool is_superseded(const struct end *end) { return end->cable.header->streams != end->streams; }

/// What ALSA calls.
extern const snd_pcm_ioplug_callback_t end_callbacks;

void end_close_descriptors(struct end *end);

/// Frames that the clock has moved by now.
uint64_t end_position(const struct end *end);

/// Whether the clock at `hw` has overtaken the program, and the stream is to stop for it.
bool end_is_overtaken(const struct end *end, uint64_t hw);

/// Whether a program whose position is `appl` has something to do.
bool end_is_ready(const struct end *end, uint64_t appl);

/// Makes poll wake when a program at `appl` is to look, and not before: snd_pcm_wait starts its time-out anew at each
/// wake-up, so a device that woke for nothing would hide a stall.
void end_arm(struct end *end, uint64_t appl);

/// Forgets that the header changed: it has been looked at.
void end_clear_watch(struct end *end);

/// Lets position `hw` begin with the next slot. -EPIPE: it could not be kept.
int end_run(struct end *end, uint64_t hw);

/// Stops the clock of this end; what is queued is not heard.
void end_halt(struct end *end);

/// Counts an xrun, halts, gives -EPIPE.
int end_xrun(struct end *end);

/// Takes `count` frames at the program's position. -EPIPE: they came too late.
int end_write(struct end *end, const uint8_t *frames, snd_pcm_uframes_t count);
