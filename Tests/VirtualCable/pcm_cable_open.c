// Opening an end of a cable as an ALSA PCM.
#include "pcm_cable_end.h"

#include <limits.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

/// What the end may be set to: all that the options say, or what the other end runs with.
static int offer(struct end *end) {
  snd_pcm_ioplug_t *io = &end->io;
  const struct cable_header *header = end->cable.header;
  const struct cable_options *options = &end->options;
  static const unsigned accesses[] = {SND_PCM_ACCESS_RW_INTERLEAVED, SND_PCM_ACCESS_MMAP_INTERLEAVED};
  unsigned channels[2] = {(unsigned)options->channels_min, (unsigned)options->channels_max};
  unsigned rates[2] = {(unsigned)options->rate_min, (unsigned)options->rate_max};
  unsigned format = (unsigned)header->format, format_count = 1;
  const unsigned *formats = &format;
  if (cable_is_bound(&end->cable, end->side)) {
    channels[0] = channels[1] = header->channels;
    rates[0] = rates[1] = header->rate;
  } else {
    formats = options->formats;
    format_count = options->format_count;
  }
  unsigned narrowest = UINT_MAX, widest = 0;
  for (unsigned i = 0; i < format_count; i++) {
    unsigned bytes = (unsigned)snd_pcm_format_physical_width((snd_pcm_format_t)formats[i]) / 8;
    if (bytes < narrowest) narrowest = bytes;
    if (bytes > widest) widest = bytes;
  }
  unsigned least = narrowest * channels[0], most = widest * channels[1];
  const unsigned ranges[][3] = {
      {SND_PCM_IOPLUG_HW_CHANNELS, channels[0], channels[1]},
      {SND_PCM_IOPLUG_HW_RATE, rates[0], rates[1]},
      {SND_PCM_IOPLUG_HW_PERIOD_BYTES, (unsigned)options->period_min * least, (unsigned)options->period_max * most},
      {SND_PCM_IOPLUG_HW_BUFFER_BYTES, 2 * (unsigned)options->period_min * least, CABLE_BUFFER_MAX * most},
      {SND_PCM_IOPLUG_HW_PERIODS, 2, 1024},
  };
  int result = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_ACCESS, 2, accesses);
  if (result == 0) result = snd_pcm_ioplug_set_param_list(io, SND_PCM_IOPLUG_HW_FORMAT, format_count, formats);
  for (size_t i = 0; result == 0 && i < sizeof ranges / sizeof *ranges; i++)
    result = snd_pcm_ioplug_set_param_minmax(io, (int)ranges[i][0], ranges[i][1], ranges[i][2]);
  return result;
}

static int create(struct end *end, const char *name, snd_pcm_stream_t stream, int mode) {
  end->io = (snd_pcm_ioplug_t){
      .version = SND_PCM_IOPLUG_VERSION,
      .name = "Virtual cable",
      .flags = SND_PCM_IOPLUG_FLAG_MONOTONIC | SND_PCM_IOPLUG_FLAG_BOUNDARY_WA,
      .callback = &end_callbacks,
      .private_data = end,
      .poll_fd = end->both,
      .poll_events = POLLIN,
  };
  int result = snd_pcm_ioplug_create(&end->io, name, stream, mode);
  if (result < 0) return result;
  return offer(end);
}

/// Takes the end of the cable at the options' path.
static int take_end(struct end *end) {
  int result = cable_open(&end->cable, end->options.path);
  if (result < 0) {
    SNDERR("cable: %s: %s", end->options.path, cable_error(result));
    return result;
  }
  if (!cable_is_in_memory(&end->cable))
    SNDERR("cable: %s is on a disk, which will cause xruns: use a tmpfs such as /dev/shm", end->options.path);
  end->unplugs = shared(end)->unplugs;
  result = shared(end)->unplugged ? -ENODEV : cable_lock(&end->cable);
  if (result == 0) {
    result = cable_claim(&end->cable, end->side);
    // A cable keeps the clock that its first end named.
    const char *clock = end->options.clock ? end->options.clock : end->cable.header->clock_path;
    if (result == 0 && clock[0]) {
      result = cable_join_clock(&end->cable, clock);
      if (result < 0) SNDERR("cable: clock %s: %s", clock, strerror(-result));
    }
    cable_unlock(&end->cable);
  }
  if (result < 0) cable_close(&end->cable);
  return result;
}

void end_close_descriptors(struct end *end) {
  if (end->timer >= 0) close(end->timer);
  if (end->watch >= 0) close(end->watch);
  if (end->both >= 0) close(end->both);
}

static int open_descriptors(struct end *end) {
  end->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
  end->both = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event readable = {.events = EPOLLIN};
  bool good = end->timer >= 0 && end->both >= 0 && epoll_ctl(end->both, EPOLL_CTL_ADD, end->timer, &readable) == 0;
  int result = good ? 0 : -errno;
  end->watch = cable_watch(&end->cable);
  if (result == 0 && end->watch < 0) result = end->watch;
  if (result == 0 && epoll_ctl(end->both, EPOLL_CTL_ADD, end->watch, &readable) < 0) result = -errno;
  if (result < 0) SNDERR("cable: no timer or watch: %s (see fs.inotify.max_user_instances)", snd_strerror(result));
  return result;
}

SND_PCM_PLUGIN_DEFINE_FUNC(cable) {
  (void)root;
  struct end *end = calloc(1, sizeof *end);
  if (!end) return -ENOMEM;
  end->side = stream == SND_PCM_STREAM_PLAYBACK ? CABLE_PLAY : CABLE_CAPTURE;
  end->boundary = LONG_MAX;
  end->avail_min = 1;
  int result = cable_options_read(&end->options, conf);
  if (result == 0) result = take_end(end);
  if (result < 0) {
    free(end);
    return result;
  }
  result = open_descriptors(end);
  if (result == 0) result = create(end, name, stream, mode);
  if (result < 0) {
    if (end->io.pcm) {
      snd_pcm_ioplug_delete(&end->io);
      return result;
    }
    end_close_descriptors(end);
    cable_close(&end->cable);
    free(end);
    return result;
  }
  *pcmp = end->io.pcm;
  return 0;
}

SND_PCM_PLUGIN_SYMBOL(cable);
