// libfaults.so (LD_PRELOAD): makes chosen calls of ALSA's fail, whatever the device.
//
// PCM_FAULTS="readi@100=short,writei@250=ESTRPIPE,readi@400=none": the 100th snd_pcm_readi of the process moves half of the frames,
// the 250th snd_pcm_writei fails, the 400th snd_pcm_readi moves none though there are some. Calls: readi, writei, wait, prepare,
// start, open. An errno that says that the stream stopped also stops it. `late` makes the call 10 ms late. A line of JSON for each
// fault goes to PCM_FAULTS_FILE.
#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum call { READI, WRITEI, WAIT, PREPARE, START, OPEN, CALLS };
static const char *const names[CALLS] = {"readi", "writei", "wait", "prepare", "start", "open"};

/// Effects beside negative errno values.
enum { NOTHING = 0, SHORT = 1, NONE = 2, LATE = 3 };
enum { LATE_US = 10000 };

static const struct { const char *name; int effect; } effects[] = {
    {"short", SHORT}, {"none", NONE}, {"late", LATE}, {"EAGAIN", -EAGAIN}, {"EINTR", -EINTR}, {"EPIPE", -EPIPE}, {"ESTRPIPE", -ESTRPIPE},
    {"EBUSY", -EBUSY}, {"EIO", -EIO}, {"EBADFD", -EBADFD}, {"ENODEV", -ENODEV},
};

enum { FAULTS_MAX = 256 };
static struct fault { enum call call; uint64_t number; int effect; } faults[FAULTS_MAX];
static int fault_count, report = -1;
static _Atomic uint64_t counts[CALLS];

static void refuse(const char *text) {
  fprintf(stderr, "libfaults: PCM_FAULTS: %s\n", text);
  _exit(64);
}

static void parse(char *text) {
  char *equals = strchr(text, '='), *at = strchr(text, '@');
  if (!equals || !at || fault_count == FAULTS_MAX) refuse(text);
  *equals = *at = 0;
  struct fault *fault = &faults[fault_count++];
  fault->number = strtoull(at + 1, NULL, 10);
  int call = 0, effect = 0;
  while (call < CALLS && strcmp(names[call], text)) call++;
  while (effect < (int)(sizeof effects / sizeof *effects) && strcmp(effects[effect].name, equals + 1)) effect++;
  if (call == CALLS || effect == (int)(sizeof effects / sizeof *effects)) refuse(text);
  fault->call = (enum call)call;
  fault->effect = effects[effect].effect;
}

__attribute__((constructor)) static void load(void) {
  const char *list = getenv("PCM_FAULTS"), *path = getenv("PCM_FAULTS_FILE");
  if (path) report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  char *rest, *copy = list ? strdup(list) : NULL;
  for (char *part = copy ? strtok_r(copy, ",", &rest) : NULL; part; part = strtok_r(NULL, ",", &rest)) parse(part);
  free(copy);
}

/// What this call is to do.
static int effect_of(enum call call, snd_pcm_t *pcm) {
  uint64_t number = atomic_fetch_add(&counts[call], 1) + 1;
  for (int i = 0; i < fault_count; i++) {
    if (faults[i].call != call || faults[i].number != number) continue;
    int effect = faults[i].effect;
    if (report >= 0) dprintf(report, "{\"call\":\"%s\",\"number\":%llu,\"effect\":%d}\n", names[call], (unsigned long long)number, effect);
    if (effect == LATE) usleep(LATE_US);
    if (pcm && (effect == -EPIPE || effect == -ESTRPIPE)) snd_pcm_drop(pcm);
    return effect == LATE ? NOTHING : effect;
  }
  return NOTHING;
}

#define REAL(function) \
  static __typeof__(&function) real; \
  if (!real) real = (__typeof__(&function))dlsym(RTLD_NEXT, #function)

static snd_pcm_uframes_t part(int effect, snd_pcm_uframes_t count) { return effect == SHORT && count > 1 ? count / 2 : count; }

snd_pcm_sframes_t snd_pcm_readi(snd_pcm_t *pcm, void *frames, snd_pcm_uframes_t count) {
  REAL(snd_pcm_readi);
  int effect = effect_of(READI, pcm);
  return effect < 0 ? effect : effect == NONE ? 0 : real(pcm, frames, part(effect, count));
}

snd_pcm_sframes_t snd_pcm_writei(snd_pcm_t *pcm, const void *frames, snd_pcm_uframes_t count) {
  REAL(snd_pcm_writei);
  int effect = effect_of(WRITEI, pcm);
  return effect < 0 ? effect : effect == NONE ? 0 : real(pcm, frames, part(effect, count));
}

int snd_pcm_wait(snd_pcm_t *pcm, int milliseconds) {
  REAL(snd_pcm_wait);
  int effect = effect_of(WAIT, pcm);
  return effect < 0 ? effect : effect != NOTHING ? 0 : real(pcm, milliseconds);
}

int snd_pcm_prepare(snd_pcm_t *pcm) {
  REAL(snd_pcm_prepare);
  int effect = effect_of(PREPARE, pcm);
  return effect < 0 ? effect : real(pcm);
}

int snd_pcm_start(snd_pcm_t *pcm) {
  REAL(snd_pcm_start);
  int effect = effect_of(START, pcm);
  return effect < 0 ? effect : real(pcm);
}

int snd_pcm_open(snd_pcm_t **pcm, const char *name, snd_pcm_stream_t stream, int mode) {
  REAL(snd_pcm_open);
  int effect = effect_of(OPEN, NULL);
  return effect < 0 ? effect : real(pcm, name, stream, mode);
}
