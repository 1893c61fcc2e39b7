"""Random cases for np.convolve, with the bits that NumPy gives.

usage: convolve_cases.py OUTPUT SEED COUNT

A case is mode, a, v and the result, each array as the place of its dtype in TYPES, its length and its values, all
integers int64.
"""
import sys

import numpy as np

MODES = ["full", "same", "valid"]
TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
TYPES += ["float16", "float32", "float64", "complex64", "complex128"]
ORDERED = ["float32", "float64", "complex64", "complex128"]
TAPS = [1, 2, 7, 8, 9, 10, 11, 12, 15, 16, 17, 31, 32, 33, 47, 48, 63, 64, 65, 95, 96, 97, 127, 128, 129, 300]


def length(random):
    if random.random() < 0.6:
        return int(random.choice(TAPS))
    return int(random.integers(1, 3001))


def types(random):
    """Half of the pairs have sums whose order matters; the others are any two types."""
    if random.random() < 0.5:
        name = ORDERED[random.integers(len(ORDERED))]
        return name, name
    return TYPES[random.integers(len(TYPES))], TYPES[random.integers(len(TYPES))]


def floats(random, count, dtype):
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
    return x


def values(random, count, name):
    dtype = np.dtype(name)
    if dtype.kind == "b":
        return random.random(count) < random.choice([0.01, 0.5])
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        kind = random.integers(4)
        if kind == 1:
            return random.integers(max(limits.min, -9), 10, count).astype(dtype)
        if kind == 2:
            return random.choice(np.array([limits.min, limits.max, 0, 1], dtype), count)
        return random.integers(limits.min, limits.max, count, dtype, endpoint=True)
    x = floats(random, count, dtype)
    if dtype.kind == "c":
        z = np.empty(count, dtype)
        z.real = x
        z.imag = floats(random, count, dtype)
        return z
    return x.astype(dtype)


def main(path, seed, count):
    random = np.random.default_rng(seed)
    np.seterr(all="ignore")
    with open(path, "wb") as file:
        for _ in range(count):
            names = types(random)
            a, v = (values(random, length(random), name) for name in names)
            mode = int(random.integers(3))
            file.write(np.int64(mode).tobytes())
            for x in (a, v, np.convolve(a, v, MODES[mode])):
                file.write(np.array([TYPES.index(x.dtype.name), x.size], np.int64).tobytes() + x.tobytes())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
