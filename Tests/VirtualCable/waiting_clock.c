// The state is one record, replaced as a whole: each member writes records of its own and then names the new one in one word. So a
// reader never waits, and a writer that dies leaves the last whole record.
#include "waiting_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
  MAGIC = 0x6b636c63,
  LAYOUT = 1,
  /// While the clock stands, those who wait look so often.
  TICK_NS = 100000,
  /// Where it stands for longer, they look whether the member that holds it is alive.
  DOUBT_NS = 50000000,
};
static const uint64_t patience_ns = 10000000000;

/// time(t) = time + (t - ns), at most `limit`.
struct record {
  uint64_t ns;  ///< CLOCK_MONOTONIC
  uint64_t time;
  uint64_t limit;
};

struct member {
  _Atomic uint64_t deadline;
  _Atomic int32_t pid;
  _Atomic uint32_t excused;
  struct record records[2];  ///< written by the member alone, and never the current one
};

struct waiting_clock_header {
  uint32_t magic, layout;
  _Atomic uint64_t current;  ///< member * 2 + record; above that, the number of changes so far
  _Atomic int32_t used;      ///< how many of `members` have ever been taken
  struct member members[WAITING_CLOCK_MEMBERS];
};

enum { NAMES = 2 * WAITING_CLOCK_MEMBERS };

static uint64_t monotonic(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

// Records

struct view {
  uint64_t current;
  struct record record;
  uint64_t ns;
};

/// The current record, and a time of CLOCK_MONOTONIC at which it was current.
static struct view look(const struct waiting_clock_header *header) {
  for (;;) {
    struct view view = {.current = atomic_load(&header->current)};
    unsigned name = view.current % NAMES;
    view.record = header->members[name / 2].records[name % 2];
    view.ns = monotonic();
    atomic_thread_fence(memory_order_seq_cst);
    if (atomic_load(&header->current) == view.current) return view;
  }
}

/// What the clock would show if it had not waited since the record.
static uint64_t unlimited(const struct view *view) {
  return view->record.time + (view->ns > view->record.ns ? view->ns - view->record.ns : 0);
}

static uint64_t time_in(const struct view *view) {
  uint64_t time = unlimited(view);
  return time < view->record.limit ? time : view->record.limit;
}

static bool is_excused(const struct waiting_clock_header *header, int32_t pid) {
  for (int i = 0; i < header->used; i++)
    if (header->members[i].excused && header->members[i].pid == pid) return true;
  return false;
}

static uint64_t first_deadline(const struct waiting_clock_header *header) {
  uint64_t first = WAITING_CLOCK_NEVER;
  for (int i = 0; i < header->used; i++) {
    uint64_t deadline = header->members[i].deadline;
    if (deadline < first && (deadline == 0 || !is_excused(header, header->members[i].pid))) first = deadline;
  }
  return first;
}

/// Makes the limit what the deadlines ask for, from the time that the clock shows now.
static void update(struct waiting_clock *clock) {
  struct waiting_clock_header *header = clock->header;
  for (;;) {
    struct view view = look(header);
    uint64_t time = time_in(&view), limit = first_deadline(header);
    if (limit < time) limit = time;
    if (limit == view.record.limit) return;
    unsigned name = 2 * (unsigned)clock->member;
    if (view.current % NAMES == name) name++;
    header->members[clock->member].records[name % 2] = (struct record){.ns = view.ns, .time = time, .limit = limit};
    uint64_t next = (view.current / NAMES + 1) * NAMES + name;
    if (atomic_compare_exchange_strong(&header->current, &view.current, next)) return;
  }
}

// Life

/// Open file description locks on single bytes, as those of a cable: byte 0 is the layout, those after it are the members.
static int lock_byte(int fd, int command, off_t byte, short type) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
  int result;
  do {
    result = fcntl(fd, command, &lock);
  } while (result < 0 && errno == EINTR);
  return result < 0 ? -errno : lock.l_type;
}

