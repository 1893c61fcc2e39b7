// The two threads of cableio and their PCMs.
#include "cableio.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

_Atomic bool stop_requested;
struct side play_side, record_side;

/// Longer than any period: a device that does nothing for so long has stopped.
static const int patience_ms = 5000;

static bool complain(const struct side *side, const char *what, int error) {
  fprintf(stderr, "cableio: %s: %s: %s\n", side->own->pcm, what, snd_strerror(error));
  return false;
}

// Setting up

static int set_hardware(struct side *side, snd_pcm_hw_params_t *params) {
  const struct options *options = side->options;
  snd_pcm_uframes_t period = options->period, buffer = options->period * options->periods;
  int result = snd_pcm_hw_params_any(side->pcm, params);
  if (result >= 0) result = snd_pcm_hw_params_set_access(side->pcm, params, SND_PCM_ACCESS_RW_INTERLEAVED);
  if (result >= 0) result = snd_pcm_hw_params_set_format(side->pcm, params, side->own->format);
  if (result >= 0) result = snd_pcm_hw_params_set_channels(side->pcm, params, side->own->channels);
  if (result >= 0) result = snd_pcm_hw_params_set_rate(side->pcm, params, options->rate, 0);
  if (result >= 0) result = snd_pcm_hw_params_set_period_size_near(side->pcm, params, &period, NULL);
  if (result >= 0) result = snd_pcm_hw_params_set_buffer_size_near(side->pcm, params, &buffer);
  return result >= 0 ? snd_pcm_hw_params(side->pcm, params) : result;
}

/// Playback starts when its buffer is full, or when all is written; the recorder when it is told to.
static int set_software(struct side *side) {
  snd_pcm_sw_params_t *params;
  snd_pcm_uframes_t buffer, period;
  snd_pcm_get_params(side->pcm, &buffer, &period);
  int result = snd_pcm_sw_params_malloc(&params);
  if (result < 0) return result;
  snd_pcm_sw_params_current(side->pcm, params);
  result = snd_pcm_sw_params_set_start_threshold(side->pcm, params, buffer);
  if (result >= 0) result = snd_pcm_sw_params_set_avail_min(side->pcm, params, period);
  if (result >= 0) result = snd_pcm_sw_params(side->pcm, params);
  snd_pcm_sw_params_free(params);
  return result;
}

static bool find_cable(struct side *side) {
  char key[256];
  snd_config_t *entry;
  const char *path;
  snprintf(key, sizeof key, "pcm.%s.path", side->own->pcm);
  int result = snd_config_search(snd_config, key, &entry);
  if (result >= 0) result = snd_config_get_string(entry, &path);
  if (result < 0) return complain(side, "not a cable by itself: no path in its definition", result);
  result = cable_open(&side->cable, path);
  if (result < 0) fprintf(stderr, "cableio: %s: %s\n", path, cable_error(result));
  return result >= 0;
}

bool side_open(struct side *side) {
  snd_pcm_stream_t stream = side->end == CABLE_PLAY ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE;
  int result = snd_pcm_open(&side->pcm, side->own->pcm, stream, SND_PCM_NONBLOCK);
  if (result < 0) return complain(side, "open", result);
  snd_pcm_hw_params_t *params;
  if (snd_pcm_hw_params_malloc(&params) < 0) return complain(side, "parameters", -ENOMEM);
  result = set_hardware(side, params);
  snd_pcm_hw_params_free(params);
  if (result < 0) return complain(side, "these parameters", result);
  if ((result = set_software(side)) < 0) return complain(side, "software parameters", result);
  return find_cable(side);
}

void side_close(struct side *side) {
  snd_pcm_close(side->pcm);
  cable_close(&side->cable);
}

// Running

/// False: the thread is to end. An xrun moves what follows to other slots, so it ends the measurement.
static bool may_go_on(struct side *side, int result) {
  if (result == -EAGAIN) {
    result = snd_pcm_wait(side->pcm, patience_ms);
    if (result == 0 && !stop_requested) result = -ETIMEDOUT;
  }
  if (result >= 0) return !stop_requested;
  if (result == -EPIPE)
    side->xruns++;
  else
    side->failed = !complain(side, side->end == CABLE_PLAY ? "playing" : "recording", result);
  stop_requested = true;
  return false;
}

static void note_start(struct side *side) {
  side->start_slot = side->cable.header->ends[side->end].start_slot;
  side->started = true;
}

static bool write_all(struct side *side) {
  while (side->done < side->capacity) {
    uint64_t left = side->capacity - side->done, most = side->options->period;
    const uint8_t *next = side->frames + side->done * side->frame_bytes;
    snd_pcm_sframes_t count = snd_pcm_writei(side->pcm, next, left < most ? left : most);
    if (count > 0) side->done += (uint64_t)count;
    if (!side->started && snd_pcm_state(side->pcm) == SND_PCM_STATE_RUNNING) note_start(side);
    if (!may_go_on(side, (int)count)) return false;
  }
  return true;
}

static void play(struct side *side) {
  if (!write_all(side)) return;
  if (!side->started) {
    int result = snd_pcm_start(side->pcm);
    if (!may_go_on(side, result)) return;
    note_start(side);
  }
  int result;
  while ((result = snd_pcm_drain(side->pcm)) == -EAGAIN && may_go_on(side, result)) continue;
  if (result != -EAGAIN) may_go_on(side, result);
}

uint64_t frames_to_record(const struct side *record) {
  const struct options *options = record->options;
  if (!options->play.pcm) return options->tail;
  if (!play_side.started) return UINT64_MAX;
  return play_side.start_slot + play_side.capacity + options->tail - record->start_slot;
}

static void record(struct side *side) {
  int result = snd_pcm_start(side->pcm);
  if (!may_go_on(side, result)) return;
  note_start(side);
  for (;;) {
    // Whole periods: a few frames read early would put off the next wake-up by a period.
    if (!may_go_on(side, -EAGAIN)) return;
    uint64_t wanted = frames_to_record(side), most = side->options->period;
    if (wanted > side->capacity) wanted = side->capacity;
    if (side->done >= wanted) return;
    uint64_t left = wanted - side->done;
    uint8_t *next = side->frames + side->done * side->frame_bytes;
    snd_pcm_sframes_t count = snd_pcm_readi(side->pcm, next, left < most ? left : most);
    if (count > 0) side->done += (uint64_t)count;
    if (!may_go_on(side, (int)count)) return;
  }
}

static void *run_thread(void *argument) {
  struct side *side = argument;
  // The name by which a preloaded counter knows it.
  pthread_setname_np(pthread_self(), "cableio");
  if (side->end == CABLE_PLAY)
    play(side);
  else
    record(side);
  return NULL;
}

bool side_run(pthread_t *thread, struct side *side) {
  pthread_attr_t attributes;
  struct sched_param priority = {.sched_priority = 60};
  pthread_attr_init(&attributes);
  pthread_attr_setinheritsched(&attributes, PTHREAD_EXPLICIT_SCHED);
  pthread_attr_setschedpolicy(&attributes, SCHED_FIFO);
  pthread_attr_setschedparam(&attributes, &priority);
  int error = pthread_create(thread, &attributes, run_thread, side);
  pthread_attr_destroy(&attributes);
  if (error == EPERM) {
    fprintf(stderr, "cableio: SCHED_FIFO 60 was refused: on a busy machine there will be xruns; run as root, or raise RLIMIT_RTPRIO\n");
    error = pthread_create(thread, NULL, run_thread, side);
  }
  return error == 0 || complain(side, "thread", -error);
}
