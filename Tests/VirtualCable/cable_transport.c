// Frames in and out of the slots. One writer (playback), one reader (capture); a tag says which slot a place holds.
#include "cable.h"

#include <string.h>

static size_t place(uint64_t slot) { return slot % CABLE_RING; }

static size_t until_wrap(uint64_t slot, size_t count) {
  size_t room = CABLE_RING - place(slot);
  return count < room ? count : room;
}

void cable_publish(struct cable *cable, uint64_t slot, const uint8_t *frames, size_t count) {
  while (count > 0) {
    size_t run = until_wrap(slot, count);
    memcpy(cable->frames + place(slot) * cable->frame_bytes, frames, run * cable->frame_bytes);
    for (size_t i = 0; i < run; i++)
      atomic_store_explicit(&cable->tags[place(slot + i)], slot + i + 1, memory_order_release);
    slot += run;
    frames += run * cable->frame_bytes;
    count -= run;
  }
}

void cable_withdraw(struct cable *cable, uint64_t from, uint64_t to) {
  for (uint64_t slot = from; slot < to; slot++)
    atomic_store_explicit(&cable->tags[place(slot)], 0, memory_order_relaxed);
}

static bool is_played(const struct cable *cable, uint64_t slot) {
  return atomic_load_explicit(&cable->tags[place(slot)], memory_order_acquire) == slot + 1;
}

/// How many slots from `slot` on are alike, all played or all silent, without passing the end of the ring.
static size_t alike(const struct cable *cable, uint64_t slot, size_t count, bool played) {
  size_t run = 1, most = until_wrap(slot, count);
  while (run < most && is_played(cable, slot + run) == played) run++;
  return run;
}

void cable_fetch(struct cable *cable, uint64_t slot, uint8_t *frames, size_t count) {
  while (count > 0) {
    bool played = is_played(cable, slot);
    size_t run = alike(cable, slot, count, played);
    // Silence is zero bytes in every format that a cable carries.
    if (played)
      memcpy(frames, cable->frames + place(slot) * cable->frame_bytes, run * cable->frame_bytes);
    else
      memset(frames, 0, run * cable->frame_bytes);
    slot += run;
    frames += run * cable->frame_bytes;
    count -= run;
  }
}
