// How an end opens, starts, counts, wakes and drains.
#include "selftest.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static double since(uint64_t begin) { return (double)(cable_now() - begin) * 1e-6; }

void test_ownership(void) {
  snd_pcm_t *first = opened(CABLE_CAPTURE, 1), *second;
  check(try_open(&second, CABLE_CAPTURE, 0) == -EBUSY, "an end that is open is busy, in one process too");
  check(try_open(&second, CABLE_PLAY, 0) == 0, "the other end is free");
  snd_pcm_hw_params_t *params;
  snd_pcm_hw_params_alloca(&params);
  snd_pcm_hw_params_any(second, params);
  unsigned least = 0, most = 0;
  snd_pcm_hw_params_get_rate_min(params, &least, NULL);
  snd_pcm_hw_params_get_rate_max(params, &most, NULL);
  check(least == RATE && most == RATE, "an end offers the other end's rate only");
  check(snd_pcm_hw_params_test_format(second, params, SND_PCM_FORMAT_S16_LE) < 0, "and its format only");
  snd_pcm_close(second);
  snd_pcm_close(first);
  pid_t child = fork();
  if (child == 0) {
    opened(CABLE_CAPTURE, 1);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  check(header(CABLE_CAPTURE)->configured, "a process that dies leaves its mark");
  check(try_open(&second, CABLE_CAPTURE, 0) == 0, "but does not keep the end");
  check(set_up(second, 44100, 1) == 0, "nor its parameters");
  snd_pcm_close(second);
}

void test_late_choice(void) {
  snd_pcm_t *play, *capture;
  try_open(&play, CABLE_PLAY, 0);
  try_open(&capture, CABLE_CAPTURE, 0);
  check(set_up(play, RATE, BUFFER) == 0, "the first end to be configured decides");
  check(set_up(capture, 96000, 1) == -EINVAL, "another rate is refused then");
  check(set_up(capture, RATE, 1) == 0, "the same rate is not");
  snd_pcm_close(play);
  snd_pcm_close(capture);
}

void test_start_threshold(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, 2 * PERIOD);
  check(snd_pcm_state(play) == SND_PCM_STATE_PREPARED, "configured is prepared");
  check(snd_pcm_avail_update(play) == BUFFER, "a prepared playback buffer is free");
  check(snd_pcm_wait(play, 100) == 1, "and may be written at once");
  check(snd_pcm_start(play) == -EPIPE, "with nothing queued it does not start");
  snd_pcm_writei(play, frames, PERIOD);
  check(snd_pcm_state(play) == SND_PCM_STATE_PREPARED, "under the start threshold it waits");
  check(snd_pcm_avail_update(play) == BUFFER - PERIOD, "and its queue stands still");
  snd_pcm_writei(play, frames, PERIOD);
  check(snd_pcm_state(play) == SND_PCM_STATE_RUNNING, "at the start threshold it runs");
  uint32_t starts = header(CABLE_PLAY)->starts;
  snd_pcm_drop(play);
  check(snd_pcm_state(play) == SND_PCM_STATE_SETUP, "drop stops it");
  check(!header(CABLE_PLAY)->running, "and the header says so");
  snd_pcm_prepare(play);
  snd_pcm_writei(play, frames, PERIOD);
  check(snd_pcm_start(play) == 0 && header(CABLE_PLAY)->starts == starts + 1, "an explicit start is counted");
  snd_pcm_close(play);
}

void test_accounts(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, BUFFER);
  snd_pcm_writei(play, frames, BUFFER);
  bool bounded = true, steady = true;
  snd_pcm_sframes_t before = 0, delay;
  for (int i = 0; i < 1000000 && before < PERIOD; i++) {
    bounded = bounded && snd_pcm_delay(play, &delay) == 0 && delay <= BUFFER - before;
    snd_pcm_sframes_t avail = snd_pcm_avail_update(play);
    bounded = bounded && delay >= BUFFER - avail;
    steady = steady && avail >= before && avail <= BUFFER;
    before = avail;
  }
  check(bounded, "free and queued frames are the buffer");
  check(steady, "the pointer never goes back");
  snd_pcm_uframes_t avail;
  snd_htimestamp_t stamp;
  check(snd_pcm_htimestamp(play, &avail, &stamp) == 0, "htimestamp is answered");
  uint64_t ns = (uint64_t)stamp.tv_sec * 1000000000 + (uint64_t)stamp.tv_nsec;
  int64_t hw = (int64_t)(cable_slot_at(&cable, ns) - header(CABLE_PLAY)->start_slot);
  check(llabs(hw - (int64_t)avail) <= 1, "and says when, on the monotonic clock, so many frames were free");
  snd_pcm_close(play);
}

