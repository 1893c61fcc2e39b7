// The shared file of a cable: layout, ownership, parameters.
#include "cable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23
#endif

static const size_t tags_offset = 4096;
static const size_t frames_offset = 4096 + CABLE_RING * sizeof(uint64_t);

// The header fits its page.
_Static_assert(sizeof(struct cable_header) <= 4096, "the header outgrew its page");

/// Open file description locks on single bytes: they end with the file description, so with the process, and two
/// openers in one process exclude each other too. Byte 0 is the header, 1 and 2 are the ends.
static int lock_byte(int fd, int command, off_t byte, short type) {
  struct flock lock = {.l_type = type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1};
  int result;
  do {
    result = fcntl(fd, command, &lock);
  } while (result < 0 && errno == EINTR);
  if (result < 0) return -errno;
  return lock.l_type;
}

int cable_lock(struct cable *cable) {
  int result = lock_byte(cable->fd, F_OFD_SETLKW, 0, F_WRLCK);
  return result < 0 ? result : 0;
}

void cable_unlock(struct cable *cable) { lock_byte(cable->fd, F_OFD_SETLK, 0, F_UNLCK); }

int cable_claim(struct cable *cable, int end) {
  int result = lock_byte(cable->fd, F_OFD_SETLK, 1 + end, F_WRLCK);
  if (result == -EAGAIN || result == -EACCES) return -EBUSY;
  if (result < 0) return result;
  cable->header->ends[end].pid = getpid();
  cable->header->ends[end].configured = 0;
  cable->header->ends[end].running = 0;
  return 0;
}

bool cable_is_claimed_elsewhere(struct cable *cable, int end) {
  return lock_byte(cable->fd, F_OFD_GETLK, 1 + end, F_WRLCK) != F_UNLCK;
}

bool cable_is_configured_elsewhere(struct cable *cable, int end) {
  return cable->header->ends[end].configured && cable_is_claimed_elsewhere(cable, end);
}

// Stores to a mapping wake nobody; a change of the file's times does.
void cable_notify(struct cable *cable) { futimens(cable->fd, NULL); }

int cable_watch(const struct cable *cable) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", cable->fd);
  int watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
  if (watch < 0) return -errno;
  if (inotify_add_watch(watch, path, IN_ATTRIB) >= 0) return watch;
  int error = errno;
  close(watch);
  return -error;
}

static int open_or_create(const char *path) {
  // Without O_CREAT first: in a sticky directory the kernel refuses it for a file of another user.
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd >= 0 || errno != ENOENT) return fd >= 0 ? fd : -errno;
  fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (fd < 0) return -errno;
  fchmod(fd, 0666);
  return fd;
}

static int lay_out(struct cable *cable) {
  struct cable_header *header = cable->header;
  if (header->magic == CABLE_MAGIC && header->layout == CABLE_LAYOUT) return 0;
  if (header->magic != 0) return -EMEDIUMTYPE;
  header->speed = 1;
  header->layout = CABLE_LAYOUT;
  header->magic = CABLE_MAGIC;
  return 0;
}

static int map_header(struct cable *cable) {
  struct stat status;
  if (fstat(cable->fd, &status) < 0) return -errno;
  // Sparse: only the places that are used take memory.
  off_t whole = (off_t)(frames_offset + (size_t)CABLE_RING * CABLE_FRAME_BYTES_MAX);
  if (status.st_size != 0 && status.st_size != whole) return -EMEDIUMTYPE;
  if (status.st_size == 0 && ftruncate(cable->fd, whole) < 0) return -errno;
  void *start = mmap(NULL, frames_offset, PROT_READ | PROT_WRITE, MAP_SHARED, cable->fd, 0);
  if (start == MAP_FAILED) return -errno;
  cable->header = start;
  cable->tags = (_Atomic uint64_t *)((uint8_t *)start + tags_offset);
  return lay_out(cable);
}

