#include "cableio.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void request_stop(int signal) {
  (void)signal;
  stop_requested = true;
}

static bool complain(const char *path, const char *what) {
  fprintf(stderr, "cableio: %s: %s\n", path, what);
  return false;
}

/// The lead's silence and the file.
static bool load(struct side *side) {
  FILE *file = fopen(side->own->file, "rb");
  struct stat status;
  if (!file || fstat(fileno(file), &status) < 0) return complain(side->own->file, strerror(errno));
  if ((size_t)status.st_size % side->frame_bytes != 0) return complain(side->own->file, "not a whole number of frames");
  uint64_t frames = (uint64_t)status.st_size / side->frame_bytes;
  side->capacity = side->options->lead + frames;
  if (side->capacity == 0) return complain(side->own->file, "empty: there is nothing to play");
  side->frames = calloc(side->capacity, side->frame_bytes);
  if (!side->frames) return complain(side->own->file, "too large for the memory");
  uint8_t *first = side->frames + side->options->lead * side->frame_bytes;
  bool whole = fread(first, side->frame_bytes, frames, file) == frames;
  fclose(file);
  return whole || complain(side->own->file, "could not be read to its end");
}

static bool reserve(struct side *side) {
  // Playback starts within this time of the recording.
  uint64_t before = 10 * (uint64_t)side->options->rate;
  side->capacity = before + play_side.capacity + side->options->tail;
  side->frames = calloc(side->capacity, side->frame_bytes);
  return side->frames || complain(side->own->file, "so much cannot be recorded: the memory is too small");
}

static bool save(const struct side *side) {
  FILE *file = fopen(side->own->file, "wb");
  if (!file) return complain(side->own->file, strerror(errno));
  bool whole = fwrite(side->frames, side->frame_bytes, side->done, file) == side->done;
  whole = fclose(file) == 0 && whole;
  return whole || complain(side->own->file, "could not be written");
}

static bool prepare(struct side *side, const struct options *options, int end) {
  side->options = options;
  side->own = end == CABLE_PLAY ? &options->play : &options->record;
  side->end = end;
  side->frame_bytes = (size_t)snd_pcm_format_physical_width(side->own->format) / 8 * side->own->channels;
  return (end == CABLE_PLAY ? load(side) : reserve(side)) && side_open(side);
}

/// The recorder first; the player when it runs.
static bool run(const struct options *options) {
  pthread_t recorder, player;
  if (options->record.pcm) {
    if (!side_run(&recorder, &record_side)) return false;
    while (!record_side.started && !stop_requested) usleep(1000);
  }
  bool playing = options->play.pcm && !stop_requested && side_run(&player, &play_side);
  if (options->play.pcm && !playing) stop_requested = true;
  if (playing) pthread_join(player, NULL);
  if (options->record.pcm) pthread_join(recorder, NULL);
  // A waiting clock does not wait for files to be written.
  if (options->play.pcm) snd_pcm_drop(play_side.pcm);
  if (options->record.pcm) snd_pcm_drop(record_side.pcm);
  return !play_side.failed && !record_side.failed;
}

static void report(const struct options *options) {
  uint64_t lead = options->lead;
  uint64_t played = options->play.pcm && play_side.done > lead ? play_side.done - lead : 0;
  printf("{\"playStartSlot\":%llu,\"recordStartSlot\":%llu,\"leadFrames\":%llu,\"playedFrames\":%llu,\"recordedFrames\":%llu,"
         "\"playXruns\":%u,\"recordXruns\":%u,\"playRate\":%u}\n",
         (unsigned long long)play_side.start_slot, (unsigned long long)record_side.start_slot, (unsigned long long)lead,
         (unsigned long long)played, (unsigned long long)record_side.done, play_side.xruns, record_side.xruns,
         options->rate);
}

int main(int count, char **arguments) {
  struct options options = options_read(count, arguments);
  // Whoever started it may have blocked them.
  sigset_t stops;
  sigemptyset(&stops);
  sigaddset(&stops, SIGINT);
  sigaddset(&stops, SIGTERM);
  sigprocmask(SIG_UNBLOCK, &stops, NULL);
  signal(SIGINT, request_stop);
  signal(SIGTERM, request_stop);
  if (options.play.pcm && !prepare(&play_side, &options, CABLE_PLAY)) return CABLEIO_FAILED;
  if (options.record.pcm && !prepare(&record_side, &options, CABLE_CAPTURE)) return CABLEIO_FAILED;
  if (mlockall(MCL_CURRENT) < 0) fprintf(stderr, "cableio: mlockall: %s: page faults may disturb it\n", strerror(errno));
  bool ran = run(&options);
  if (options.record.pcm && !save(&record_side)) ran = false;
  report(&options);
  if (options.play.pcm) side_close(&play_side);
  if (options.record.pcm) side_close(&record_side);
  if (!ran) return CABLEIO_FAILED;
  return play_side.xruns + record_side.xruns > 0 ? CABLEIO_DISTURBED : 0;
}
