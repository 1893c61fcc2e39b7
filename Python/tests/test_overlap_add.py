"""oaconvolve against exact sums, within its bound, and against SciPy's shapes."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from cases import MODES, outcome
from conftest import CASES
from scipy import signal

import convolved


def operand(r, shape, type):
    x = r.normal(size=shape) * 10.0 ** r.integers(-3, 3)
    if type in "FD":
        x = x + 1j * r.normal(size=shape)
    return (x * (100 if type in "hi" else 1)).astype(type)


def random_shapes(r, most):
    dimensions = int(r.integers(1, 4))
    axes = sorted(r.choice(dimensions, size=int(r.integers(1, dimensions + 1)), replace=False).tolist())
    one, other = ([int(n) for n in r.integers(1, most, size=dimensions)] for _ in range(2))
    for a in range(dimensions):
        if a not in axes:
            one[a], other[a] = [(5, 5), (1, 5), (5, 1)][r.integers(3)]
    return one, other, axes


def test_shapes_types_and_values_are_scipys(seed):
    r = np.random.default_rng(seed)
    for case in range(CASES // 4):
        one, other, axes = random_shapes(r, 30 if case % 3 else 6)
        types = [str(r.choice(list("fdFDhi"))) for _ in range(2)]
        x, h, mode = operand(r, one, types[0]), operand(r, other, types[1]), str(r.choice(MODES))
        expected = outcome(signal.oaconvolve, x, h, mode, axes)
        got = outcome(convolved.oaconvolve, x, h, mode, axes, threads=int(r.choice([1, 2])))
        if isinstance(expected, tuple):
            assert got == expected, (one, other, axes, mode)
            continue
        assert got.shape == expected.shape and got.dtype == expected.dtype, (case, one, other, axes, mode, types, got.dtype, expected.dtype)
        scale = np.sqrt(float((np.abs(x.astype("D")) ** 2).sum() * (np.abs(h.astype("D")) ** 2).sum()))
        assert np.max(np.abs(got - expected), initial=0) <= (1e-5 if set(types) & set("fF") else 1e-12) * scale  # SciPy transforms float32 in float32


def exact(x, h):
    """The full convolution along all axes, in fractions: real and imaginary parts."""
    sums = {}
    for (i, a), (j, b) in product(np.ndenumerate(x), np.ndenumerate(h)):
        place = tuple(p + q for p, q in zip(i, j))
        ar, ai, br, bi = (Fraction(part.item()) for part in (a.real, a.imag, b.real, b.imag))
        re, im = sums.get(place, (0, 0))
        sums[place] = (re + ar * br - ai * bi, im + ar * bi + ai * br)
    return sums


def test_the_bound_holds(seed):
    r = np.random.default_rng(seed)
    for case in range(60):
        dimensions = int(r.integers(1, 3))
        shapes = [r.integers(2, 40 if dimensions == 1 else 7, size=dimensions) for _ in range(2)]
        types = [str(r.choice(list("fdFD"))) for _ in range(2)]
        x, h = (operand(r, shape, type) for shape, type in zip(shapes, types))
        precision = r.choice([None, "float32", "float64"])
        y, bound = convolved.oaconvolve(x, h, precision=precision, return_bound=True)
        assert y.dtype.char in {"float32": "fF", "float64": "dD", None: "fFdD"}[precision]
        limit = Fraction(bound) ** 2
        assert bound > 0
        for place, (re, im) in exact(x, h).items():
            value = y[place]
            error = (Fraction(float(value.real)) - re) ** 2 + (Fraction(float(value.imag)) - im) ** 2
            assert error <= limit, (case, types, precision, float(error) ** 0.5, bound)


def extreme(r, shape, type):
    """Values from the least to the largest of their type, but for one that is no number."""
    type = np.dtype(type)
    if type.kind == "b":
        return r.random(shape) < 0.5
    if type.kind in "iu":
        limits = np.iinfo(type)
        return r.integers(limits.min, limits.max, shape, type, endpoint=True) >> type.type(r.integers(0, 8 * type.itemsize - 1))
    least, most = {2: (-8, 5), 4: (-46, 39), 8: (-324, 309)}[type.itemsize // (2 if type.kind == "c" else 1)]
    parts = [r.normal(size=shape) * np.float64(10) ** r.uniform(least, most) for _ in range(2)]
    return np.nan_to_num((parts[0] + 1j * parts[1] if type.kind == "c" else parts[0]).astype(type))


@pytest.mark.filterwarnings("ignore")
def test_the_bound_holds_at_the_limits_of_types(seed):
    """Where values vanish, wrap around or are rounded to float32; also where each is one product."""
    r = np.random.default_rng(seed)
    finite = 0
    for case in range(CASES):
        shapes = [tuple(int(n) for n in r.integers(1, 5, size=r.integers(1, 3)))] * 2
        if r.random() < 0.4:
            shapes[1] = (1,) * len(shapes[0])
        types = [str(r.choice(list("?bhiqBHIQefdFD"))) for _ in range(2)]
        x, h = (extreme(r, shape, type) for shape, type in zip(shapes, types))
        precision = r.choice([None, "float32", "float64"])
        y, bound = convolved.oaconvolve(x, h, precision=precision, return_bound=True)
        assert y.dtype.char in {"float32": "fF", "float64": "dD"}.get(precision, y.dtype.char), (case, shapes, types, precision)
        assert np.isfinite(y).all() or np.isnan(bound), (case, types, precision, bound)
        if np.isnan(bound):
            continue
        finite += 1
        counted = [operand if y.dtype.kind in "biu" or operand.dtype.kind == "c" else operand.astype("d") for operand in (x, h)]
        for place, (re, im) in exact(*counted).items():
            real, imaginary = (Fraction(part.item()) for part in (y[place].real, y[place].imag))
            assert (real - re) ** 2 + (imaginary - im) ** 2 <= Fraction(bound) ** 2, (case, x, h, precision, y, bound)
    assert finite > CASES / 2


def test_the_bound_says_something(seed):
    r = np.random.default_rng(seed)
    y, bound = convolved.oaconvolve(r.normal(size=100_000), r.normal(size=3000), return_bound=True)
    assert bound < 1e-9 * np.abs(y).max()
    y, bound = convolved.oaconvolve(np.array([1.0, np.nan, 3, 4]), [1.0, 2.0], return_bound=True)
    assert np.isnan(bound)
    # Products of integers are exact, until they wrap around.
    for kernel, least, most in ((2, 0, 0), (100, 256, 1e5)):
        y, bound = convolved.oaconvolve(np.array([1, 2, 60], np.int8), np.array([kernel], np.int8), return_bound=True)
        assert y.dtype == np.int8 and least <= bound <= most


def test_operands_lie_anywhere(seed):
    r = np.random.default_rng(seed)
    x, h = r.normal(size=(4, 3, 50)), r.normal(size=(1, 1, 20))
    expected = np.stack([[np.convolve(row, h[0, 0]) for row in plane] for plane in x])
    ways = [
        x, np.asfortranarray(x), x[::-1].copy()[::-1], x[..., ::-1].copy()[..., ::-1], x.astype(">f8"), np.moveaxis(np.moveaxis(x, 2, 0).copy(), 0, 2),
        np.pad(x, ((0, 0), (0, 0), (0, 9)))[..., :50],
    ]  # fmt: skip
    for way in ways:
        for kernel in (h, h[..., ::-1].copy()[..., ::-1], h.astype(">f8")):
            got = convolved.oaconvolve(way, kernel, axes=-1)
            assert got.shape == expected.shape and np.allclose(got, expected, atol=1e-10)
    moved = convolved.oaconvolve(np.moveaxis(x, -1, 0), np.moveaxis(h, -1, 0), axis=0)
    assert np.allclose(np.moveaxis(moved, 0, -1), expected, atol=1e-10)


def test_refusals_are_scipys():
    a = np.ones((3, 4))
    for arguments in [
        (a, a[0]), (a, a, "x"), (a, np.ones((2, 5)), "valid"), (a, np.ones((2, 4)), "full", 1), (a, a, "full", [0, 0]), (a, a, "full", 2), (a, a, "full", []),
        (a, a, "full", 0.5),
    ]:  # fmt: skip
        expected, got = outcome(signal.oaconvolve, *arguments), outcome(convolved.oaconvolve, *arguments)
        assert isinstance(expected, tuple) and got[0] is expected[0], (arguments, got, expected)
    assert convolved.oaconvolve([], [1.0]).shape == (0,) and convolved.oaconvolve(3, 4) == 12
    with pytest.raises(TypeError, match="cast it"):
        convolved.oaconvolve(np.ones(3, "g"), [1.0, 2.0])
    with pytest.raises(TypeError, match="exclude"):
        convolved.oaconvolve(a, a, axis=0, axes=1)
    with pytest.raises(ValueError, match="precision"):
        convolved.oaconvolve(a, a, precision="float16")
    with pytest.raises(ValueError, match="threads"):
        convolved.oaconvolve(a, a, threads=0)
