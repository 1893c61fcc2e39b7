// How an end takes lateness and faults from outside.
#include "selftest.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

void test_xrun(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, BUFFER), *capture = opened(CABLE_CAPTURE, 1);
  uint64_t before = header(CABLE_PLAY)->xruns;
  snd_pcm_writei(play, frames, BUFFER);
  snd_pcm_start(capture);
  sleep_ms(50);
  check(snd_pcm_writei(play, frames, PERIOD) == -EPIPE, "a late player meets an xrun");
  check(snd_pcm_state(play) == SND_PCM_STATE_XRUN, "its state is XRUN");
  check(snd_pcm_readi(capture, frames, PERIOD) == -EPIPE, "so does a late reader");
  snd_pcm_sframes_t delay;
  check(snd_pcm_delay(capture, &delay) == -EPIPE && snd_pcm_wait(capture, 100) == -EPIPE, "all calls say so");
  check(header(CABLE_PLAY)->xruns == before + 1, "it is counted once");
  check(snd_pcm_prepare(play) == 0 && snd_pcm_writei(play, frames, BUFFER) == BUFFER, "prepare recovers");
  check(snd_pcm_state(play) == SND_PCM_STATE_RUNNING, "and the stream runs again");
  call_fault(CABLE_PLAY, CABLE_XRUN);
  check(snd_pcm_wait(play, 100) == -EPIPE && header(CABLE_PLAY)->xruns == before + 2, "a called xrun is one");
  snd_pcm_close(play);
  snd_pcm_close(capture);
}

void test_unheard(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, BUFFER), *capture = opened(CABLE_CAPTURE, 1);
  static frame loud[BUFFER];
  memset(loud, 1, sizeof loud);
  snd_pcm_start(capture);
  snd_pcm_writei(play, loud, BUFFER);
  snd_pcm_drop(play);
  uint64_t dropped = cable_slot_at(&cable, cable_now()), start = header(CABLE_CAPTURE)->start_slot;
  bool silent = true;
  for (uint64_t slot = start; slot < dropped + BUFFER; slot++) {
    snd_pcm_readi(capture, frames, 1);
    if (slot > dropped && frames[0][0] != 0) silent = false;
  }
  check(silent, "dropped frames are not heard");
  snd_pcm_close(play);
  snd_pcm_close(capture);
}

void test_suspend(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, BUFFER), *capture = opened(CABLE_CAPTURE, 1);
  for (int i = 0; i < BUFFER; i++) frames[i][0] = i + 1;
  snd_pcm_writei(play, frames, BUFFER);
  call_fault(CABLE_PLAY, CABLE_SUSPEND);
  check(snd_pcm_wait(play, 100) == -ESTRPIPE && snd_pcm_state(play) == SND_PCM_STATE_SUSPENDED, "suspended is said");
  check(snd_pcm_writei(play, frames, PERIOD) == -ESTRPIPE, "by every call");
  sleep_ms(20);
  snd_pcm_start(capture);
  check(snd_pcm_resume(play) == 0 && snd_pcm_state(play) == SND_PCM_STATE_RUNNING, "resume goes on");
  static frame heard[BUFFER];
  snd_pcm_readi(capture, heard, BUFFER / 2);
  snd_pcm_readi(capture, heard + BUFFER / 2, BUFFER / 2);
  int64_t offset = (int64_t)(header(CABLE_CAPTURE)->start_slot - header(CABLE_PLAY)->start_slot);
  bool same = true;
  for (int i = 4; i < BUFFER; i++) {
    int64_t expected = i + offset + 1;
    if (expected <= BUFFER && heard[i][0] != expected) same = false;
  }
  check(same, "with the frames that were queued");
  call_fault(CABLE_CAPTURE, CABLE_SUSPEND);
  check(first_error(capture) == -ESTRPIPE && snd_pcm_prepare(capture) == 0, "a suspended end may be prepared anew");
  snd_pcm_close(play);
  snd_pcm_close(capture);
}

void test_stall(void) {
  snd_pcm_t *capture = opened(CABLE_CAPTURE, 1);
  snd_pcm_start(capture);
  snd_pcm_wait(capture, 100);
  snd_pcm_sframes_t before = snd_pcm_avail_update(capture);
  header(CABLE_CAPTURE)->stalled = 1;
  cable_notify(&cable);
  snd_pcm_readi(capture, frames, (snd_pcm_uframes_t)before);
  check(snd_pcm_wait(capture, 40) == 0, "a stalled end wakes nobody");
  check(snd_pcm_avail_update(capture) == 0 && snd_pcm_state(capture) == SND_PCM_STATE_RUNNING, "and stands, running");
  header(CABLE_CAPTURE)->stalled = 0;
  cable_notify(&cable);
  check(snd_pcm_wait(capture, 100) == -EPIPE, "when it goes on after more than its buffer, that is an xrun");
  snd_pcm_prepare(capture);
  snd_pcm_start(capture);
  check(snd_pcm_readi(capture, frames, PERIOD) == PERIOD, "and recovered from");
  snd_pcm_close(capture);
}

void test_unplug(void) {
  snd_pcm_t *capture = opened(CABLE_CAPTURE, 1), *other;
  snd_pcm_start(capture);
  pid_t child = fork();
  if (child == 0) {
    sleep_ms(1);
    cable.header->ends[CABLE_CAPTURE].unplugs++;
    cable.header->ends[CABLE_CAPTURE].unplugged = 1;
    cable_notify(&cable);
    _exit(0);
  }
  int result = first_error(capture);
  waitpid(child, NULL, 0);
  check(result == -ENODEV && snd_pcm_state(capture) == SND_PCM_STATE_DISCONNECTED, "unplugging wakes and disconnects");
  check(snd_pcm_readi(capture, frames, PERIOD) == -ENODEV, "reads say no device");
  check(snd_pcm_prepare(capture) == -ENODEV, "prepare does not help");
  check(try_open(&other, CABLE_CAPTURE, 0) == -ENODEV, "nor can it be opened");
  cable.header->ends[CABLE_CAPTURE].unplugged = 0;
  check(snd_pcm_readi(capture, frames, PERIOD) == -ENODEV, "plugged again, the old stream stays disconnected");
  snd_pcm_close(capture);
  capture = opened(CABLE_CAPTURE, 1);
  check(snd_pcm_readi(capture, frames, PERIOD) == PERIOD, "and a new one runs");
  snd_pcm_close(capture);
}
