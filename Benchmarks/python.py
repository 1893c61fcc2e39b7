"""Compares the Python package with NumPy and SciPy: python.py [--rounds N] [--quick].

Every case runs all its functions in turn, ROUNDS times, and takes each one's least time. Memory is what a process of its own grows by.
With one BLAS thread (OPENBLAS_NUM_THREADS=1), as the bits of the reference have it.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy as np
from scipy import signal

import convolved


def least(functions, rounds, repeats=1):
    """The least seconds of each function; they run in turn."""
    times = [[] for _ in functions]
    for _ in range(rounds):
        for function, taken in zip(functions, times):
            began = time.perf_counter()
            for _ in range(repeats):
                function()
            taken.append((time.perf_counter() - began) / repeats)
    return [min(taken) for taken in times]


def kibibytes(name):
    """A field of /proc/self/status."""
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) for line in file if line.startswith(name))


def growth(name, which):
    """MiB by which a process of its own grows while it computes a case, the result included: with the other's function, or ours."""
    command = [sys.executable, __file__, "--memory", name, str(which)] + (["--quick"] if "--quick" in sys.argv else [])
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) / 1024


def measure(name, which, scale):
    """Prints that growth, in KiB."""
    function = next(functions[which] for case, _, *functions, _, _ in cases(scale) if case == name)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # The peak begins anew.
    before = kibibytes("VmRSS")
    kept = function()
    print(kibibytes("VmHWM") - before if kept is not None else 0)


def cases(scale):
    """What is compared: a name, the other's function, ours of one thread and of two, calls in a row, and whether memory matters."""
    r = np.random.default_rng(1)
    a, v = r.normal(size=1_000_000 // scale), r.normal(size=1000)
    yield "float64, 1,000,000 by 1,000", "np.convolve", lambda: np.convolve(a, v), *ours(convolved.convolve, a, v), 1, False
    f, g = a.astype("f4"), v.astype("f4")
    yield "float32, 1,000,000 by 1,000", "np.convolve", lambda: np.convolve(f, g), *ours(convolved.convolve, f, g), 1, False
    i, j = (r.integers(-9999, 9999, size=n, dtype=np.int16) for n in (1_000_000 // scale, 1000))
    yield "int16, 1,000,000 by 1,000", "np.convolve", lambda: np.convolve(i, j), *ours(convolved.convolve, i, j), 1, False
    few, three = r.normal(size=10), r.normal(size=3)
    yield "float64, 10 by 3", "np.convolve", lambda: np.convolve(few, three), lambda: convolved.convolve(few, three), None, 1000, False
    numbers, taps = few.tolist(), three.tolist()
    yield "lists, 10 by 3", "np.convolve", lambda: np.convolve(numbers, taps), lambda: convolved.convolve(numbers, taps), None, 1000, False
    x, h = r.normal(size=10_000_000 // scale).astype("f4"), r.normal(size=10_000).astype("f4")
    yield "float32, 10,000,000 by 10,000", "oaconvolve", lambda: signal.oaconvolve(x, h), *ours(convolved.oaconvolve, x, h), 1, True
    image, kernel = r.normal(size=(1000, 1200 // scale)), r.normal(size=(15, 17))
    yield "1,000 x 1,200 by 15 x 17", "convolve2d", lambda: signal.convolve2d(image, kernel), *ours(convolved.convolve2d, image, kernel), 1, False
    yield "the same, by transforms", "oaconvolve", lambda: signal.oaconvolve(image, kernel), *ours(convolved.oaconvolve, image, kernel), 1, True


def ours(function, *operands):
    return (lambda: function(*operands)), (lambda: function(*operands, threads=2))


def shown(seconds):
    return f"{seconds * 1e6:.2f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.1f} ms"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, to try it out")
    parser.add_argument("--memory", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    scale = 10 if options.quick else 1
    if options.memory:
        return measure(options.memory[0], int(options.memory[1]), scale)
    print(f"profile {convolved.profile()}, NumPy {np.__version__}, {len(os.sched_getaffinity(0))} processors")
    print("| operands | NumPy, SciPy | convolved | ratio | with two threads | memory |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, peer, theirs, one, two, repeats, is_measured in cases(scale):
        functions = [theirs, one] + ([two] if two else [])
        taken = least(functions, options.rounds * (10 if repeats > 1 else 1), repeats)
        memory = f"{growth(name, 1):.0f} MiB, SciPy {growth(name, 0):.0f} MiB" if is_measured else ""
        both = f"{shown(taken[2])}, {taken[2] / taken[0]:.2f}" if two else ""
        print(f"| {name} | {peer} {shown(taken[0])} | {shown(taken[1])} | {taken[1] / taken[0]:.2f} | {both} | {memory} |", flush=True)


if __name__ == "__main__":
    main()