int cable_open(struct cable *cable, const char *path) {
  memset(cable, 0, sizeof *cable);
  cable->fd = open_or_create(path);
  if (cable->fd < 0) return cable->fd;
  int result = cable_lock(cable);
  if (result == 0) {
    result = map_header(cable);
    if (result == 0 && cable->header->clock_path[0]) result = waiting_clock_open(&cable->clock, cable->header->clock_path);
    cable_unlock(cable);
  }
  if (result < 0) cable_close(cable);
  return result;
}

int cable_join_clock(struct cable *cable, const char *path) {
  char *present = cable->header->clock_path;
  if (strlen(path) >= CABLE_PATH_MAX) return -ENAMETOOLONG;
  if (present[0] && strcmp(present, path)) return -EINVAL;
  int result = cable->clock.header ? 0 : waiting_clock_open(&cable->clock, path);
  if (result == 0) result = waiting_clock_join(&cable->clock);
  if (result == 0) strcpy(present, path);
  return result;
}

const char *cable_error(int error) {
  return error == -EMEDIUMTYPE ? "not a cable, or one of another version: remove the file" : strerror(-error);
}

static void unmap_frames(struct cable *cable) {
  if (cable->frames) munmap(cable->frames, CABLE_RING * cable->frame_bytes);
  cable->frames = NULL;
}

void cable_close(struct cable *cable) {
  unmap_frames(cable);
  waiting_clock_close(&cable->clock);
  if (cable->header) munmap(cable->header, frames_offset);
  cable->header = NULL;
  close(cable->fd);
}

bool cable_is_in_memory(const struct cable *cable) {
  struct statfs status;
  if (fstatfs(cable->fd, &status) < 0) return false;
  return status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
}

/// Maps and touches all that the transport uses, so that no page fault meets a real-time thread, and a full disk is
/// an error here instead of a SIGBUS there.
static int map_frames(struct cable *cable, size_t frame_bytes) {
  unmap_frames(cable);
  size_t length = CABLE_RING * frame_bytes;
  void *start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, cable->fd, (off_t)frames_offset);
  if (start == MAP_FAILED) return -errno;
  cable->frames = start;
  cable->frame_bytes = frame_bytes;
  bool touched = madvise(start, length, MADV_POPULATE_WRITE) == 0
                 && madvise(cable->header, frames_offset, MADV_POPULATE_WRITE) == 0;
  // EINVAL: a kernel before 5.14, which touches the pages when they are used.
  if (!touched && errno != EINVAL) return -ENOSPC;
  return 0;
}

/// The first end to be configured decides; what an earlier stream left is silenced.
static void adopt(struct cable *cable, const struct cable_stream *stream) {
  struct cable_header *header = cable->header;
  header->format = stream->format;
  header->rate = stream->rate;
  header->channels = stream->channels;
  header->frame_bytes = stream->frame_bytes;
  header->speed = stream->speed;
  header->streams++;
  memset((void *)cable->tags, 0, CABLE_RING * sizeof(uint64_t));
  cable_put_on_grid(cable);
}

// As on snd-aloop, where "PCM Notify" frees the playing side.
bool cable_is_bound(struct cable *cable, int end) {
  return cable_is_configured_elsewhere(cable, !end) && !(end == CABLE_PLAY && cable->header->notify);
}

int cable_configure(struct cable *cable, int end, const struct cable_stream *stream) {
  struct cable_header *header = cable->header;
  bool is_same =
      header->format == (int32_t)stream->format && header->rate == stream->rate && header->channels == stream->channels;
  if (!cable_is_configured_elsewhere(cable, !end) || (!is_same && !cable_is_bound(cable, end)))
    adopt(cable, stream);
  else if (!is_same)
    return -EINVAL;
  int result = map_frames(cable, stream->frame_bytes);
  if (result < 0) return result;
  header->ends[end].period_frames = stream->period_frames;
  header->ends[end].buffer_frames = stream->buffer_frames;
  header->ends[end].configured = 1;
  return 0;
}

void cable_unconfigure(struct cable *cable, int end) {
  cable->header->ends[end].configured = 0;
  unmap_frames(cable);
}
