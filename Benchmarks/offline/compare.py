"""Compares the convolve command with its peers: whole processes on the same files in memory.

usage: compare.py [--rounds N] [--quick] [--only FORMAT...] [--taps N...]   prints Markdown; progress goes to standard error

It imports no NumPy: the peak of memory that the kernel tells of a process includes what its parent had (see process.py).
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import programs
import tables
from process import ENVIRONMENT, Run, best, run

HEADER = ["program", "taps", "wall s", "CPU s", "peak MiB", "of the fastest peer", "largest difference, LSB"]


def python(script, *arguments):
    """The last line that one of our scripts prints."""
    command = [sys.executable, f"{programs.HERE}/{script}", *map(str, arguments)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=ENVIRONMENT).stdout.strip()


def tell(text):
    print(text, file=sys.stderr, flush=True)


def measured(candidates, rounds):
    """The best of all rounds of each; every other round goes backwards, so that no program always follows the same one."""
    runs = [[] for _ in candidates]
    for each in range(rounds):
        order = range(len(candidates)) if each % 2 == 0 else reversed(range(len(candidates)))
        for index in order:
            if os.path.exists(candidates[index].output):
                os.remove(candidates[index].output)
            runs[index].append(run(candidates[index].command))
            tell(f"  {candidates[index].name}: {runs[index][-1]}")
    return [best(each) for each in runs]


def accuracies(folder, form, taps, candidates, runs):
    good = [program for program, each in zip(candidates, runs) if not each.error]
    if form == "npy":
        arguments = ["arrays", f"{folder}/signal.npy", f"{folder}/kernel-{taps}.npy", *[p.output for p in good]]
    else:
        pairs = [word for p in good for word in (p.output, p.start)]
        arguments = ["sound", f"{folder}/{form}.wav", f"{folder}/kernel-{taps}.npy", *pairs]
    results = iter(json.loads(python("accuracy.py", *arguments)))
    return [None if each.error else next(results) for each in runs]


def compare(folder, form, sizes, rounds):
    """The table's rows of one format, and the targets missed."""
    rows, missed = [], []
    for taps in sizes:
        tell(f"{form}, {taps} taps")
        candidates = programs.of_arrays(folder, taps) if form == "npy" else programs.of_sound(folder, form, taps)
        runs = measured(candidates, rounds)
        rows += tables.cell_rows(taps, candidates, runs, accuracies(folder, form, taps, candidates, runs))
        missed += tables.missed_in_cell(form, taps, candidates, runs)
        for program in candidates:
            if os.path.exists(program.output):
                os.remove(program.output)
    return rows, missed


def memory(folder, sizes, quick):
    """By taps, our runs on a minute and on an hour of s16."""
    python("sounds.py", "sound", folder, 60, "s16")
    short = {taps: run(programs.of_sound(folder, "s16", taps)[0].command) for taps in sizes}
    if quick:
        return {taps: (short[taps], None) for taps in sizes}
    tell("an hour of s16")
    python("sounds.py", "sound", folder, 3600, "s16")
    results = {}
    for taps in sizes:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        # The output takes memory too; beyond that, the others on this machine keep a share.
        limit = (free - 700 * 2**20) * 3 // 4
        long = run(programs.of_sound(folder, "s16", taps)[0].command, address_space=limit)
        if long.error:
            long = Run(long.wall, long.cpu, long.resident, f"{long.error} (within {limit / 2**30:.0f} GiB)")
        tell(f"  {taps} taps: {long}")
        results[taps] = (short[taps], long)
    return results


def report(options, folder):
    seconds = 60 if options.quick else 600
    print(*programs.machine(), sep="  \n")
    print(f"\n{seconds // 60} min of stereo at 48 kHz (npy: mono) in memory; the best of {options.rounds} interleaved rounds.\n", flush=True)
    missed = []
    python("sounds.py", "kernels", folder, *sorted({*options.taps, programs.DIRECT_TAPS}))
    for form in options.only:
        if form == "memory":
            continue
        python("sounds.py", "sound", folder, seconds, form)
        rows, faults = compare(folder, form, [programs.DIRECT_TAPS] if form == "npy" else options.taps, options.rounds)
        missed += faults
        print(f"### {form}\n\n{tables.table(HEADER, rows)}", flush=True)
        os.remove(f"{folder}/signal.npy" if form == "npy" else f"{folder}/{form}.wav")
    if "memory" in options.only:
        results = memory(folder, options.taps, options.quick)
        missed += tables.missed_memory(results)
        header = ["taps", "a minute, peak MiB", "an hour, peak MiB", "growth, MiB"]
        print(f"### Memory of convolve, s16\n\n{tables.table(header, tables.memory_rows(results))}")
    print(f"Load at the end: {os.getloadavg()[0]:.1f}\n")
    print(f"### Targets missed: {len(missed)}\n\n{tables.table(['where', 'target', 'figure'], missed) if missed else ''}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a minute of sound, and no hour")
    parser.add_argument("--only", nargs="+", choices=programs.FORMATS + ["npy", "memory"], default=programs.FORMATS + ["npy", "memory"])
    parser.add_argument("--taps", nargs="+", type=int, default=programs.TAPS)
    options = parser.parse_args()
    # The files go away when we are told to stop, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = tempfile.mkdtemp(prefix="convolve-bench-", dir="/dev/shm")
    try:
        report(options, folder)
    finally:
        shutil.rmtree(folder)


main()
