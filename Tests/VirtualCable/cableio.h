// cableio: plays a file on one PCM while it records from another, with the slots of both.
#pragma once

#include "cable.h"

#include <alsa/asoundlib.h>

enum { CABLEIO_DISTURBED = 1, CABLEIO_FAILED = 2 };

struct side_options {
  const char *pcm;  ///< NULL: this side is not used
  const char *file;
  snd_pcm_format_t format;
  unsigned channels;
};

struct options {
  struct side_options play, record;
  unsigned rate;
  unsigned long period, periods;
  uint64_t lead, tail;  ///< frames
};

/// Exits with a message when they do not fit.
struct options options_read(int count, char **arguments);

/// One direction: what its thread works on.
struct side {
  const struct options *options;
  const struct side_options *own;
  snd_pcm_t *pcm;
  struct cable cable;
  int end;  ///< CABLE_PLAY or CABLE_CAPTURE
  size_t frame_bytes;
  uint8_t *frames;
  uint64_t capacity;
  uint64_t done;  ///< frames played or recorded, the lead included
  _Atomic bool started;
  uint64_t start_slot;
  unsigned xruns;
  bool failed;
};

/// Either thread's trouble, or a signal, ends both.
extern _Atomic bool stop_requested;

/// Opens and sets up the side's PCM and finds its cable. False: said on standard error.
bool side_open(struct side *side);
void side_close(struct side *side);

/// Runs `play` or `record` in a thread with SCHED_FIFO 60 if that is granted.
bool side_run(pthread_t *thread, struct side *side);

/// Frames that the recorder needs from its start to `tail` after the last played one; UINT64_MAX while unknown.
uint64_t frames_to_record(const struct side *record);

extern struct side play_side, record_side;
