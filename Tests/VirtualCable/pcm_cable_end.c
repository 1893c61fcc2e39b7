#include "pcm_cable_end.h"

#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

// Position

uint64_t end_position(const struct end *end) {
  if (!end->running || shared(end)->stalled) return end->hw;
  uint64_t slot = cable_slot_at(&end->cable, cable_time(&end->cable));
  uint64_t hw = slot > end->start ? slot - end->start : 0;
  if (is_draining(end) && hw > end->io.appl_ptr) hw = end->io.appl_ptr;
  return hw > end->hw ? hw : end->hw;
}

static int64_t avail(const struct end *end, uint64_t hw, uint64_t appl) {
  return (int64_t)(hw - appl) + (is_playback(end) ? (int64_t)end->io.buffer_size : 0);
}

bool end_is_overtaken(const struct end *end, uint64_t hw) {
  return !is_draining(end) && avail(end, hw, end->io.appl_ptr) >= (int64_t)end->stop_threshold;
}

// Wake-ups

bool end_is_ready(const struct end *end, uint64_t appl) {
  uint64_t hw = end_position(end);
  if (is_draining(end)) return hw >= appl;
  if (!end->running && end->io.state != SND_PCM_STATE_PREPARED) return true;
  return avail(end, hw, appl) >= (int64_t)end->avail_min;
}

/// The position at which the program is to be woken: as on hardware, at the end of a period.
static uint64_t wake_position(const struct end *end, uint64_t appl) {
  if (is_draining(end)) return appl;
  uint64_t target = appl + end->avail_min, free = is_playback(end) ? end->io.buffer_size : 0;
  target = target > free ? target - free : 0;
  uint64_t period = end->io.period_size;
  return (target + period - 1) / period * period;
}

/// CLOCK_MONOTONIC in nanoseconds; 0: at no time of its own accord.
static uint64_t wake_time(struct end *end, uint64_t appl) {
  if (end_is_ready(end, appl)) return 1;
  if (!end->running || shared(end)->stalled) return 0;
  uint64_t time = cable_time_of(&end->cable, end->start + wake_position(end, appl));
  return end->cable.clock.header ? waiting_clock_earliest(&end->cable.clock, time) : time;
}

/// The time at which a waiting clock is to stand: a frame before it overtakes the program, but not before it wakes it; 0, at once,
/// while the program recovers from a fault. Until it has met one from outside, only its other streams are waited for.
static uint64_t deadline(const struct end *end, uint64_t appl) {
  const struct cable_end *header = shared(end);
  if (end->recovering && !header->stalled && !is_disconnected(end) && !is_superseded(end)) return 0;
  bool is_held = end->running && !is_draining(end) && !header->stalled && !header->fault && end->stop_threshold <= end->io.buffer_size;
  if (!is_held || is_disconnected(end) || is_superseded(end)) return WAITING_CLOCK_NEVER;
  uint64_t last = appl + end->stop_threshold - (is_playback(end) ? end->io.buffer_size : 0);
  if (last > 0) last--;
  uint64_t wake = wake_position(end, appl);
  return cable_time_of(&end->cable, end->start + (last > wake ? last : wake));
}

void end_arm(struct end *end, uint64_t appl) {
  if (end->cable.clock.header) waiting_clock_promise(&end->cable.clock, deadline(end, appl), shared(end)->stalled);
  uint64_t at = wake_time(end, appl);
  struct itimerspec setting = {
      .it_value = {.tv_sec = (time_t)(at / 1000000000), .tv_nsec = (long)(at % 1000000000)}};
  timerfd_settime(end->timer, TFD_TIMER_ABSTIME, &setting, NULL);
}

void end_clear_watch(struct end *end) {
  char events[512];
  while (read(end->watch, events, sizeof events) > 0) continue;
}

// Start and stop

/// Puts the queued positions from `from` to `to` in their slots.
static void publish(struct end *end, uint64_t from, uint64_t to) {
  while (from < to) {
    uint64_t index = from % end->io.buffer_size;
    uint64_t run = to - from < end->io.buffer_size - index ? to - from : end->io.buffer_size - index;
    cable_publish(&end->cable, end->start + from, end->queue + index * end->cable.frame_bytes, run);
    from += run;
  }
}

/// Whether position `appl` came after its slot had begun to be heard: hardware would have played what lay there before.
static bool is_late(const struct end *end, uint64_t appl) {
  if (end->stop_threshold > end->io.buffer_size || shared(end)->stalled) return false;
  return cable_slot_at(&end->cable, cable_time(&end->cable)) > end->start + appl;
}

/// Stops a stream whose write or start came too late; ALSA learns of other xruns through the pointer.
static int late_xrun(struct end *end) {
  snd_pcm_ioplug_set_state(&end->io, SND_PCM_STATE_XRUN);
  return end_xrun(end);
}

int end_run(struct end *end, uint64_t hw) {
  struct cable_end *header = shared(end);
  uint64_t queued = is_playback(end) ? end->io.appl_ptr - hw : 0;
  // A long queue needs its time to be put in place. A waiting clock stands meanwhile.
  bool stands = end->cable.clock.header;
  if (stands) waiting_clock_promise(&end->cable.clock, 0, false);
  end->start = cable_slot_at(&end->cable, cable_time(&end->cable)) + (stands ? 0 : 1 + queued / 256) - hw;
  end->hw = hw;
  end->running = true;
  if (queued > 0) publish(end, hw, hw + queued);
  header->start_slot = end->start;
  header->fault = CABLE_NO_FAULT;
  header->running = 1;
  header->starts++;
  end->recovering = false;
  if (queued > 0 && is_late(end, hw)) return late_xrun(end);
  end_arm(end, end->io.appl_ptr);
  return 0;
}

void end_halt(struct end *end) {
  if (end->running) {
    end->hw = end_position(end);
    end->running = false;
    shared(end)->running = 0;
    if (is_playback(end)) {
      uint64_t next = cable_slot_at(&end->cable, cable_time(&end->cable)) + 1;
      uint64_t from = end->start + end->hw > next ? end->start + end->hw : next;
      cable_withdraw(&end->cable, from, end->start + end->io.appl_ptr);
    }
  }
  end_arm(end, end->io.appl_ptr);
}

int end_xrun(struct end *end) {
  shared(end)->xruns++;
  end_halt(end);
  return -EPIPE;
}

int end_write(struct end *end, const uint8_t *frames, snd_pcm_uframes_t count) {
  uint64_t appl = end->io.appl_ptr, size = end->io.buffer_size;
  size_t frame_bytes = end->cable.frame_bytes;
  for (uint64_t done = 0; done < count;) {
    uint64_t index = (appl + done) % size;
    uint64_t run = count - done < size - index ? count - done : size - index;
    memcpy(end->queue + index * frame_bytes, frames + done * frame_bytes, run * frame_bytes);
    done += run;
  }
  if (!end->running) return 0;
  publish(end, appl, appl + count);
  return is_late(end, appl) ? late_xrun(end) : 0;
}
