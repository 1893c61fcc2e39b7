"""Fast convolution of arrays of any number of dimensions, with a bound of its errors."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from math import hypot, inf, isfinite, nan, nextafter, prod
from numbers import Number
from typing import Any, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library

Mode = Literal["full", "same", "valid"]
Precision = Literal["float32", "float64"]


@overload
def oaconvolve(
    in1: ArrayLike, in2: ArrayLike, mode: Mode = ..., axes: int | Iterable[int] | None = ..., *, axis: int | None = ...,
    precision: Precision | None = ..., threads: int = ..., return_bound: Literal[False] = ...,
) -> NDArray[Any]: ...  # fmt: skip
@overload
def oaconvolve(
    in1: ArrayLike, in2: ArrayLike, mode: Mode = ..., axes: int | Iterable[int] | None = ..., *, axis: int | None = ...,
    precision: Precision | None = ..., threads: int = ..., return_bound: Literal[True],
) -> tuple[NDArray[Any], float]: ...  # fmt: skip
def oaconvolve(
    in1: ArrayLike,
    in2: ArrayLike,
    mode: Mode = "full",
    axes: int | Iterable[int] | None = None,
    *,
    axis: int | None = None,
    precision: Precision | None = None,
    threads: int = 1,
    return_bound: bool = False,
) -> Any:
    """scipy.signal.oaconvolve(in1, in2, mode, axes): its shapes and types, by transforms in float64, or directly where that is
    faster.

    in1, in2: arrays of as many dimensions. axes (or axis, one of them): along which they are convolved, else all; along the others
    they have the same length, or 1. mode: "full" (N + M - 1 values along an axis), "same" (N, in the middle of those) or "valid"
    (those of complete overlap). precision: "float32" or "float64" of the result; else float32 where both operands are float32 or
    float16. threads: 1 to 1024, or -1 for all processors.

    Returns the array. With return_bound, the array and a bound, proved for these operands: no value is further from the exact sum of
    its products; NaN where an operand or a value is not finite. Integers count as float64 has them; where each value is one product,
    and no precision is given, they are multiplied as NumPy does. longdouble raises TypeError. O(log M) for each value.
    """
    x, h = np.asarray(in1), np.asarray(in2)
    if axis is not None:
        if axes is not None:
            raise TypeError("axis and axes exclude each other")
        axes = axis
    _check(mode, precision, x, h)
    if x.ndim == h.ndim == 0:
        return _answer(*_products(x, h, precision), return_bound)
    if x.ndim != h.ndim:
        raise ValueError("in1 and in2 should have the same dimensionality")
    if x.size == 0 or h.size == 0:
        return _answer(np.array([]), 0.0, return_bound)
    x, h, along = _arranged(x, h, mode, axes)
    if not along:
        y, bound = _products(x, h, precision)
        return _answer(_cut(y, x.shape, h.shape, mode, []), bound, return_bound)
    y, bound = _convolved(x, h, mode, along, precision, threads)
    return _answer(y, bound, return_bound)


def _answer(y: Any, bound: float, return_bound: bool) -> Any:
    if not return_bound:
        return y
    # Bounds are added in float64: a little more than their roundings is allowed for.
    bound = nextafter(bound * (1 + 2**-48), inf) if bound else 0.0
    return y, bound if isfinite(bound) else nan


def _check(mode: str, precision: str | None, *operands: NDArray[Any]) -> None:
    if mode not in ("full", "same", "valid"):
        raise ValueError("acceptable mode flags are 'valid', 'same', or 'full'")
    if precision not in (None, "float32", "float64"):
        raise ValueError(f"precision is {precision!r}: choose 'float32' or 'float64'")
    for operand in operands:
        if operand.dtype.char not in "?bhilqBHILQefdFD":
            raise TypeError(f"{operand.dtype} is not computed: cast it to float64 or complex128")


def _arranged(
    x: NDArray[Any], h: NDArray[Any], mode: str, axes: int | Iterable[int] | None
) -> tuple[NDArray[Any], NDArray[Any], list[int]]:
    """The operands, the larger one first if the mode wants it, and the axes along which there is something to sum."""
    listed = _listed(axes, x.ndim)
    if not listed and axes is not None:
        raise ValueError("when provided, axes cannot be empty")
    along = sorted(a for a in listed if x.shape[a] != 1 and h.shape[a] != 1)
    if not all(x.shape[a] == h.shape[a] or 1 in (x.shape[a], h.shape[a]) for a in range(x.ndim) if a not in along):
        raise ValueError(f"incompatible shapes for in1 and in2: {x.shape} and {h.shape}")
    if mode == "valid" and not all(x.shape[a] >= h.shape[a] for a in along):
        if not all(h.shape[a] >= x.shape[a] for a in along):
            raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")
        x, h = h, x
    return x, h, along


def _listed(axes: int | Iterable[int] | None, dimensions: int) -> list[int]:
    if axes is None:
        return list(range(dimensions))
    try:
        listed = [operator.index(a) for a in ((axes,) if isinstance(axes, Number) else axes)]  # type: ignore[union-attr, arg-type]
    except TypeError:
        raise ValueError("axes must be a scalar or iterable of integers") from None
    listed = [a + dimensions if a < 0 else a for a in listed]
    if any(not 0 <= a < dimensions for a in listed):
        raise ValueError("axes exceeds dimensionality of input")
    if len(set(listed)) != len(listed):
        raise ValueError("all axes must be unique")
    return listed


def _cut(full: NDArray[Any], x: Sequence[int], h: Sequence[int], mode: str, along: list[int]) -> NDArray[Any]:
    """The part of a full convolution that the mode asks for, except along the axes of `along`, which have been cut."""
    if mode != "same":
        return full
    places = [slice(None) if a in along else slice((n - x[a]) // 2, (n - x[a]) // 2 + x[a]) for a, n in enumerate(full.shape)]
    return full[tuple(places)]


def _window(n: int, m: int, mode: str) -> tuple[int, int]:
    """The first value of the full convolution that the mode asks for, and how many."""
    count = {"full": n + m - 1, "same": n, "valid": n - m + 1}[mode]
    return (n + m - 1 - count) // 2, count


def _products(x: NDArray[Any], h: NDArray[Any], precision: str | None) -> tuple[Any, float]:
    """The products, and their bound."""
    if precision is not None:
        x, h = (_in(operand, np.dtype(np.float64)) for operand in (x, h))
    y = x * h
    if y.dtype.kind in "iu":
        return y, _wrapped(x, h, np.iinfo(y.dtype))
    # A complex product is off by the root of 5 roundings at most, and by its four products where they vanish; truth values by none.
    bound = 0.0 if y.dtype.kind == "b" else (4 if y.dtype.kind == "c" else 1) * _rounding(y)
    return _rounded(y, bound) if precision == "float32" else (y, bound)


def _wrapped(x: NDArray[Any], h: NDArray[Any], limits: np.iinfo[Any]) -> float:
    """How far products of integers can be off, which wrap around where the type does not hold them."""
    products = [int(a) * int(b) for a in (x.min(), x.max()) for b in (h.min(), h.max())]
    if all(limits.min <= product <= limits.max for product in products):
        return 0.0
    return float(max(map(abs, products)) + max(-limits.min, limits.max))


def _rounding(y: Any) -> float:
    """By how much values of this array can have been rounded; infinite where one is."""
    limits = np.finfo(y.dtype)
    return float(limits.eps) * float(np.max(np.abs(y), initial=0)) + float(limits.smallest_subnormal)


def _rounded(y: Any, bound: float) -> tuple[Any, float]:
    """The values in float32, and their bound."""
    y = y.astype(np.complex64 if y.dtype.kind == "c" else np.float32)
    return y, bound + 2 * _rounding(y)


def _convolved(
    x: NDArray[Any], h: NDArray[Any], mode: str, along: list[int], precision: str | None, threads: int
) -> tuple[NDArray[Any], float]:
    is_single = all(operand.dtype.char in "efF" for operand in (x, h))
    sums = np.dtype(np.float32 if is_single and precision != "float64" else np.float64)
    last = list(range(x.ndim - len(along), x.ndim))
    moved = [np.moveaxis(_in(operand, sums), along, last) for operand in (x, h)]
    y, bound = _rows(moved[0], moved[1], len(along), mode, sums, threads)
    y = _cut(np.moveaxis(y, last, along), x.shape, h.shape, mode, along)
    if precision == "float32" and sums != np.float32:
        y, bound = _rounded(y, bound)
    return np.ascontiguousarray(y), bound


def _in(operand: NDArray[Any], sums: np.dtype[Any]) -> NDArray[Any]:
    """The operand in the precision of the sums, in this machine's order of bytes, and aligned."""
    type = np.result_type(sums, np.complex64) if operand.dtype.kind == "c" else sums
    return np.require(operand, type, "A")


