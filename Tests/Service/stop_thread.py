"""Stops one thread of a process, and no other, until the process is ended: stop_thread.py PID NAME. ptrace(2)"""
import ctypes
import os
import sys

SEIZE, INTERRUPT = 0x4206, 0x4207
#: waitpid(2): threads too.
WALL = 0x40000000


def main():
    pid, name = sys.argv[1:]
    tasks = f"/proc/{pid}/task"
    thread = next(task for task in os.listdir(tasks) if open(f"{tasks}/{task}/comm").read().strip() == name)
    libc = ctypes.CDLL(None, use_errno=True)
    for request in SEIZE, INTERRUPT:
        if libc.ptrace(request, int(thread), None, None) != 0:
            sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
    print("stopped", flush=True)
    # A traced thread that has ended stays until its end has been seen.
    while True:
        _, status = os.waitpid(int(thread), WALL)
        if os.WIFEXITED(status) or os.WIFSIGNALED(status):
            return


main()
