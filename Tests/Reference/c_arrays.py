"""Compares libconvolved.so with NumPy and SciPy, by ctypes, over random cases: lists, images or rows.

usage: c_arrays.py LIBRARY lists|images|rows SEED COUNT [PROFILE]

Lists and images are compared bit for bit (any NaN for a NaN), rows with sums in longdouble by the bound that comes with them.
Names each case that differs, and prints how many there were.
"""
import ctypes
import sys

import numpy as np
from convolve_cases import MODES, TYPES, length, types, values
from images import BOUNDARIES, shapes
from scipy.signal import convolve2d


class Array(ctypes.Structure):
    _fields_ = [("values", ctypes.c_void_p), ("dtype", ctypes.c_int), ("swapped", ctypes.c_int), ("shape", ctypes.c_size_t * 2)]


class Options(ctypes.Structure):
    _fields_ = [("profile", ctypes.c_char_p), ("threads", ctypes.c_int), ("stop", ctypes.c_void_p), ("context", ctypes.c_void_p)]


class Rows(ctypes.Structure):
    _fields_ = [
        ("values", ctypes.c_void_p), ("count", ctypes.c_size_t), ("stride", ctypes.c_ssize_t), ("row_stride", ctypes.c_ssize_t)
    ]


def memory(x):
    return ctypes.c_void_p(x.__array_interface__["data"][0])


class Library:
    """The functions, with an error as an exception."""

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.convolved_message.restype = ctypes.c_char_p
        self.library.convolved_dtype_size.restype = ctypes.c_size_t
        self.library.convolved_profile.restype = ctypes.c_char_p

    def call(self, name, *arguments):
        if getattr(self.library, name)(*arguments):
            raise ValueError(self.library.convolved_message().decode())

    @staticmethod
    def array(x):
        swapped = not x.dtype.isnative
        shape = (ctypes.c_size_t * 2)(x.shape[0], x.shape[1] if x.ndim == 2 else 1)
        return Array(memory(x), TYPES.index(x.dtype.newbyteorder("=").name), swapped, shape)

    def result(self, shape, dtype):
        assert self.library.convolved_dtype_size(dtype) == np.dtype(TYPES[dtype.value]).itemsize
        return np.empty(shape, TYPES[dtype.value])

    def lists(self, name, a, v, mode, options):
        a, v = self.array(a), self.array(v)
        count, dtype = ctypes.c_size_t(), ctypes.c_int()
        self.call("convolved_shape", ctypes.byref(a), ctypes.byref(v), mode, ctypes.byref(count), ctypes.byref(dtype))
        result = self.result(count.value, dtype)
        room = ctypes.c_size_t(result.nbytes)
        self.call(name, ctypes.byref(a), ctypes.byref(v), mode, ctypes.byref(options), memory(result), room)
        return result

    def images(self, image, kernel, mode, boundary, fill, options):
        image, kernel = self.array(image), self.array(kernel)
        shape, dtype = (ctypes.c_size_t * 2)(), ctypes.c_int()
        self.call("convolved_shape_2d", ctypes.byref(image), ctypes.byref(kernel), mode, shape, ctypes.byref(dtype))
        result = self.result(tuple(shape), dtype)
        fill = None if fill is None else np.array(fill).astype(result.dtype)
        self.call(
            "convolved_convolve_2d", ctypes.byref(image), ctypes.byref(kernel), mode, boundary, None if fill is None else memory(fill),
            ctypes.byref(options), memory(result), ctypes.c_size_t(result.nbytes))
        return result


def bits(x):
    """The values, each NaN as the same one."""
    parts = x.view(x.real.dtype) if x.dtype.kind == "c" else x
    return np.where(parts != parts, np.nan, parts).tobytes() if parts.dtype.kind == "f" else parts.tobytes()


def same(x, y):
    return x.dtype == y.dtype and x.shape == y.shape and bits(np.ascontiguousarray(x)) == bits(np.ascontiguousarray(y))


def placed(random, x):
    """The same values, now and then in the other order of bytes, or not at a multiple of their size."""
    kind = random.integers(8)
    if kind == 0 and x.dtype.itemsize > 1:
        return x.astype(x.dtype.newbyteorder())
    if kind == 1 and x.size:
        room = np.empty(x.nbytes + 1, np.uint8)
        y = room[1:].view(x.dtype).reshape(x.shape)
        y[...] = x
        return y
    return x


def options(random, profile):
    return Options(profile, int(random.integers(4)), None, None)


def list_case(library, random, profile):
    a, v = (placed(random, values(random, length(random), name)) for name in types(random))
    mode, name = int(random.integers(3)), random.choice(["convolve", "correlate"])
    expected = getattr(np, name)(a, v, MODES[mode])
    result = library.lists(f"convolved_{name}", a, v, mode, options(random, profile))
    return same(result, expected), f"{name}, {a.dtype} {a.size} * {v.dtype} {v.size}, {MODES[mode]}"


