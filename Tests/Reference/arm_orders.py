"""The orders in which OpenBLAS adds up dot products on 64-bit Arm, each operation in exact arithmetic and then rounded.

usage: arm_orders.py OUTPUT SEED COUNT PROFILE

Writes random cases as convolve_cases.py does. Their results are the sums of these orders, so that they need no processor,
and no NumPy, of that kind. Integers, truth values and float16, whose results are the same everywhere, are NumPy's.

Sources: OpenBLAS 0.3.31, kernel/arm64: dot.S, zdot.S; dot_kernel_asimd.c, zdot_thunderx2t99.c; dot_kernel_sve.c.
"""
import math
import sys

import numpy as np

import convolve_cases as cases

# Binary digits, and the exponent of the last one of the smallest numbers.
PRECISION = {np.float32: (24, -149), np.float64: (53, -1074)}


# Arithmetic. A number's type is NumPy's scalar; its own `+` and `*` are rounded once each.


def nearest(numerator, shift, scalar):
    """The nearest number of a type to numerator / 2**shift, which is not 0; of two, the even one."""
    digits, least = PRECISION[scalar]
    magnitude = abs(numerator)
    # The last binary place that the type has there, as a power of two.
    place = max(magnitude.bit_length() - shift - digits, least)
    dropped = place + shift
    if dropped > 0:
        half = 1 << dropped - 1
        whole, rest = magnitude >> dropped, magnitude & (1 << dropped) - 1
        if rest > half or rest == half and whole & 1:
            whole += 1
        magnitude, shift = whole, -place
    try:
        value = math.ldexp(magnitude, -shift)
    except OverflowError:
        value = math.inf
    # Beyond the largest number of float32 this is infinity.
    return scalar(value if numerator > 0 else -value)


def fused(a, b, c):
    """a*b + c, rounded once."""
    p, q, r = float(a), float(b), float(c)
    if not (math.isfinite(p) and math.isfinite(q)):
        return a * b + c
    if not math.isfinite(r):
        return c
    if p == 0 or q == 0:
        return a * b + c
    (p, m), (q, n), (r, k) = (value.as_integer_ratio() for value in (p, q, r))
    # Denominators are powers of two.
    m, k = m.bit_length() + n.bit_length() - 2, k.bit_length() - 1
    shift = max(m, k)
    sum = (p * q << shift - m) + (r << shift - k)
    return nearest(sum, shift, type(c)) if sum else type(c)(0)


def pairwise(values):
    """Neighbours are added, then the sums of neighbours, until one is left."""
    while len(values) > 1:
        values = [values[i] + values[i + 1] for i in range(0, len(values), 2)]
    return values[0]


def halves(values):
    """The second half is added to the first until one is left."""
    while len(values) > 1:
        middle = len(values) // 2
        values = [a + b for a, b in zip(values[:middle], values[middle:])]
    return values[0]


def added(*vectors):
    """Vectors in pairs, then pairs of pairs, lane by lane."""
    return [pairwise(list(lane)) for lane in zip(*vectors)]


def zeros(scalar, *shape):
    return [zeros(scalar, *shape[1:]) for _ in range(shape[0])] if shape else scalar(0)


def remainder(sum, x, y):
    """sum + the products, term by term, fused."""
    for a, b in zip(x, y):
        sum = fused(a, b, sum)
    return sum


def chains(x, y, count):
    """The fused products of terms i in chain i mod `count`."""
    sums = zeros(type(x[0]), count)
    for i, (a, b) in enumerate(zip(x, y)):
        sums[i % count] = fused(a, b, sums[i % count])
    return sums


# The orders of real numbers.


def cortexa(x, y):
    scalar, n = type(x[0]), len(x)
    whole = n - n % 4
    if scalar is np.float64:
        sums = zeros(scalar, 2)
        for i in range(whole):
            sums[i % 2] = sums[i % 2] + x[i] * y[i]
        return remainder(sums[0] + sums[1], x[whole:], y[whole:])
    blocks = n - n % 16
    all = chains(x[:blocks], y[:blocks], 16) if blocks else zeros(scalar, 16)
    sums = added(all[0:4], all[4:8], all[8:12], all[12:16])
    for i in range(blocks, whole):
        sums[i % 4] = fused(x[i], y[i], sums[i % 4])
    return remainder(halves(sums), x[whole:], y[whole:])


def neoversen1(x, y):
    scalar, n = type(x[0]), len(x)
    lanes = 16 // scalar(0).nbytes
    blocks = n - n % (16 * lanes)
    sum = scalar(0)
    if blocks:
        all = chains(x[:blocks], y[:blocks], 8 * lanes)
        sum = pairwise(added(*(all[i : i + lanes] for i in range(0, 8 * lanes, lanes))))
    return remainder(sum, x[blocks:], y[blocks:])


def sve(bits):
    """The order of processors with SVE, whose vectors have so many bits."""

    def order(x, y):
        scalar, n = type(x[0]), len(x)
        lanes = bits // 8 // scalar(0).nbytes
        first, second = zeros(scalar, 2, lanes)
        pairs = n - n % (2 * lanes)
        for i, (a, b) in enumerate(zip(x, y)):
            sums = first if i < pairs and i // lanes % 2 == 0 else second
            sums[i % lanes] = fused(a, b, sums[i % lanes])
        return pairwise(first) + pairwise(second)

    return order


