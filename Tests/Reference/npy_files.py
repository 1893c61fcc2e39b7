"""Arrays for the convolve command.

usage: npy_files.py FOLDER SEED COUNT

Writes a-0.npy, v-0.npy and expected-0.npy, by mode full, same and valid in turn, and so on.
"""
import sys

import numpy as np

TAPS = [1, 10, 11, 12, 16, 31, 32, 33, 64, 128]


def main(folder, seed, count):
    random = np.random.default_rng(seed)
    for index in range(count):
        types = [(np.float64, np.float64), (np.float32, np.float32), (np.float32, np.float64)][random.integers(3)]
        lengths = random.integers(1, 3001), random.choice(TAPS) if random.random() < 0.8 else random.integers(1, 3001)
        a, v = (random.standard_normal(n).astype(t) for n, t in zip(lengths, types))
        if random.random() < 0.2:
            a[random.integers(a.size)] = np.inf
            v[random.random(v.size) < 0.5] = -0.0
        np.save(f"{folder}/a-{index}.npy", a)
        np.save(f"{folder}/v-{index}.npy", v)
        with np.errstate(all="ignore"):
            np.save(f"{folder}/expected-{index}.npy", np.convolve(a, v, ["full", "same", "valid"][index % 3]))


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