def image_case(library, random, profile):
    names = types(random)
    image, kernel = (placed(random, values(random, r * c, name).reshape(r, c)) for name, (r, c) in zip(names, shapes(random)))
    mode, boundary = (int(random.integers(3)) for _ in range(2))
    fill = None if random.random() < 0.5 else int(random.integers(100))
    case = f"{image.dtype} {image.shape} * {kernel.dtype} {kernel.shape}, {MODES[mode]}, {BOUNDARIES[boundary]}, {fill}"
    # SciPy divides by zero, and takes the process along.
    refused = 0 in image.shape and boundary > 0
    try:
        expected = None if refused else convolve2d(image, kernel, MODES[mode], BOUNDARIES[boundary], fill or 0)
    except ValueError:
        expected = None
    try:
        result = library.images(image, kernel, mode, boundary, fill, options(random, None))
    except ValueError:
        # An image without values gives a result without values where nothing is repeated.
        return expected is None, case + ": refused"
    return (refused and result.size == 0) if expected is None else same(result, expected), case


def strided(random, rows, count, dtype):
    """An array of rows that lie somehow in memory."""
    step, gap = (int(random.choice([1, 1, 2, 3])) for _ in range(2))
    if random.random() < 0.5:
        x = np.zeros((rows * gap, count * step), dtype)[::gap, ::step]
    else:
        x = np.zeros((count * step, rows * gap), dtype)[::step, ::gap].T
    x = x[:, ::-1] if random.random() < 0.2 else x
    return x[::-1] if random.random() < 0.2 else x


def row_values(random, x):
    """Noise of any level, sparse now and then, or with values that are not finite."""
    kind = random.integers(6)
    x[...] = random.standard_normal(x.shape)
    if kind == 1:
        x *= np.where(random.random(x.shape) < 0.01, 1, 0)
    if kind == 2:
        x *= np.array(2.0, x.dtype) ** int(random.integers(-100, 40) if x.dtype == np.float32 else random.integers(-1000, 400))
    if kind == 3:
        x *= np.exp(random.uniform(-10, 0, x.shape))
    if kind == 4 and random.random() < 0.2 and x.size:
        x.flat[random.integers(x.size)] = random.choice([np.inf, -np.inf, np.nan])


def row_case(library, random, profile):
    dtype = np.dtype(random.choice(["float32", "float64"]))
    rows = int(random.integers(0, 6))
    n, m = (int(k) for k in random.choice([random.integers(1, 40), random.integers(1, 700), random.integers(1, 9000)], 2))
    kernels = rows if random.random() < 0.4 else 1
    x, h = strided(random, rows, n, dtype), strided(random, kernels, m, dtype)
    row_values(random, x)
    row_values(random, h)
    first = int(random.integers(0, n + m))
    count = int(random.integers(0, n + m - first))
    y = strided(random, rows, count, dtype)
    stride = 0 if kernels == 1 else h.strides[0]
    arguments = [
        Rows(memory(z), z.shape[1], z.strides[1], s) for z, s in [(x, x.strides[0]), (h, stride), (y, y.strides[0])]
    ]
    bound = ctypes.c_double()
    library.call(
        "convolved_convolve_rows", TYPES.index(dtype.name), ctypes.c_size_t(rows), ctypes.byref(arguments[0]),
        ctypes.byref(arguments[1]), ctypes.c_size_t(first), ctypes.byref(arguments[2]), ctypes.byref(options(random, None)),
        ctypes.byref(bound))
    case = f"{dtype}, {rows} rows of {n}, {kernels} kernels of {m}, {count} outputs from {first}, bound {bound.value}"
    wide = [(x[r].astype(np.longdouble), h[r % kernels].astype(np.longdouble)) for r in range(rows)]
    expected = np.array([np.convolve(a, b)[first:first + count] for a, b in wide]).reshape(y.shape)
    if np.isnan(bound.value):
        finite = np.isfinite(x).all() and np.isfinite(h).all()
        large = len(wide) and max(np.sqrt((a * a).sum() * (b * b).sum()) for a, b in wide) > np.finfo(dtype).max / 64
        return bool(not finite or large), case + ": no bound"
    # longdouble has errors of its own. Values that are not finite meet none of these outputs.
    error = np.abs(y - expected).max(initial=0)
    wide = [(np.where(np.isfinite(a), a, 0), np.where(np.isfinite(b), b, 0)) for a, b in wide]
    level = max((np.sqrt((a * a).sum() * (b * b).sum()) for a, b in wide), default=0)
    tight = bound.value <= 1000 * np.finfo(dtype).eps * level * max(1, m / 100) + (2 * m + 2) * np.finfo(dtype).smallest_subnormal
    return error <= bound.value + level * 2e-18 * m and tight, case + f", error {error}, level {level}"


CASES = {"lists": list_case, "images": image_case, "rows": row_case}


def main(path, kind, seed, count, profile=None):
    library, random = Library(path), np.random.default_rng(seed)
    np.seterr(all="ignore")
    faults = 0
    for index in range(count):
        is_same, case = CASES[kind](library, random, profile.encode() if profile else None)
        if not is_same:
            faults += 1
            print(f"seed {seed}, case {index}: {case}", file=sys.stderr)
    print(f"{count} {kind}, {faults} differ")
    sys.exit(faults > 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), *sys.argv[5:])
