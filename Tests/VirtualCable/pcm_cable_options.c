#include "pcm_cable_options.h"

#include "cable.h"

#include <string.h>

static const snd_pcm_format_t known_formats[CABLE_FORMATS_MAX] = {
    SND_PCM_FORMAT_S16_LE, SND_PCM_FORMAT_S24_LE,   SND_PCM_FORMAT_S24_3LE,
    SND_PCM_FORMAT_S32_LE, SND_PCM_FORMAT_FLOAT_LE, SND_PCM_FORMAT_FLOAT64_LE,
};

static bool is_known(snd_pcm_format_t format) {
  for (int i = 0; i < CABLE_FORMATS_MAX; i++)
    if (known_formats[i] == format) return true;
  return false;
}

/// "S16_LE,S24_3LE"
static int read_formats(struct cable_options *options, const char *list) {
  options->format_count = 0;
  while (*list) {
    size_t length = strcspn(list, ", ");
    char name[32] = "";
    if (length > 0) {
      memcpy(name, list, length < sizeof name ? length : sizeof name - 1);
      snd_pcm_format_t format = snd_pcm_format_value(name);
      if (!is_known(format) || options->format_count == CABLE_FORMATS_MAX) {
        SNDERR("cable: formats \"%s\": a cable carries S16_LE S24_LE S24_3LE S32_LE FLOAT_LE FLOAT64_LE, once each", name);
        return -EINVAL;
      }
      options->formats[options->format_count++] = (unsigned)format;
    }
    list += length;
    list += strspn(list, ", ");
  }
  return 0;
}

struct number {
  const char *key;
  long *value;
};

static int read_entry(struct cable_options *options, const char *key, snd_config_t *entry) {
  const struct number numbers[] = {
      {"channels_min", &options->channels_min}, {"channels_max", &options->channels_max},
      {"rate_min", &options->rate_min},         {"rate_max", &options->rate_max},
      {"period_min", &options->period_min},     {"period_max", &options->period_max},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (!strcmp(key, numbers[i].key)) return snd_config_get_integer(entry, numbers[i].value);
  if (!strcmp(key, "path")) return snd_config_get_string(entry, &options->path);
  if (!strcmp(key, "clock")) return snd_config_get_string(entry, &options->clock);
  if (!strcmp(key, "speed")) return snd_config_get_ireal(entry, &options->speed);
  if (!strcmp(key, "formats")) {
    const char *list;
    int result = snd_config_get_string(entry, &list);
    return result < 0 ? result : read_formats(options, list);
  }
  // What ALSA itself puts in a PCM's definition.
  if (!strcmp(key, "type") || !strcmp(key, "hint") || !strcmp(key, "comment")) return 0;
  return -ENOENT;
}

static int validate(const struct cable_options *options) {
  if (!options->path) {
    SNDERR("cable: path is missing: name the shared file, best on a tmpfs such as /dev/shm");
    return -EINVAL;
  }
  bool fits = options->format_count > 0 && options->speed >= 0.001 && options->speed <= 1000
              && 1 <= options->channels_min && options->channels_min <= options->channels_max
              && options->channels_max <= CABLE_CHANNELS_MAX && 8000 <= options->rate_min
              && options->rate_min <= options->rate_max && options->rate_max <= 384000 && 16 <= options->period_min
              && options->period_min <= options->period_max && options->period_max <= CABLE_BUFFER_MAX / 2;
  if (fits) return 0;
  SNDERR("cable: out of range: speed 0.001-1000, channels 1-%d, rates 8000-384000, periods 16-%d frames",
         CABLE_CHANNELS_MAX, CABLE_BUFFER_MAX / 2);
  return -EINVAL;
}

int cable_options_read(struct cable_options *options, snd_config_t *configuration) {
  *options = (struct cable_options){
      .speed = 1,
      .format_count = CABLE_FORMATS_MAX,
      .channels_min = 1,
      .channels_max = CABLE_CHANNELS_MAX,
      .rate_min = 8000,
      .rate_max = 384000,
      .period_min = 16,
      .period_max = CABLE_BUFFER_MAX / 2,
  };
  for (int i = 0; i < CABLE_FORMATS_MAX; i++) options->formats[i] = (unsigned)known_formats[i];
  snd_config_iterator_t position, next;
  snd_config_for_each(position, next, configuration) {
    snd_config_t *entry = snd_config_iterator_entry(position);
    const char *key;
    if (snd_config_get_id(entry, &key) < 0) continue;
    if (read_entry(options, key, entry) < 0) {
      SNDERR("cable: %s: unknown key, or its value does not fit", key);
      return -EINVAL;
    }
  }
  return validate(options);
}