# Those of complex numbers: parts of x, then parts of y.


def complex_remainder(re, im, x, y):
    """The last terms, one by one."""
    for (a, b), (c, d) in zip(x, y):
        re = fused(-b, d, fused(a, c, re))
        im = fused(a, d, fused(b, c, im))
    return re, im


def complex_cortexa(x, y):
    scalar, n = type(x[0][0]), len(x)
    whole = n - n % 4
    if scalar is np.float64:
        re, late_re, im, late_im = zeros(scalar, 4, 2)
        for i in range(0, whole, 4):
            for lane in 0, 1:
                (a, b), (c, d) = x[i + lane], y[i + lane]
                (e, f), (g, h) = x[i + lane + 2], y[i + lane + 2]
                re[lane] = fused(-b, d, fused(e, g, fused(a, c, re[lane])))
                late_re[lane] = fused(-f, h, late_re[lane])
                im[lane] = fused(b, c, fused(e, h, fused(a, d, im[lane])))
                late_im[lane] = fused(f, g, late_im[lane])
        re, im = added(re, late_re), added(im, late_im)
    else:
        re, im = zeros(scalar, 2, 4)
        for i, ((a, b), (c, d)) in enumerate(zip(x[:whole], y[:whole])):
            re[i % 4] = fused(-b, d, fused(a, c, re[i % 4]))
            im[i % 4] = fused(b, c, fused(a, d, im[i % 4]))
    return complex_remainder(halves(re), halves(im), x[whole:], y[whole:])


def complex_neoversen1(x, y):
    scalar, n = type(x[0][0]), len(x)
    lanes = 16 // scalar(0).nbytes
    whole = n - n % (4 * lanes)
    first, second = zeros(scalar, 2, 4, lanes)
    for i, ((a, b), (c, d)) in enumerate(zip(x[:whole], y[:whole])):
        sums, lane = (first, second)[i // lanes % 2], i % lanes
        for part, (p, q) in enumerate([(a, c), (b, d), (a, d), (b, c)]):
            sums[part][lane] = fused(p, q, sums[part][lane])
    like, unlike, forward, backward = (added(*pair) for pair in zip(first, second))
    re = pairwise([p - q for p, q in zip(like, unlike)])
    im = pairwise([p + q for p, q in zip(forward, backward)])
    re, im = complex_remainder(re, im, x[whole:], y[whole:])
    # C composes the number by a multiplication of im with i, whose real part is 0.
    return re + im * scalar(0), im


REAL = {"cortexa": cortexa, "neoversen1": neoversen1, "neoversev1": sve(256), "neoversen2": sve(128)}
COMPLEX = {name: complex_cortexa if name == "cortexa" else complex_neoversen1 for name in REAL}


# np.convolve with these orders.


def dot(profile, x, y, is_whole):
    """0 + the sum of x*y, of which a short kernel's NumPy takes itself."""
    scalar = x.dtype.type
    if x.dtype.kind == "c":
        parts = [[(a.real, a.imag) for a in z] for z in (x, y)]
        re, im = COMPLEX[profile](*parts)
        sum = np.zeros(1, scalar)
        sum.real, sum.imag = re + 0, im + 0
        return sum[0]
    if is_whole and len(y) <= 11:
        sum = scalar(0)
        for a, b in zip(x, y):
            sum = sum + a * b
        return sum
    return scalar(0) + REAL[profile](list(x), list(y))


def convolve(profile, a, v, mode):
    dtype = np.promote_types(a.dtype, v.dtype)
    if dtype.name not in cases.ORDERED:
        return np.convolve(a, v, mode)
    x, y = (a, v) if len(a) >= len(v) else (v, a)
    if dtype.kind == "c" and len(y) == 1 and y.dtype == dtype:
        # NumPy's own product, not OpenBLAS'.
        return np.convolve(a, v, mode)
    x, y = x.astype(dtype), y.astype(dtype)[::-1]
    count, taps = len(x), len(y)
    outputs = {
        "full": range(count + taps - 1),
        "same": range((taps - 1) // 2, (taps - 1) // 2 + count),
        "valid": range(taps - 1, count),
    }[mode]
    result = np.empty(len(outputs), dtype)
    for index, output in enumerate(outputs):
        first, last = max(0, output - taps + 1), min(count, output + 1)
        skipped = first - (output - taps + 1)
        result[index] = dot(profile, x[first:last], y[skipped : skipped + last - first], last - first == taps)
    return result


TAPS = [1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 15, 16, 17, 20, 31, 32, 33, 48, 63, 64, 65, 68, 71, 96]


def main(path, seed, count, profile):
    random = np.random.default_rng(seed)
    np.seterr(all="ignore")
    with open(path, "wb") as file:
        for _ in range(count):
            taps = int(random.choice(TAPS))
            lengths = taps, taps + int(random.integers(30))
            names = cases.types(random)
            a, v = (cases.values(random, n, name) for n, name in zip(random.permutation(lengths), names))
            mode = int(random.integers(3))
            file.write(np.int64(mode).tobytes())
            for x in (a, v, convolve(profile, a, v, cases.MODES[mode])):
                file.write(np.array([cases.TYPES.index(x.dtype.name), x.size], np.int64).tobytes() + x.tobytes())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
