"""Random operands, and what is the same as NumPy's answer."""

import warnings

import numpy as np

TYPES = list("?bhilqBHILQefdFD")
MODES = ["full", "same", "valid"]
# Around the lengths at which an order of sums changes.
LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128, 129, 200, 300]


def length(r):
    return int(r.choice(LENGTHS)) if r.random() < 0.7 else int(r.integers(1, 700))


def values(r, count, type):
    type = np.dtype(type)
    if type.kind == "b":
        return r.random(count) < 0.3
    if type.kind in "iu":
        limits = np.iinfo(type)
        return r.integers(limits.min, limits.max, count, type, endpoint=True)
    parts = [r.normal(size=count) * 10.0 ** r.integers(-4, 4) for _ in range(2)]
    if r.random() < 0.15:
        for part in parts:
            part[r.integers(0, count, size=max(1, count // 9))] = r.choice([np.inf, -np.inf, np.nan, 0.0, -0.0, 1e300, 1e-310])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (parts[0] + 1j * parts[1] if type.kind == "c" else parts[0]).astype(type)


def laid_out(r, array):
    """The same values, lying in memory in some other way."""
    way = r.integers(0, 9)
    if way == 0:
        return array[::-1].copy()[::-1]
    if way == 1:
        spread = np.zeros(3 * len(array), array.dtype)
        spread[1::3] = array
        return spread[1::3]
    if way == 2:
        return array.astype(array.dtype.newbyteorder(">"))
    if way == 3:
        bytes = np.zeros(array.nbytes + 1, np.uint8)
        shifted = bytes[1:].view(array.dtype)
        shifted[:] = array
        return shifted
    if way == 4:
        copy = array.copy()
        copy.flags.writeable = False
        return copy
    if way == 5:
        return np.stack([array, array], axis=1)[:, 1]
    return array


def operands(r):
    types = [r.choice(TYPES) for _ in range(2)]
    if r.random() < 0.5:
        types[1] = types[0]
    return [laid_out(r, values(r, length(r), type)) for type in types]


def is_same(a, b):
    """Whether type, shape and bits are the same; any NaN is any NaN."""
    if type(a) is not type(b) or a.dtype != b.dtype or a.dtype.char != b.dtype.char or a.shape != b.shape:
        return False
    if a.dtype.kind == "O" or a.dtype.char in "gG":  # longdouble has bytes that mean nothing.
        return bool((a == b).all())
    if a.dtype.kind == "c":
        return is_same(np.ascontiguousarray(a.real), np.ascontiguousarray(b.real)) and is_same(np.ascontiguousarray(a.imag), np.ascontiguousarray(b.imag))
    if a.dtype.kind == "f" and a.dtype.itemsize <= 8:
        nan = np.isnan(a)
        return bool((nan == np.isnan(b)).all()) and a[~nan].tobytes() == b[~nan].tobytes()
    return a.tobytes() == b.tobytes()


def outcome(function, *arguments, **named):
    """What a call returns, or its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return function(*arguments, **named)
        except Exception as error:
            return type(error), str(error)


def is_same_outcome(one, other):
    if isinstance(one, tuple) or isinstance(other, tuple):
        return type(one) is type(other) and one == other
    return is_same(one, other) if isinstance(one, np.ndarray) else type(one) is type(other) and one == other
