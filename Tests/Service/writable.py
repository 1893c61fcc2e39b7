"""Prints what the calling process can write to: every folder of the machine in which it can make a file, and every file and device that
it can open for writing. Its own memory in /proc and pseudo-devices are left out."""
import os
import stat

PSEUDO = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts/ptmx"}


def can_make_file(folder):
    path = os.path.join(folder, f".probe-{os.getpid()}")
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return False
    os.unlink(path)
    return True


def can_write(path):
    if stat.S_ISLNK(os.lstat(path).st_mode) or stat.S_ISSOCK(os.lstat(path).st_mode):
        return False
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY))
    except OSError:
        return False
    return True


def main():
    for folder, folders, files in os.walk("/"):
        if folder == "/":
            folders.remove("proc")
        if can_make_file(folder):
            print(folder)
        for name in files:
            path = os.path.join(folder, name)
            if path not in PSEUDO and can_write(path):
                print(path)


main()