def _rows(
    x: NDArray[Any], h: NDArray[Any], dimensions: int, mode: str, sums: np.dtype[Any], threads: int
) -> tuple[NDArray[Any], float]:
    """Convolves along the last dimensions. Several become one: rows are padded with zeros so that they follow each other without
    meeting, since a convolution of such rows is that of the array."""
    full = [n + m - 1 for n, m in zip(x.shape[-dimensions:], h.shape[-dimensions:])]
    windows = [_window(n, m, mode) for n, m in zip(x.shape[-dimensions:], h.shape[-dimensions:])]
    shape = np.broadcast_shapes(x.shape[:-dimensions], h.shape[:-dimensions])
    count, pitch = prod(shape), prod(full[1:])
    lines = [_lined(operand, full[1:], dimensions, shape, count) for operand in (x, h)]
    is_complex = "c" in (x.dtype.kind, h.dtype.kind)
    first, kept = windows[0][0] * pitch, windows[0][1] * pitch
    y = np.zeros((count, kept), np.result_type(sums, np.complex64) if is_complex else sums)
    # What lies behind the last sum of the full convolution is zero.
    summed = y[:, : min(kept, lines[0].shape[1] + lines[1].shape[1] - 1 - first)]
    bound = _summed(lines[0], lines[1], first, summed, threads)
    y = y.reshape(*shape, windows[0][1], *full[1:])
    inner: tuple[Any, ...] = (..., slice(None), *(slice(at, at + n) for at, n in windows[1:]))
    return y[inner], bound


