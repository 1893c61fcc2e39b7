"""Compares whole daemons: what each takes from the processor and from memory for a second of sound.

usage: compare.py CONVOLVED CABLE [--rounds N] [--quick] [--only NAME...]    prints Markdown; progress goes to standard error

CONVOLVED is the program, CABLE the folder that Tests/VirtualCable/build.sh has filled. A program's own input and output is what it takes
with kernels of one tap. As root, or by a user who may have real-time priority: without it others make blocks late.
"""
import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from statistics import median

import processes
from programs import programs
from setting import RATE, Setting

SHAPES = [(2, 16384, False), (2, 65536, False), (8, 4096, True)]
BLOCKS = [64, 256, 1024]
SETTLING = 7  # Seconds: threads that a start has needed are gone.


@dataclass
class Figures:
    """Of a second of sound: milliseconds of processor and waits. MiB. Xruns in the whole run, those of the start left out."""

    milliseconds: float
    waits: float
    resident: float
    proportional: float
    xruns: int


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("convolved")
    parser.add_argument("cable")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    found, missing = programs(os.path.abspath(options.convolved))
    candidates = [each for each in found if not options.only or any(name in each.name for name in options.only)]
    print(f"Load {os.getloadavg()[0]:.1f} at the start." + "".join(f" Not here: {name}." for name in missing) + "\n")
    print("| shape | block | program | CPU ms a second, least | median | own I/O | convolution | wake-ups | resident MiB | prop. MiB | xruns |")
    print("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    seconds, rounds = (3, 1) if options.quick else (10, options.rounds)
    for shape in SHAPES:
        for block in BLOCKS[-1:] if options.quick else BLOCKS:
            for row in compare(shape, block, candidates, rounds, seconds, os.path.abspath(options.cable)):
                print(row, flush=True)


def compare(shape, block, candidates, rounds, seconds, cable):
    """The rows of one cell. Every other round goes backwards, so that no program always follows the same one."""
    runs = {(each.name, is_own): [] for each in candidates for is_own in (False, True)}
    work = [(each, is_own) for each in candidates for is_own in (False, True)]
    for number in range(rounds):
        for each, is_own in work if number % 2 == 0 else reversed(work):
            channels, taps, is_matrix = shape
            with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
                setting = Setting(folder, cable, channels, 1 if is_own else taps, is_matrix, block)
                figures = measure(each, setting, seconds)
            print(f"{shape} {block} {each.name}{' own' if is_own else ''}: {figures}", file=sys.stderr)
            runs[each.name, is_own].append(figures)
    channels, taps, is_matrix = shape
    name = f"{channels} x {channels} x {taps:,}" if is_matrix else f"{channels} x {taps:,}"
    return [f"| {name} | {block:,} | {each.name} | {row(runs[each.name, False], runs[each.name, True])} |" for each in candidates]


def row(runs, own):
    if None in runs + own:
        return " | ".join(["did not run"] + ["-"] * 7)
    least, least_own = (min(each.milliseconds for each in some) for some in (runs, own))
    means = [median(each.milliseconds for each in runs), least_own, least - least_own]
    rest = [median(each.waits for each in runs), max(each.resident for each in runs), max(each.proportional for each in runs)]
    return " | ".join([f"{least:.2f}", *(f"{value:.2f}" for value in means), f"{rest[0]:.0f}", *(f"{value:.1f}" for value in rest[1:]),
                       str(max(each.xruns for each in runs))])


def measure(program, setting, seconds):
    """Nil where the program does not run to the end."""
    setting.prepare(SETTLING + seconds + 30)
    leaders = []
    try:
        if program.has_devices:
            setting.helpers.append(setting.player())
        leaders = program.start(setting)
        time.sleep(SETTLING)
        numbers = processes.session({each.pid for each in leaders})
        xruns, begin, first = setting.xruns(), time.monotonic(), processes.count(numbers)
        time.sleep(seconds)
        taken, passed = processes.count(numbers) - first, time.monotonic() - begin
        # One that waits less often than blocks come has none.
        if any(each.poll() is not None for each in leaders) or taken.waits < passed * RATE / setting.block / 2:
            return None
        return Figures(
            taken.nanoseconds / passed / 1e6, taken.waits / passed, *processes.memory(numbers, setting.folder), setting.xruns() - xruns)
    except (OSError, subprocess.SubprocessError) as error:
        print(f"{program.name}: {error}", file=sys.stderr)
        return None
    finally:
        for each in leaders:
            end(each)
        for each in setting.helpers:
            each.kill()
            each.wait()


def end(leader):
    """Ends all processes of its session: they are of this program alone."""
    for number, patience in (signal.SIGTERM, 3), (signal.SIGKILL, 3):
        try:
            os.killpg(leader.pid, number)
        except ProcessLookupError:
            pass
        try:
            leader.wait(patience)
        except subprocess.TimeoutExpired:
            continue
        for other in processes.session({leader.pid}):
            os.kill(other, signal.SIGKILL)
        return


if __name__ == "__main__":
    main()