static int lay_out(struct waiting_clock *clock) {
  struct stat status;
  if (fstat(clock->fd, &status) < 0) return -errno;
  if (status.st_size != 0 && status.st_size != sizeof *clock->header) return -EMEDIUMTYPE;
  if (status.st_size == 0 && ftruncate(clock->fd, sizeof *clock->header) < 0) return -errno;
  void *start = mmap(NULL, sizeof *clock->header, PROT_READ | PROT_WRITE, MAP_SHARED, clock->fd, 0);
  if (start == MAP_FAILED) return -errno;
  struct waiting_clock_header *header = clock->header = start;
  if (header->magic == MAGIC && header->layout == LAYOUT) return 0;
  if (header->magic != 0) return -EMEDIUMTYPE;
  for (int i = 0; i < WAITING_CLOCK_MEMBERS; i++) header->members[i].deadline = WAITING_CLOCK_NEVER;
  uint64_t now = monotonic();
  header->members[0].records[0] = (struct record){.ns = now, .time = now, .limit = WAITING_CLOCK_NEVER};
  header->layout = LAYOUT;
  header->magic = MAGIC;
  return 0;
}

int waiting_clock_open(struct waiting_clock *clock, const char *path) {
  *clock = (struct waiting_clock){.member = -1};
  clock->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (clock->fd < 0) return -errno;
  int result = lock_byte(clock->fd, F_OFD_SETLKW, 0, F_WRLCK);
  if (result >= 0) {
    result = lay_out(clock);
    lock_byte(clock->fd, F_OFD_SETLK, 0, F_UNLCK);
  }
  if (result >= 0) return 0;
  if (!clock->header) close(clock->fd);
  waiting_clock_close(clock);
  return result;
}

int waiting_clock_join(struct waiting_clock *clock) {
  for (int i = 0; i < WAITING_CLOCK_MEMBERS; i++) {
    if (lock_byte(clock->fd, F_OFD_SETLK, 1 + i, F_WRLCK) < 0) continue;
    struct member *member = &clock->header->members[i];
    clock->member = i;
    member->excused = 0;
    member->pid = getpid();
    member->deadline = WAITING_CLOCK_NEVER;
    int32_t used = clock->header->used;
    while (used <= i && !atomic_compare_exchange_weak(&clock->header->used, &used, i + 1)) continue;
    // One that died may have held the clock.
    update(clock);
    return 0;
  }
  return -EBUSY;
}

void waiting_clock_close(struct waiting_clock *clock) {
  if (!clock->header) return;
  if (clock->member >= 0) waiting_clock_promise(clock, WAITING_CLOCK_NEVER, false);
  munmap(clock->header, sizeof *clock->header);
  close(clock->fd);
  clock->header = NULL;
}

// Time

uint64_t waiting_clock_time(const struct waiting_clock *clock) {
  struct view view = look(clock->header);
  return time_in(&view);
}

void waiting_clock_promise(struct waiting_clock *clock, uint64_t deadline, bool excused) {
  struct member *member = &clock->header->members[clock->member];
  if (member->deadline == deadline && member->excused == excused) return;
  member->excused = excused;
  member->deadline = deadline;
  update(clock);
}

/// Takes their deadlines from members that hold the clock at `limit`: from those that are dead, or from `all`.
static void release(struct waiting_clock *clock, uint64_t limit, bool all) {
  for (int i = 0; i < clock->header->used; i++) {
    struct member *member = &clock->header->members[i];
    uint64_t deadline = member->deadline;
    if (i == clock->member || deadline > limit) continue;
    // Where it has set another one meanwhile, that counts.
    if (all || lock_byte(clock->fd, F_OFD_GETLK, 1 + i, F_WRLCK) == F_UNLCK)
      atomic_compare_exchange_strong(&member->deadline, &deadline, WAITING_CLOCK_NEVER);
  }
  update(clock);
}

uint64_t waiting_clock_earliest(struct waiting_clock *clock, uint64_t time) {
  struct view view = look(clock->header);
  uint64_t now = time_in(&view), stood = unlimited(&view) - now;
  if (clock->member >= 0 && stood > DOUBT_NS) release(clock, view.record.limit, stood > patience_ns);
  uint64_t rest = time > now ? time - now : 0;
  return view.ns + (stood > 0 && rest < TICK_NS ? TICK_NS : rest);
}
