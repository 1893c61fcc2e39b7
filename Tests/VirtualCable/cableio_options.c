#include "cableio.h"

#include <getopt.h>
#include <stdarg.h>

static const char usage[] =
    "usage: cableio --play PCM --in FILE --record PCM --out FILE --format F --rate R --channels N\n"
    "               [--record-format F] [--record-channels N] [--period FRAMES] [--periods K]\n"
    "               [--lead FRAMES] [--tail FRAMES] [--only-play | --only-record]\n"
    "Files are raw interleaved frames. --lead: silence played first. --tail: recorded after the last played frame;\n"
    "with --only-record, all that is recorded. Exit: 0, 1 when an xrun occurred, 2 on errors.\n";

static _Noreturn void refuse(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("cableio: ", stderr);
  vfprintf(stderr, format, values);
  fprintf(stderr, "\n%s", usage);
  va_end(values);
  exit(CABLEIO_FAILED);
}

static snd_pcm_format_t format_named(const char *name) {
  snd_pcm_format_t format = snd_pcm_format_value(name);
  if (format == SND_PCM_FORMAT_UNKNOWN) refuse("%s: no format of that name", name);
  return format;
}

static uint64_t count_of(const char *option, const char *text, uint64_t least) {
  char *rest;
  errno = 0;
  unsigned long long value = strtoull(text, &rest, 10);
  if (errno || *rest || rest == text || *text == '-' || value < least || value > INT64_MAX / 2)
    refuse("--%s %s: expected a whole number from %llu up", option, text, (unsigned long long)least);
  return value;
}

enum { PLAY = 1, IN, RECORD, OUT, FORMAT, RATE, CHANNELS, RECORD_FORMAT, RECORD_CHANNELS, PERIOD, PERIODS, LEAD, TAIL,
       ONLY_PLAY, ONLY_RECORD };

static const struct option known[] = {
    {"play", required_argument, NULL, PLAY},
    {"in", required_argument, NULL, IN},
    {"record", required_argument, NULL, RECORD},
    {"out", required_argument, NULL, OUT},
    {"format", required_argument, NULL, FORMAT},
    {"rate", required_argument, NULL, RATE},
    {"channels", required_argument, NULL, CHANNELS},
    {"record-format", required_argument, NULL, RECORD_FORMAT},
    {"record-channels", required_argument, NULL, RECORD_CHANNELS},
    {"period", required_argument, NULL, PERIOD},
    {"periods", required_argument, NULL, PERIODS},
    {"lead", required_argument, NULL, LEAD},
    {"tail", required_argument, NULL, TAIL},
    {"only-play", no_argument, NULL, ONLY_PLAY},
    {"only-record", no_argument, NULL, ONLY_RECORD},
    {NULL, 0, NULL, 0},
};

static void take(struct options *options, int option, const char *name, const char *value) {
  switch (option) {
    case PLAY: options->play.pcm = value; break;
    case IN: options->play.file = value; break;
    case RECORD: options->record.pcm = value; break;
    case OUT: options->record.file = value; break;
    case FORMAT: options->play.format = format_named(value); break;
    case RECORD_FORMAT: options->record.format = format_named(value); break;
    case RATE: options->rate = (unsigned)count_of(name, value, 1); break;
    case CHANNELS: options->play.channels = (unsigned)count_of(name, value, 1); break;
    case RECORD_CHANNELS: options->record.channels = (unsigned)count_of(name, value, 1); break;
    case PERIOD: options->period = count_of(name, value, 1); break;
    case PERIODS: options->periods = count_of(name, value, 2); break;
    case LEAD: options->lead = count_of(name, value, 0); break;
    case TAIL: options->tail = count_of(name, value, 0); break;
    default: refuse("what is meant?");
  }
}

struct options options_read(int count, char **arguments) {
  struct options options = {
      .play.format = SND_PCM_FORMAT_UNKNOWN, .record.format = SND_PCM_FORMAT_UNKNOWN, .period = 1024, .periods = 8};
  bool only_play = false, only_record = false;
  int option, index = 0;
  while ((option = getopt_long(count, arguments, "", known, &index)) != -1) {
    if (option == ONLY_PLAY)
      only_play = true;
    else if (option == ONLY_RECORD)
      only_record = true;
    else
      take(&options, option, option == '?' ? "" : known[index].name, optarg);
  }
  if (optind < count) refuse("%s: not an option", arguments[optind]);
  if (options.record.format == SND_PCM_FORMAT_UNKNOWN) options.record.format = options.play.format;
  if (options.record.channels == 0) options.record.channels = options.play.channels;
  if (only_play) options.record.pcm = NULL;
  if (only_record) options.play.pcm = NULL;
  if (!options.rate || options.record.format == SND_PCM_FORMAT_UNKNOWN || !options.record.channels)
    refuse("--format, --rate and --channels are needed");
  if (!only_record && (!options.play.pcm || !options.play.file)) refuse("--play and --in are needed");
  if (!only_play && (!options.record.pcm || !options.record.file)) refuse("--record and --out are needed");
  if (only_record && !options.tail) refuse("--only-record needs --tail: the frames to record");
  if (options.play.pcm && (options.play.format == SND_PCM_FORMAT_UNKNOWN || !options.play.channels))
    refuse("--format and --channels are needed to play");
  return options;
}
