"""Convolution of images."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library
from ._numpy import check_out, filled

_MODES = {"full": 0, "same": 1, "valid": 2}
_BOUNDARIES = {"fill": 0, "pad": 0, "wrap": 1, "circular": 1, "symm": 2, "symmetric": 2}


def convolve2d(
    in1: ArrayLike,
    in2: ArrayLike,
    mode: Literal["full", "same", "valid"] = "full",
    boundary: Literal["fill", "wrap", "symm"] = "fill",
    fillvalue: Any = 0,
    *,
    threads: int = 1,
    out: NDArray[Any] | None = None,
) -> NDArray[Any]:
    """scipy.signal.convolve2d(in1, in2, mode, boundary, fillvalue), bit for bit, and its errors.

    in1: an image of N rows and K columns. in2: a kernel of M and L. mode: "full" (N + M - 1 rows), "same" (N) or "valid" (those of
    complete overlap). boundary: what lies beyond the edges: fillvalue, the image again, or its mirror image. threads: 1 to 1024, or
    -1 for all processors. out: a writable array of the result's shape and type, filled and returned.

    Types are promoted as SciPy does; it takes neither truth values nor float16. Types that the library has none for (longdouble)
    SciPy computes, where it is installed. wrap and symm of an empty image raise ValueError. O(N K M L).
    """
    image, kernel = np.asarray(in1), np.asarray(in2)
    if not image.ndim == kernel.ndim == 2:
        raise ValueError("convolve2d inputs must both be 2-D arrays")
    if mode == "valid":
        image, kernel = _larger_first(image, kernel)
    if mode not in _MODES:
        raise ValueError("Acceptable mode flags are 'valid', 'same', or 'full'.")
    if boundary not in _BOUNDARIES:
        raise ValueError("Acceptable boundary flags are 'fill', 'circular' (or 'wrap'), and 'symmetric' (or 'symm').")
    type = _type(image, kernel)
    if type.char in "gG":
        summed = _by_scipy(image, kernel, mode, boundary, fillvalue)
        return summed if out is None else filled(out, summed)
    if type.char not in "bhilqBHILQfdFD":
        raise ValueError("convolve2d not available for this type.")
    fill = _fill(fillvalue, type)
    result = np.empty(_shape(image.shape, kernel.shape, mode), type)
    if out is not None:
        check_out(out, result)
    image, kernel = (np.require(array, array.dtype.newbyteorder("="), ["C", "A"]) for array in (image, kernel))
    _library.convolve_2d(image, kernel, _MODES[mode], _BOUNDARIES[boundary], fill, threads, result)
    return result if out is None else filled(out, result)


def _larger_first(image: NDArray[Any], kernel: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    pairs = list(zip(image.shape, kernel.shape))
    if all(n >= m for n, m in pairs):
        return image, kernel
    if all(m >= n for n, m in pairs):
        return kernel, image
    raise ValueError("For 'valid' mode, one must be at least as large as the other in every dimension")


def _type(image: NDArray[Any], kernel: NDArray[Any]) -> np.dtype[Any]:
    try:
        return np.promote_types(image.dtype, kernel.dtype)
    except TypeError:
        raise ValueError("convolve2d not available for this type.") from None


def _shape(image: tuple[int, ...], kernel: tuple[int, ...], mode: str) -> tuple[int, ...]:
    longer = {"full": -1, "same": None, "valid": 1}[mode]
    if longer is None:
        return image
    return tuple(n - longer * (m - 1) if longer > 0 else n + m - 1 for n, m in zip(image, kernel))


def _fill(fillvalue: Any, type: np.dtype[Any]) -> NDArray[Any]:
    try:
        is_lost = isinstance(fillvalue, np.ndarray) and not np.can_cast(fillvalue.dtype, type)
        fill = None if is_lost else np.array(fillvalue, type)
    except (TypeError, OverflowError, ValueError):
        fill = None
    if fill is None:
        # What is no number at all has the error of this.
        np.array(fillvalue, complex)
        raise ValueError("could not cast `fillvalue` directly to the output type (it was first converted to complex).")
    if fill.size == 0:
        raise ValueError("`fillvalue` cannot be an empty array.")
    if fill.size > 1:
        raise ValueError("`fillvalue` must be scalar or an array with one element.")
    return fill.reshape(())


def _by_scipy(*arguments: Any) -> NDArray[Any]:
    try:
        from scipy.signal import convolve2d as by_scipy  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        raise TypeError("longdouble is computed by SciPy only: install scipy, or cast to float64") from None
    return np.asarray(by_scipy(*arguments))
