// ALSA's side of a cable's end: an ioplug whose hardware is the cable's clock and slots.
//
// What ALSA calls on the audio thread (start, pointer, transfer, poll, prepare) neither allocates nor waits.
#include "pcm_cable_end.h"

#include <poll.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int start(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (is_disconnected(end)) return -ENODEV;
  if (is_superseded(end)) return -EIO;
  if (is_playback(end) && io->appl_ptr == 0) return -EPIPE;
  return end_run(end, 0);
}

static void meet_fault(struct end *end) {
  if (end->io.state == SND_PCM_STATE_XRUN || end->io.state == SND_PCM_STATE_SUSPENDED) end->recovering = true;
}

static int stop(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  meet_fault(end);
  end_halt(end);
  return 0;
}

/// As hardware that keeps its buffer does: goes on where it stopped, in later slots.
static int resume(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (is_disconnected(end)) return -ENODEV;
  snd_pcm_ioplug_set_state(io, SND_PCM_STATE_RUNNING);
  return end_run(end, end->hw);
}

static int prepare(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (is_disconnected(end)) return -ENODEV;
  meet_fault(end);
  end_halt(end);
  end->hw = 0;
  // ALSA sets the state after this; the timer has to know it now.
  snd_pcm_ioplug_set_state(io, SND_PCM_STATE_PREPARED);
  end_arm(end, 0);
  return 0;
}

// Pointer and transfer

static snd_pcm_sframes_t pointer(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (is_disconnected(end)) {
    snd_pcm_ioplug_set_state(io, SND_PCM_STATE_DISCONNECTED);
    end_halt(end);
  } else if (end->running) {
    uint32_t fault = atomic_exchange(&shared(end)->fault, CABLE_NO_FAULT);
    uint64_t hw = end_position(end);
    if (fault == CABLE_XRUN || is_superseded(end) || end_is_overtaken(end, hw)) return end_xrun(end);
    if (fault == CABLE_SUSPEND) {
      end_halt(end);
      snd_pcm_ioplug_set_state(io, SND_PCM_STATE_SUSPENDED);
    } else {
      end->hw = hw;
    }
  }
  return (snd_pcm_sframes_t)(end->hw % end->boundary);
}

static snd_pcm_sframes_t transfer(
    snd_pcm_ioplug_t *io, const snd_pcm_channel_area_t *areas, snd_pcm_uframes_t offset, snd_pcm_uframes_t size) {
  struct end *end = io->private_data;
  if (is_disconnected(end)) return -ENODEV;
  if (is_superseded(end)) return -EIO;
  // Interleaved: the first channel's area steps by whole frames.
  uint8_t *frames = (uint8_t *)areas->addr + (areas->first + areas->step * offset) / 8;
  if (is_playback(end)) {
    int result = end_write(end, frames, size);
    if (result < 0) return result;
  } else {
    cable_fetch(&end->cable, end->start + io->appl_ptr, frames, size);
  }
  end_arm(end, io->appl_ptr + size);
  return (snd_pcm_sframes_t)size;
}

static int state_error(snd_pcm_state_t state) {
  switch (state) {
    case SND_PCM_STATE_XRUN: return -EPIPE;
    case SND_PCM_STATE_SUSPENDED: return -ESTRPIPE;
    case SND_PCM_STATE_DISCONNECTED: return -ENODEV;
    default: return 0;
  }
}

static int delay(snd_pcm_ioplug_t *io, snd_pcm_sframes_t *frames) {
  struct end *end = io->private_data;
  int64_t behind = (int64_t)(end_position(end) - io->appl_ptr);
  *frames = (snd_pcm_sframes_t)(is_playback(end) ? -behind : behind);
  return state_error(io->state);
}

static int poll_revents(snd_pcm_ioplug_t *io, struct pollfd *descriptors, unsigned count, unsigned short *revents) {
  struct end *end = io->private_data;
  (void)descriptors, (void)count;
  // Before the look, so that a change after it wakes again.
  end_clear_watch(end);
  snd_pcm_avail_update(io->pcm);
  unsigned short ready = is_playback(end) ? POLLOUT : POLLIN;
  *revents = 0;
  switch (io->state) {
    case SND_PCM_STATE_PREPARED:
    case SND_PCM_STATE_RUNNING:
    case SND_PCM_STATE_DRAINING:
      if (end_is_ready(end, io->appl_ptr))
        *revents = ready;
      else
        end_arm(end, io->appl_ptr);
      return 0;
    default:
      *revents = ready | POLLERR;
      return 0;
  }
}

