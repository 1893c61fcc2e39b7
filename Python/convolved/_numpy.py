"""What convolve and correlate leave to NumPy: other objects than plain arrays, its names of modes, its errors, and the types that
the library has none for."""

from __future__ import annotations

from typing import Any, Callable

import numpy as np

from . import _library

_PLAIN = (list, tuple, int, float, complex, bool, np.generic)
_MODES = {4: "full", 3: "same", 2: "valid"}


def convolve(a: Any, v: Any, mode: Any, threads: int | None, profile: str | None, out: Any) -> Any:
    if not _is_overridden(a) and not _is_overridden(v):
        # As np.convolve begins: subclasses become arrays, values without dimensions get one.
        a, v = np.array(a, copy=None, ndmin=1), np.array(v, copy=None, ndmin=1)
    return _answer("convolve", a, v, "full" if mode is None else mode, threads, profile, out)


def correlate(a: Any, v: Any, mode: Any, threads: int | None, profile: str | None, out: Any) -> Any:
    # np.correlate keeps subclasses, which are left to it.
    a, v = (np.asarray(x) if isinstance(x, (list, tuple)) else x for x in (a, v))
    return _answer("correlate", a, v, "valid" if mode is None else mode, threads, profile, out)


def _answer(name: str, a: Any, v: Any, mode: Any, threads: int | None, profile: str | None, out: Any) -> Any:
    by_numpy: Callable[..., Any] = getattr(np, name)
    if type(a) is type(v) is np.ndarray and _is_taken(a, v, profile):
        known = mode if isinstance(mode, str) and mode in _MODES.values() else _mode(by_numpy, mode)
        by_library: Callable[..., Any] = getattr(_library, name)
        return by_library(a, v, known, threads=1 if threads is None else threads, profile=profile, out=out)
    result = by_numpy(a, v, mode)
    if profile is not None:
        raise ValueError(f"profile is {profile!r}, but this is computed by NumPy: {_described(a)} with {_described(v)}")
    if out is None:
        return result
    if not isinstance(out, np.ndarray) or out.shape != result.shape or out.dtype != result.dtype:
        raise ValueError(f"out must be a writable array of shape {result.shape} and type {result.dtype}")
    np.copyto(out, result)
    return out


def _is_overridden(operand: Any) -> bool:
    """Whether its type answers NumPy's functions itself."""
    if isinstance(operand, _PLAIN):
        return False
    override = getattr(type(operand), "__array_function__", None)
    return override is not None and override is not np.ndarray.__array_function__


def _is_taken(a: np.ndarray, v: np.ndarray, profile: str | None) -> bool:
    """Whether the library computes it, rather than NumPy or nobody."""
    types = a.dtype.char + v.dtype.char
    if a.ndim != 1 or v.ndim != 1 or a.size == 0 or v.size == 0 or set(types) - set("?bhilqBHILQefdFD"):
        return False
    return profile is not None or not (set(types) & set("FD") and 1 in (a.size, v.size))


def _mode(function: Callable[..., Any], mode: Any) -> str:
    """The mode that NumPy takes this for, with its warnings and errors."""
    return _MODES[len(function(np.zeros(3), np.zeros(2), mode))]


def _described(operand: Any) -> str:
    return f"{operand.dtype} of shape {operand.shape}" if isinstance(operand, np.ndarray) else type(operand).__name__
