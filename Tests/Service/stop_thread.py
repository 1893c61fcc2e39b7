"""Stops one thread of a process, and no other, until this program ends: stop_thread.py PID NAME. ptrace(2)"""
import ctypes
import os
import sys
import time

SEIZE, INTERRUPT = 0x4206, 0x4207


def main():
    pid, name = sys.argv[1:]
    tasks = f"/proc/{pid}/task"
    thread = next(task for task in os.listdir(tasks) if open(f"{tasks}/{task}/comm").read().strip() == name)
    libc = ctypes.CDLL(None, use_errno=True)
    for request in SEIZE, INTERRUPT:
        if libc.ptrace(request, int(thread), None, None) != 0:
            sys.exit(f"ptrace: {os.strerror(ctypes.get_errno())}")
    print("stopped", flush=True)
    while os.path.exists(f"{tasks}/{thread}"):
        time.sleep(0.05)


main()