void test_drain(void) {
  snd_pcm_t *play = opened(CABLE_PLAY, BUFFER);
  snd_pcm_writei(play, frames, 3 * PERIOD);
  uint64_t xruns = header(CABLE_PLAY)->xruns;
  uint64_t begin = cable_now();
  check(snd_pcm_drain(play) == 0, "drain plays what waits under the start threshold");
  double took = since(begin), due = 3e3 * PERIOD / RATE;
  check(took > due - 0.1 && took < due + 20, "and takes its time, no longer");
  check(snd_pcm_state(play) == SND_PCM_STATE_SETUP && header(CABLE_PLAY)->xruns == xruns, "then is set up, without an xrun");
  snd_pcm_prepare(play);
  snd_pcm_nonblock(play, 1);
  snd_pcm_writei(play, frames, BUFFER);
  check(snd_pcm_drain(play) == -EAGAIN, "a non-blocking drain returns");
  check(snd_pcm_state(play) == SND_PCM_STATE_DRAINING, "and drains on");
  sleep_ms(1000 * BUFFER / RATE + 10);
  check(snd_pcm_drain(play) == 0, "until it is done");
  snd_pcm_close(play);
  snd_pcm_t *capture = opened(CABLE_CAPTURE, 1);
  snd_pcm_start(capture);
  begin = cable_now();
  check(snd_pcm_drain(capture) == 0 && since(begin) < 5, "a capture end is drained at once");
  snd_pcm_close(capture);
}

void test_nonblocking(void) {
  snd_pcm_t *capture = NULL, *play = NULL;
  try_open(&capture, CABLE_CAPTURE, SND_PCM_NONBLOCK);
  try_open(&play, CABLE_PLAY, SND_PCM_NONBLOCK);
  set_up(capture, RATE, 1);
  set_up(play, RATE, BUFFER);
  snd_pcm_start(capture);
  check(snd_pcm_readi(capture, frames, 8 * BUFFER) == -EAGAIN, "nothing captured yet: again");
  check(snd_pcm_wait(capture, 100) == 1, "a period later there is");
  check(snd_pcm_readi(capture, frames, 8 * BUFFER) >= PERIOD, "a period at least");
  check(snd_pcm_writei(play, frames, 8 * BUFFER) == BUFFER, "a write takes what fits");
  check(snd_pcm_writei(play, frames, BUFFER) == -EAGAIN, "then none: again");
  struct pollfd descriptor;
  check(snd_pcm_poll_descriptors_count(play) == 1 && snd_pcm_poll_descriptors(play, &descriptor, 1) == 1, "one descriptor");
  unsigned short events = 0;
  for (int i = 0; i < 100 && !events; i++) {
    poll(&descriptor, 1, 100);
    snd_pcm_poll_descriptors_revents(play, &descriptor, 1, &events);
  }
  check(events == POLLOUT && snd_pcm_avail_update(play) >= PERIOD, "poll says when a period is free");
  snd_pcm_close(capture);
  snd_pcm_close(play);
}

static int by_value(const void *a, const void *b) {
  double difference = *(const double *)a - *(const double *)b;
  return (difference > 0) - (difference < 0);
}

void test_wakeups(void) {
  enum { WAITS = 1500 };
  static double late[WAITS];
  snd_pcm_t *capture = opened(CABLE_CAPTURE, 1);
  snd_pcm_start(capture);
  uint64_t start = header(CABLE_CAPTURE)->start_slot;
  bool early = false;
  int count = 0;
  for (; count < WAITS && snd_pcm_wait(capture, 1000) == 1; count++) {
    uint64_t due = cable_time_of(&cable, start + (uint64_t)(count + 1) * PERIOD), now = cable_now();
    early = early || now < due;
    late[count] = ((double)now - (double)due) * 1e-3;
    if (snd_pcm_readi(capture, frames, PERIOD) != PERIOD) break;
  }
  if (count < WAITS) printf("stopped after %d: %s\n", count, snd_strerror(snd_pcm_wait(capture, 0)));
  check(count == WAITS, "a reader of one period at a time is woken for each");
  check(!early, "never before it is complete");
  qsort(late, (size_t)count, sizeof *late, by_value);
  printf("wake-ups after the end of a 64-frame period: median %.1f us, p99 %.1f us, at most %.1f us\n", late[count / 2],
         late[count * 99 / 100], late[count - 1]);
  check(count > 0 && late[count / 2] < 100, "within 100 us, in the median");
  snd_pcm_close(capture);
}

void test_clock(void) {
  snd_pcm_t *capture = opened(CABLE_CAPTURE, 1);
  snd_pcm_start(capture);
  uint64_t now = cable_now();
  bool on_grid = cable_slot_at(&cable, now) == (uint64_t)((unsigned __int128)now * RATE / 1000000000);
  check(on_grid, "the clock is on the grid of all cables");
  check(cable_slot_at(&cable, cable_time_of(&cable, 987654321)) == 987654321, "a slot's time lies in it");
  check(cable_slot_at(&cable, cable_time_of(&cable, 987654321) - 1) == 987654320, "and is its first nanosecond");
  uint64_t before = cable_slot_at(&cable, cable_now());
  cable_set_ppm(&cable, 50000);
  uint64_t after = cable_slot_at(&cable, cable_now());
  check(after - before < 200, "a clock error does not make it jump");
  uint64_t begin = cable_now(), slots = cable_slot_at(&cable, begin);
  slots = cable_slot_at(&cable, begin + 1000000000) - slots;
  check(llabs((int64_t)slots - 50400) <= 1, "and is kept to the frame");
  cable_set_ppm(&cable, 0);
  snd_pcm_close(capture);
}
