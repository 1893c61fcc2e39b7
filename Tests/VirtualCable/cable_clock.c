// The clock of a cable: exact integer arithmetic, so that two cables at one rate agree in every slot.
#include "cable.h"

#include <math.h>
#include <time.h>

typedef unsigned __int128 wide;

static const uint64_t phases = 1000000000000000;

uint64_t cable_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

uint64_t cable_time(const struct cable *cable) {
  return cable->clock.header ? waiting_clock_time(&cable->clock) : cable_now();
}

/// A change fills the other record and then turns: a reader who sees the same turn twice has a whole record, and one
/// whose writer died never waits.
static struct cable_clock read_clock(const struct cable_header *header) {
  for (;;) {
    uint32_t turn = atomic_load_explicit(&header->clock_turn, memory_order_acquire);
    struct cable_clock clock = header->clocks[turn % 2];
    atomic_thread_fence(memory_order_acquire);
    if (atomic_load_explicit(&header->clock_turn, memory_order_relaxed) == turn) return clock;
  }
}

static void write_clock(struct cable_header *header, struct cable_clock clock) {
  uint32_t turn = atomic_load(&header->clock_turn) + 1;
  header->clocks[turn % 2] = clock;
  atomic_store_explicit(&header->clock_turn, turn, memory_order_release);
}

static wide phase_at(const struct cable_clock *clock, uint64_t ns) {
  if (ns < clock->ns) ns = clock->ns;
  return clock->phase + (wide)(ns - clock->ns) * clock->rate;
}

uint64_t cable_slot_at(const struct cable *cable, uint64_t ns) {
  struct cable_clock clock = read_clock(cable->header);
  return clock.slot + (uint64_t)(phase_at(&clock, ns) / phases);
}

uint64_t cable_time_of(const struct cable *cable, uint64_t slot) {
  struct cable_clock clock = read_clock(cable->header);
  if (slot <= clock.slot || clock.rate == 0) return clock.ns;
  wide distance = (wide)(slot - clock.slot) * phases - clock.phase;
  return clock.ns + (uint64_t)((distance + clock.rate - 1) / clock.rate);
}

static uint64_t nominal_rate(const struct cable_header *header) {
  return (uint64_t)llround(header->rate * header->speed * 1e6);
}

static uint64_t true_rate(const struct cable_header *header) {
  uint64_t nominal = nominal_rate(header);
  return nominal + (uint64_t)llround((double)nominal * header->ppm * 1e-6);
}

static struct cable_clock rebased(struct cable_clock clock, uint64_t ns, uint64_t rate) {
  wide phase = phase_at(&clock, ns);
  return (struct cable_clock){
      .ns = ns, .slot = clock.slot + (uint64_t)(phase / phases), .phase = (uint64_t)(phase % phases), .rate = rate};
}

void cable_set_ppm(struct cable *cable, double ppm) {
  cable->header->ppm = ppm;
  write_clock(cable->header, rebased(read_clock(cable->header), cable_time(cable), true_rate(cable->header)));
}

void cable_put_on_grid(struct cable *cable) {
  struct cable_clock grid = {.rate = nominal_rate(cable->header)};
  bool exact = cable->header->ppm == 0;
  write_clock(cable->header, exact ? grid : rebased(grid, cable_time(cable), true_rate(cable->header)));
}
