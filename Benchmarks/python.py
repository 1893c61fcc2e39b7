"""Compares the Python package with NumPy and SciPy: python.py [--rounds N] [--quick].

Every case runs all its functions in turn, ROUNDS times, and takes each one's least time. Memory is what a process of its own grows by.
With one BLAS thread (OPENBLAS_NUM_THREADS=1), as the bits of the reference have it.
"""

import argparse
import os
import resource
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


def growth(function):
    """MiB by which a forked process grows while it computes, its result included."""
    ends = os.pipe()
    child = os.fork()
    if not child:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        function()
        os.write(ends[1], str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before).encode())
        os._exit(0)
    os.waitpid(child, 0)
    grown = int(os.read(ends[0], 99))
    for end in ends:
        os.close(end)
    return grown / 1024


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
    yield "float64, 10 by 3", "np.convolve", lambda: np.convolve(few, three), lambda: convolved.convolve(few, three), None, 20_000, False
    numbers, taps = few.tolist(), three.tolist()
    yield "lists, 10 by 3", "np.convolve", lambda: np.convolve(numbers, taps), lambda: convolved.convolve(numbers, taps), None, 20_000, False
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
    options = parser.parse_args()
    print(f"profile {convolved.profile()}, NumPy {np.__version__}, {len(os.sched_getaffinity(0))} processors")
    print("| operands | NumPy, SciPy | convolved | ratio | with two threads | memory |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, peer, theirs, one, two, repeats, is_measured in cases(10 if options.quick else 1):
        functions = [theirs, one] + ([two] if two else [])
        taken = least(functions, options.rounds, repeats)
        memory = f"{growth(one):.0f} MiB, SciPy {growth(theirs):.0f} MiB" if is_measured else ""
        both = f"{shown(taken[2])}, {taken[2] / taken[0]:.2f}" if two else ""
        print(f"| {name} | {peer} {shown(taken[0])} | {shown(taken[1])} | {taken[1] / taken[0]:.2f} | {both} | {memory} |", flush=True)


if __name__ == "__main__":
    main()
