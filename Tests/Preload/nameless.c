// libnameless.so (LD_PRELOAD): a file system that knows no unnamed files, as those of many memory sticks.
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_named(const char *path, int flags, va_list arguments) {
  if ((flags & O_TMPFILE) == O_TMPFILE) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return (int)syscall(SYS_openat, AT_FDCWD, path, flags, flags & O_CREAT ? va_arg(arguments, mode_t) : 0);
}

int open(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int descriptor = open_named(path, flags, arguments);
  va_end(arguments);
  return descriptor;
}

int open64(const char *path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  int descriptor = open_named(path, flags, arguments);
  va_end(arguments);
  return descriptor;
}
