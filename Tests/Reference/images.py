"""Random cases for scipy.signal.convolve2d, with the bits that SciPy gives.

usage: images.py OUTPUT SEED COUNT

A case is mode, boundary, 1 or 0 where SciPy refuses it, image, kernel and the result if there is one; each array as its
rows, its columns, the place of its dtype in TYPES, their product and its values. All integers are int64.
"""
import sys

import numpy as np
from convolve_cases import MODES, TYPES, types, values
from scipy.signal import convolve2d

BOUNDARIES = ["fill", "wrap", "symm"]


def shape(random, largest):
    # Some operand is empty now and then.
    low = 0 if random.random() < 0.05 else 1
    return tuple(int(n) for n in random.integers(low, largest + 1, 2))


def shapes(random):
    pair = [shape(random, 40), shape(random, int(random.choice([3, 9, 40])))]
    return pair if random.random() < 0.8 else pair[::-1]


def array(x):
    return np.array([*x.shape, TYPES.index(x.dtype.name), x.size], np.int64).tobytes() + x.tobytes()


def expected(image, kernel, mode, boundary):
    if 0 in image.shape and boundary != "fill":
        # This would divide by zero and take the process along.
        return None
    try:
        return convolve2d(image, kernel, mode, boundary)
    except ValueError:
        return None


def main(path, seed, count):
    random = np.random.default_rng(seed)
    np.seterr(all="ignore")
    with open(path, "wb") as file:
        for _ in range(count):
            names = types(random, len(TYPES))
            image, kernel = (values(random, r * c, name).reshape(r, c) for name, (r, c) in zip(names, shapes(random)))
            mode, boundary = (int(random.integers(3)) for _ in range(2))
            result = expected(image, kernel, MODES[mode], BOUNDARIES[boundary])
            file.write(np.array([mode, boundary, result is not None], np.int64).tobytes() + array(image) + array(kernel))
            if result is not None:
                file.write(array(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
