"""Random cases for scipy.signal.convolve2d as SciPy's builds for 64-bit Arm compute it, in exact arithmetic.

usage: arm_images.py OUTPUT SEED COUNT

Writes them as images.py does: floating point and complex, without infinities, all outputs with zeros beyond the image. A
compiler that may fuse a product with the sum that takes it has made these builds.
"""
import sys

import numpy as np

import convolve_cases as cases
from arm_orders import fused
from images import array


def product(a, b):
    """A tap times a value. Of complex numbers the product with the value's imaginary part is rounded, the other one fused."""
    if np.iscomplexobj(a):
        re = fused(a.real, b.real, -(a.imag * b.imag))
        im = fused(a.imag, b.real, a.real * b.imag)
        return type(a)(complex(re, im))
    return a * b


def added(sum, a, b):
    """sum + a*b"""
    return sum + product(a, b) if np.iscomplexobj(a) else fused(a, b, sum)


def convolve(image, kernel):
    (height, width), (rows, columns) = image.shape, kernel.shape
    wide = np.pad(image, [(rows - 1,) * 2, (columns - 1,) * 2])
    result = np.zeros((height + rows - 1, width + columns - 1), image.dtype)
    for i, j in np.ndindex(result.shape):
        sum = result[i, j]
        for k in range(rows):
            taps = kernel[k]
            values = wide[i + rows - 1 - k, j : j + columns][::-1]
            whole = columns - columns % 4
            for l in range(0, whole, 4):
                group = added(product(taps[l + 1], values[l + 1]), taps[l], values[l])
                for m in l + 2, l + 3:
                    group = added(group, taps[m], values[m])
                sum = sum + group
            for l in range(whole, columns):
                sum = added(sum, taps[l], values[l])
        result[i, j] = sum
    return result


def values(random, shape, name):
    x = cases.values(random, int(np.prod(shape)), name).reshape(shape)
    return np.nan_to_num(x, nan=1, posinf=2, neginf=-3)


def main(path, seed, count):
    random = np.random.default_rng(seed)
    np.seterr(all="ignore")
    with open(path, "wb") as file:
        for _ in range(count):
            name = cases.ORDERED[random.integers(4)]
            image, kernel = (values(random, random.integers(1, most, 2), name) for most in (7, 7))
            file.write(np.array([0, 0, 1], np.int64).tobytes())
            file.write(b"".join(array(x) for x in (image, kernel, convolve(image, kernel))))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
