// cablectl: what a cable is doing, and faults from outside.
#include "cable.h"

#include <alsa/asoundlib.h>
#include <math.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: cablectl PATH status\n"
    "       cablectl PATH xrun|suspend|stall|go play|capture\n"
    "       cablectl PATH unplug|plug [play|capture]\n"
    "       cablectl PATH hold play|capture\n"
    "       cablectl PATH reset\n"
    "       cablectl PATH ppm N\n"
    "       cablectl PATH sleep MS\n";

static const char *side_names[CABLE_ENDS] = {"play", "capture"};

static int fail(const char *path, const char *what) {
  fprintf(stderr, "cablectl: %s: %s\n", path, what);
  return 1;
}

static const char *flag(bool value) { return value ? "true" : "false"; }

static void print_end(struct cable *cable, int side) {
  struct cable_end *end = &cable->header->ends[side];
  bool open = cable_is_claimed_elsewhere(cable, side);
  printf(",\"%s\":{\"pid\":%d,\"open\":%s,\"configured\":%s,\"running\":%s,\"stalled\":%s,\"period\":%u,\"buffer\":%u,"
         "\"starts\":%u,\"startSlot\":%llu,\"xruns\":%llu}",
         side_names[side], open ? end->pid : 0, flag(open), flag(open && end->configured), flag(open && end->running),
         flag(end->stalled), end->period_frames, end->buffer_frames, end->starts, (unsigned long long)end->start_slot,
         (unsigned long long)end->xruns);
}

static int status(struct cable *cable) {
  const struct cable_header *header = cable->header;
  const char *format = header->rate ? snd_pcm_format_name(header->format) : NULL;
  uint64_t now = cable_time(cable);
  printf("{\"plugged\":%s,\"format\":\"%s\",\"rate\":%u,\"channels\":%u,\"speed\":%g,\"ppm\":%g,\"ns\":%llu,"
         "\"slot\":%llu",
         flag(!header->ends[CABLE_PLAY].unplugged && !header->ends[CABLE_CAPTURE].unplugged), format ? format : "", header->rate, header->channels, header->speed, header->ppm,
         (unsigned long long)now, (unsigned long long)cable_slot_at(cable, now));
  print_end(cable, CABLE_PLAY);
  print_end(cable, CABLE_CAPTURE);
  printf("}\n");
  return 0;
}

static int plug(struct cable *cable, int side, bool in) {
  struct cable_end *end = &cable->header->ends[side];
  if (!in && !end->unplugged) end->unplugs++;
  end->unplugged = !in;
  return 0;
}

static int plug_both(struct cable *cable, bool in) {
  return plug(cable, CABLE_PLAY, in) || plug(cable, CABLE_CAPTURE, in);
}

static int reset(struct cable *cable, const char *path) {
  for (int side = 0; side < CABLE_ENDS; side++)
    if (cable_is_claimed_elsewhere(cable, side)) return fail(path, "an end is open: close it before the reset");
  memset((void *)cable->header->ends, 0, sizeof cable->header->ends);
  cable->header->ppm = 0;
  cable_put_on_grid(cable);
  return plug_both(cable, true);
}

static int set_ppm(struct cable *cable, const char *text, const char *path) {
  char *rest;
  double ppm = strtod(text, &rest);
  if (rest == text || *rest || !(fabs(ppm) <= 100000)) return fail(path, "ppm takes a number from -100000 to 100000");
  cable_set_ppm(cable, ppm);
  return 0;
}

/// Sleeps in the cable's time.
static int pause_for(struct cable *cable, const char *text, const char *path) {
  char *rest;
  double ms = strtod(text, &rest);
  if (rest == text || *rest || !(ms >= 0 && ms <= 1e6)) return fail(path, "sleep takes milliseconds");
  if (cable->clock.header && waiting_clock_join(&cable->clock) < 0) return fail(path, "its clock has too many members");
  uint64_t end = cable_time(cable) + (uint64_t)(ms * 1e6);
  while (cable_time(cable) < end) {
    uint64_t at = cable->clock.header ? waiting_clock_earliest(&cable->clock, end) : end;
    struct timespec time = {(time_t)(at / 1000000000), (long)(at % 1000000000)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
  }
  return 0;
}

static int find_side(const char *name) {
  for (int side = 0; side < CABLE_ENDS; side++)
    if (!strcmp(name, side_names[side])) return side;
  return -1;
}

/// Takes the end as another program would, until standard input ends.
static int hold(struct cable *cable, int side, const char *path) {
  int result = cable_claim(cable, side);
  if (result < 0) return fail(path, strerror(-result));
  return 0;
}

static int disturb(struct cable *cable, const char *command, int side, const char *path) {
  struct cable_end *end = &cable->header->ends[side];
  if (!strcmp(command, "unplug") || !strcmp(command, "plug")) return plug(cable, side, command[0] == 'p');
  if (!strcmp(command, "hold")) return hold(cable, side, path);
  if (!strcmp(command, "stall") || !strcmp(command, "go")) {
    end->stalled = command[0] == 's';
    return 0;
  }
  bool running = cable_is_claimed_elsewhere(cable, side) && end->running;
  if (!running) return fail(path, side == CABLE_PLAY ? "play is not running" : "capture is not running");
  end->fault = command[0] == 'x' ? CABLE_XRUN : CABLE_SUSPEND;
  return 0;
}

static bool takes_side(const char *command) {
  static const char *commands[] = {"xrun", "suspend", "stall", "go", "unplug", "plug", "hold"};
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (!strcmp(command, commands[i])) return true;
  return false;
}

/// -1: no such command.
static int perform(struct cable *cable, const char *path, const char *command, const char *argument) {
  if (!argument) {
    if (!strcmp(command, "status")) return status(cable);
    if (!strcmp(command, "unplug")) return plug_both(cable, false);
    if (!strcmp(command, "plug")) return plug_both(cable, true);
    if (!strcmp(command, "reset")) return reset(cable, path);
    return -1;
  }
  if (!strcmp(command, "ppm")) return set_ppm(cable, argument, path);
  int side = find_side(argument);
  return takes_side(command) && side >= 0 ? disturb(cable, command, side, path) : -1;
}

int main(int count, char **arguments) {
  if (count < 3 || count > 4) {
    fputs(usage, stderr);
    return 2;
  }
  const char *path = arguments[1];
  // A look must not leave a new file behind; the other commands may come before the first program does.
  if (!strcmp(arguments[2], "status") && access(path, F_OK) < 0) return fail(path, strerror(errno));
  struct cable cable;
  int result = cable_open(&cable, path);
  if (result < 0) return fail(path, cable_error(result));
  if (count == 4 && !strcmp(arguments[2], "sleep")) {
    result = pause_for(&cable, arguments[3], path);
    cable_close(&cable);
    return result;
  }
  cable_lock(&cable);
  uint64_t now = cable_time(&cable), slot = cable_slot_at(&cable, now);
  result = perform(&cable, path, arguments[2], count == 4 ? arguments[3] : NULL);
  cable_unlock(&cable);
  if (result == 0 && strcmp(arguments[2], "status")) {
    cable_notify(&cable);
    printf("{\"ns\":%llu,\"slot\":%llu}\n", (unsigned long long)now, (unsigned long long)slot);
    fflush(stdout);
  }
  // As long as the cable is open, the end is taken.
  if (result == 0 && !strcmp(arguments[2], "hold"))
    while (getchar() != EOF) continue;
  cable_close(&cable);
  if (result < 0) fputs(usage, stderr);
  return result < 0 ? 2 : result;
}
