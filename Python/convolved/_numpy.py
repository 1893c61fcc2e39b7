"""What convolve and correlate leave to NumPy: other objects than plain arrays, its names of modes, its errors, and the types that
the library has none for."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np
from numpy.typing import NDArray

from . import _library

_MODES = {4: "full", 3: "same", 2: "valid"}


def convolve(a: Any, v: Any, mode: Any, threads: int | None, profile: str | None, out: Any) -> Any:
    if _is_overridden(a) or _is_overridden(v):
        return _by_numpy(np.convolve, a, v, mode, profile, out)
    # As np.convolve begins: subclasses become arrays, values without dimensions get one.
    arrays = [np.array(x, copy=None, ndmin=1) for x in (a, v)]
    if not _is_taken(arrays, profile):
        return _by_numpy(np.convolve, a, v, mode, profile, out)
    return _library.convolve(arrays[0], arrays[1], mode_of(np.convolve, mode), threads=threads, profile=profile, out=out)


def correlate(a: Any, v: Any, mode: Any, threads: int | None, profile: str | None, out: Any) -> Any:
    if _is_overridden(a) or _is_overridden(v):
        return _by_numpy(np.correlate, a, v, mode, profile, out)
    # np.correlate keeps subclasses: they are left to it.
    arrays = [x if type(x) is np.ndarray else _array(x) for x in (a, v)]
    if not _is_taken(arrays, profile):
        return _by_numpy(np.correlate, a, v, mode, profile, out)
    return _library.correlate(arrays[0], arrays[1], mode_of(np.correlate, mode), threads=threads, profile=profile, out=out)


def _array(operand: Any) -> Any:
    """Of a sequence; of what is none, or none of numbers, nothing."""
    try:
        return np.asarray(operand) if isinstance(operand, (list, tuple, range)) else None
    except (ValueError, TypeError, OverflowError):
        return None


def _by_numpy(function: Callable[..., Any], a: Any, v: Any, mode: Any, profile: str | None, out: Any) -> Any:
    result = function(a, v, mode)
    if profile is not None:
        raise ValueError(f"profile is {profile!r}, but this is computed by NumPy: {_described(a)} with {_described(v)}")
    return result if out is None else filled(out, result)


def check_out(out: Any, result: Any) -> None:
    """Raises what is wrong with an `out` for this result."""
    if not isinstance(out, np.ndarray):
        raise TypeError(f"out must be an array, not {out!r}")
    is_fit = out.shape == result.shape and out.dtype.newbyteorder("=") == result.dtype.newbyteorder("=")
    if not is_fit or not out.flags.writeable:
        raise ValueError(
            f"out must be a writable array of shape {result.shape} and type {result.dtype}, not a "
            f"{'writable' if out.flags.writeable else 'read-only'} one of shape {out.shape} and type {out.dtype}"
        )
    if _shares_memory(out):
        raise ValueError("out has values that share memory: give an array whose values have places of their own")


def _shares_memory(array: NDArray[Any]) -> bool:
    """Whether an array's values may lie on each other: views that repeat values do. No part of a common array does."""
    extent = array.itemsize
    for stride, count in sorted((abs(stride), count) for stride, count in zip(array.strides, array.shape) if count > 1):
        if stride < extent:
            return array.size > 0
        extent = stride * (count - 1) + extent
    return False


def filled(out: Any, result: Any) -> Any:
    check_out(out, result)
    np.copyto(out, result)
    return out


def _is_overridden(operand: Any) -> bool:
    """Whether its type answers NumPy's functions itself."""
    own = np.ndarray.__array_function__
    return getattr(type(operand), "__array_function__", own) is not own


def _is_taken(arrays: list[Any], profile: str | None) -> bool:
    """Whether the library computes it, rather than NumPy or nobody."""
    if any(type(x) is not np.ndarray or x.ndim != 1 or x.size == 0 or x.dtype.char not in "?bhilqBHILQefdFD" for x in arrays):
        return False
    is_single_complex = any(x.dtype.kind == "c" for x in arrays) and 1 in (x.size for x in arrays)
    return profile is not None or not is_single_complex


def mode_of(function: Callable[..., Any], mode: Any) -> Any:
    """The mode that NumPy takes this for, with its warnings and errors."""
    return _MODES[len(function(np.zeros(3), np.zeros(2), mode))]


def _described(operand: Any) -> str:
    return f"{operand.dtype} of shape {operand.shape}" if isinstance(operand, np.ndarray) else type(operand).__name__
