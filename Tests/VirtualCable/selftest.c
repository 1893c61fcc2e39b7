// selftest CABLE PCM: how an end behaves as an ALSA device. Prints a line for each failure, then "passed failed".
#include "selftest.h"

#include <sched.h>
#include <string.h>
#include <unistd.h>

static int passed, failed;
static const char *cable_path, *pcm_name;
struct cable cable;

void check(bool good, const char *what) {
  if (good)
    passed++;
  else
    failed++;
  if (!good) printf("FAILED: %s\n", what);
}

static const snd_pcm_format_t format = SND_PCM_FORMAT_S32_LE;
frame frames[8 * BUFFER];

struct cable_end *header(int end) { return &cable.header->ends[end]; }

int try_open(snd_pcm_t **pcm, int end, int mode) {
  return snd_pcm_open(pcm, pcm_name, end == CABLE_PLAY ? SND_PCM_STREAM_PLAYBACK : SND_PCM_STREAM_CAPTURE, mode);
}

int set_up(snd_pcm_t *pcm, unsigned rate, snd_pcm_uframes_t start_threshold) {
  snd_pcm_hw_params_t *hardware;
  snd_pcm_sw_params_t *software;
  snd_pcm_hw_params_alloca(&hardware);
  snd_pcm_sw_params_alloca(&software);
  snd_pcm_hw_params_any(pcm, hardware);
  snd_pcm_hw_params_set_access(pcm, hardware, SND_PCM_ACCESS_RW_INTERLEAVED);
  int result = snd_pcm_hw_params_set_format(pcm, hardware, format);
  if (result == 0) result = snd_pcm_hw_params_set_channels(pcm, hardware, 2);
  if (result == 0) result = snd_pcm_hw_params_set_rate(pcm, hardware, rate, 0);
  if (result == 0) result = snd_pcm_hw_params_set_period_size(pcm, hardware, PERIOD, 0);
  if (result == 0) result = snd_pcm_hw_params_set_buffer_size(pcm, hardware, BUFFER);
  if (result == 0) result = snd_pcm_hw_params(pcm, hardware);
  if (result < 0) return result;
  snd_pcm_sw_params_current(pcm, software);
  snd_pcm_sw_params_set_start_threshold(pcm, software, start_threshold);
  snd_pcm_sw_params_set_avail_min(pcm, software, PERIOD);
  return snd_pcm_sw_params(pcm, software);
}

snd_pcm_t *opened(int end, snd_pcm_uframes_t start_threshold) {
  snd_pcm_t *pcm;
  int result = try_open(&pcm, end, 0);
  if (result == 0) result = set_up(pcm, RATE, start_threshold);
  if (result == 0) return pcm;
  printf("%s: %s\n", pcm_name, snd_strerror(result));
  exit(2);
}

void call_fault(int end, enum cable_fault fault) {
  header(end)->fault = fault;
  cable_notify(&cable);
}

int first_error(snd_pcm_t *capture) {
  for (;;) {
    int result = snd_pcm_wait(capture, 1000);
    if (result == 1) result = (int)snd_pcm_readi(capture, frames, PERIOD);
    if (result <= 0) return result;
  }
}

void sleep_ms(unsigned ms) { usleep(ms * 1000); }

int main(int count, char **arguments) {
  if (count != 3) return 2;
  setvbuf(stdout, NULL, _IOLBF, 0);
  cable_path = arguments[1];
  pcm_name = arguments[2];
  struct sched_param priority = {.sched_priority = 60};
  if (sched_setscheduler(0, SCHED_FIFO, &priority) < 0) printf("SCHED_FIFO was refused: times may fail\n");
  if (cable_open(&cable, cable_path) < 0) return 2;
  void (*const tests[])(void) = {
      test_ownership, test_late_choice, test_start_threshold, test_accounts, test_drain,  test_nonblocking, test_wakeups,
      test_xrun,      test_unheard,     test_suspend,         test_stall,    test_unplug, test_clock,
  };
  for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) tests[i]();
  cable_close(&cable);
  printf("%d %d\n", passed, failed);
  return failed > 0;
}
