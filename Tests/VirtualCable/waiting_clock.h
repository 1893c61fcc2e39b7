// A clock that several cables share and that waits for the programs at their ends.
//
// It runs as CLOCK_MONOTONIC does, but never past the first of its members' deadlines. It stands there until that member has moved its
// deadline, then continues from the same time. A reader needs no membership.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { WAITING_CLOCK_MEMBERS = 128 };

/// The deadline of a member for which the clock does not wait.
#define WAITING_CLOCK_NEVER UINT64_MAX

struct waiting_clock {
  int fd;
  struct waiting_clock_header *header;  ///< NULL: not open
  int member;                           ///< -1: a reader
};

/// Opens the file at `path` as a reader, creates and lays it out if need be. Errors are negative errno values.
int waiting_clock_open(struct waiting_clock *clock, const char *path);

/// Becomes a member until `waiting_clock_close` or the death of the process. -EBUSY: there are as many as there may be.
int waiting_clock_join(struct waiting_clock *clock);
void waiting_clock_close(struct waiting_clock *clock);

// Real-time safe: no allocation, no lock.

/// Nanoseconds since some time in the past. Never goes back, for any reader.
uint64_t waiting_clock_time(const struct waiting_clock *clock);

/// Sets this member's deadline. 0 stops the clock at once; other deadlines do not count while a member of the same process is
/// `excused`.
void waiting_clock_promise(struct waiting_clock *clock, uint64_t deadline, bool excused);

/// The first time of CLOCK_MONOTONIC at which this clock may be at `time`. It may then still stand before that: ask again.
/// A member that holds the clock and has died, or does so for ten seconds, loses its deadline here.
uint64_t waiting_clock_earliest(struct waiting_clock *clock, uint64_t time);