/// ALSA's own drain would wait for a full capture buffer, and takes any trouble for the end.
static int drain(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (!is_playback(end) || io->appl_ptr == 0) return 0;
  if (!end->running && end_run(end, 0) < 0) return -EPIPE;
  for (;;) {
    end_arm(end, io->appl_ptr);
    snd_pcm_avail_update(io->pcm);
    if (io->state != SND_PCM_STATE_DRAINING) return state_error(io->state);
    if (io->nonblock) return -EAGAIN;
    struct pollfd descriptor = {.fd = end->both, .events = POLLIN};
    poll(&descriptor, 1, -1);
    end_clear_watch(end);
  }
}

// Parameters

static int hw_params(snd_pcm_ioplug_t *io, snd_pcm_hw_params_t *params) {
  struct end *end = io->private_data;
  (void)params;
  // ALSA's limits for an ioplug are bytes; these are frames.
  if ((long)io->period_size < end->options.period_min || (long)io->period_size > end->options.period_max
      || io->buffer_size > CABLE_BUFFER_MAX) {
    SNDERR("cable: period of %lu frames, buffer of %lu: it takes periods of %ld to %ld, buffers up to %d",
           io->period_size, io->buffer_size, end->options.period_min, end->options.period_max, CABLE_BUFFER_MAX);
    return -EINVAL;
  }
  struct cable_stream stream = {
      .format = io->format,
      .rate = io->rate,
      .channels = io->channels,
      .frame_bytes = (uint32_t)snd_pcm_format_physical_width(io->format) / 8 * io->channels,
      .period_frames = (uint32_t)io->period_size,
      .buffer_frames = (uint32_t)io->buffer_size,
      .speed = end->options.speed,
  };
  int result = cable_lock(&end->cable);
  if (result < 0) return result;
  result = cable_configure(&end->cable, end->side, &stream);
  cable_unlock(&end->cable);
  if (result < 0) return result;
  end->streams = end->cable.header->streams;
  end->recovering = false;
  free(end->queue);
  end->queue = malloc(io->buffer_size * stream.frame_bytes);
  if (!end->queue) return -ENOMEM;
  memset(end->queue, 0, io->buffer_size * stream.frame_bytes);
  return 0;
}

static int hw_free(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  end->recovering = false;
  end_halt(end);
  if (cable_lock(&end->cable) == 0) {
    cable_unconfigure(&end->cable, end->side);
    cable_unlock(&end->cable);
  }
  return 0;
}

static int sw_params(snd_pcm_ioplug_t *io, snd_pcm_sw_params_t *params) {
  struct end *end = io->private_data;
  snd_pcm_sw_params_get_avail_min(params, &end->avail_min);
  snd_pcm_sw_params_get_stop_threshold(params, &end->stop_threshold);
  snd_pcm_sw_params_get_boundary(params, &end->boundary);
  if (end->avail_min > io->buffer_size) end->avail_min = io->buffer_size;
  if (end->avail_min == 0) end->avail_min = 1;
  end_arm(end, io->appl_ptr);
  return 0;
}

static int close_end(snd_pcm_ioplug_t *io) {
  struct end *end = io->private_data;
  if (end->running) end_halt(end);
  shared(end)->configured = 0;
  shared(end)->pid = 0;
  cable_close(&end->cable);
  end_close_descriptors(end);
  free(end->queue);
  free(end);
  return 0;
}

const snd_pcm_ioplug_callback_t end_callbacks = {
    .start = start,
    .stop = stop,
    .pointer = pointer,
    .transfer = transfer,
    .close = close_end,
    .hw_params = hw_params,
    .hw_free = hw_free,
    .sw_params = sw_params,
    .prepare = prepare,
    .drain = drain,
    .resume = resume,
    .poll_revents = poll_revents,
    .delay = delay,
};
