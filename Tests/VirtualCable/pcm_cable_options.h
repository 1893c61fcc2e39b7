// What asound.conf says about a cable.
#pragma once

#include <alsa/asoundlib.h>

enum { CABLE_FORMATS_MAX = 6 };

struct cable_options {
  const char *path;
  const char *clock;  ///< NULL: CLOCK_MONOTONIC
  double speed;
  unsigned formats[CABLE_FORMATS_MAX];
  unsigned format_count;
  long channels_min, channels_max;
  long rate_min, rate_max;
  long period_min, period_max;  ///< frames
};

/// Reads `pcm.NAME { type cable ... }`. A wrong key or value is said on ALSA's error log, with -EINVAL.
int cable_options_read(struct cable_options *options, snd_config_t *configuration);
