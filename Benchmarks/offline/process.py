"""Runs a program to its end and measures it."""
import json
import os
import resource
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass


# Whatever the caller pins, OpenBLAS looks at the processor; SoX's threads do not take the processor from each other by waiting.
ENVIRONMENT = {**os.environ, "OPENBLAS_CORETYPE": "", "OMP_WAIT_POLICY": "passive"}


@dataclass
class Run:
    """Wall and CPU time in seconds, the peak of resident memory in MiB; the error's last line if it failed."""

    wall: float
    cpu: float
    resident: float
    error: str = ""


def run(command, seconds=1800, address_space=None):
    """A program that prints {"wall": .., "cpu": ..} has measured itself, without its start; the smaller times count.

    seconds: after which it is killed; address_space: bytes that it may take.
    The peak that the kernel tells includes that of the process before exec: the caller's, which must be small (no NumPy in it).
    """
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))

    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=error, env=ENVIRONMENT,
            preexec_fn=limit if address_space else None)
        timer = threading.Timer(seconds, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        result = Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
        output.seek(0)
        error.seek(0)
        if child.returncode != 0:
            lines = error.read().decode(errors="replace").strip().splitlines()
            result.error = lines[-1] if lines else f"exit {child.returncode}"
            return result
        text = output.read()
    if text.startswith(b"{"):
        own = json.loads(text)
        result.wall, result.cpu = min(wall, own["wall"]), min(result.cpu, own["cpu"])
    return result


def best(runs):
    """The smallest times of several runs, and the largest peak; the first failure if there is one."""
    failed = [each for each in runs if each.error]
    if failed:
        return failed[0]
    return Run(min(r.wall for r in runs), min(r.cpu for r in runs), max(r.resident for r in runs))