def _lined(operand: NDArray[Any], inner: list[int], dimensions: int, shape: tuple[int, ...], count: int) -> NDArray[Any]:
    """The operand as `count` rows; one that serves all of them is not repeated."""
    own = operand.shape[: operand.ndim - dimensions]
    if inner:
        length = operand.shape[-dimensions:]
        padded = np.zeros((*own, length[0], *inner), operand.dtype)
        place: tuple[Any, ...] = (..., *(slice(n) for n in length))
        padded[place] = operand
        # Without the zeros at the end.
        used = 1 + sum((n - 1) * prod(inner[at:]) for at, n in enumerate(length))
        operand = padded.reshape(*own, -1)[..., :used]
    if prod(own) == 1:
        return np.broadcast_to(operand.reshape(1, operand.shape[-1]), (count, operand.shape[-1]))
    return np.broadcast_to(operand, (*shape, operand.shape[-1])).reshape(count, operand.shape[-1])


def _summed(x: NDArray[Any], h: NDArray[Any], first: int, y: NDArray[Any], threads: int) -> float:
    """Convolves rows, real or complex, into y: the bound."""
    if x.dtype.kind != "c" and h.dtype.kind != "c":
        return _library.convolve_rows(x, h, first, y, threads)
    if h.dtype.kind != "c":
        return hypot(*(_library.convolve_rows(part, h, first, to, threads) for part, to in ((x.real, y.real), (x.imag, y.imag))))
    if x.dtype.kind != "c":
        return hypot(*(_library.convolve_rows(x, part, first, to, threads) for part, to in ((h.real, y.real), (h.imag, y.imag))))
    # Four products, whose sums are rounded once.
    x, h = x.astype(np.complex128), h.astype(np.complex128)
    bounds, parts = [], []
    for left, right, other, further, sign in ((x.real, h.real, x.imag, h.imag, -1), (x.real, h.imag, x.imag, h.real, 1)):
        one, two = np.empty(y.shape), np.empty(y.shape)
        bound = _library.convolve_rows(left, right, first, one, threads) + _library.convolve_rows(other, further, first, two, threads)
        one += sign * two
        parts.append(one)
        bounds.append(bound + _rounding(one))
    y.real, y.imag = parts
    # And rounded once more where the result is float32.
    return hypot(*bounds) + (0.0 if y.dtype == np.complex128 else 2 * _rounding(y))
