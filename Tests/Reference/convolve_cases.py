"""Random cases for np.convolve, with the bits that NumPy gives.

usage: convolve_cases.py OUTPUT SEED COUNT

A case is mode, a, v and the result, each array as its dtype's size, its length and its values, all integers int64.
"""
import sys

import numpy as np

MODES = ["full", "same", "valid"]
TAPS = [1, 2, 10, 11, 12, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 96, 127, 128, 129, 300]


def length(random):
    if random.random() < 0.6:
        return int(random.choice(TAPS))
    return int(random.integers(1, 3001))


def values(random, count, dtype):
    x = random.standard_normal(count)
    kind = random.integers(5)
    if kind == 1:
        x *= 10.0 ** random.integers(-12, 12, count)
    elif kind == 2:
        x *= np.finfo(dtype).tiny
    elif kind == 3:
        x[random.random(count) < 0.5] = -0.0
        x[random.random(count) < 0.3] = 0.0
    elif kind == 4:
        x[random.random(count) < 0.01] = np.inf
        x[random.random(count) < 0.01] = -np.inf
        x[random.random(count) < 0.005] = np.nan
    return x.astype(dtype)


def main(path, seed, count):
    random = np.random.default_rng(seed)
    np.seterr(all="ignore")
    with open(path, "wb") as file:
        for _ in range(count):
            types = [(np.float64, np.float64), (np.float32, np.float32), (np.float32, np.float64), (np.float64, np.float32)]
            dtypes = types[random.choice(4, p=[0.4, 0.4, 0.1, 0.1])]
            a, v = (values(random, length(random), t) for t in dtypes)
            mode = int(random.integers(3))
            file.write(np.int64(mode).tobytes())
            for x in (a, v, np.convolve(a, v, MODES[mode])):
                file.write(np.array([x.itemsize, x.size], np.int64).tobytes() + x.tobytes())


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
