"""np.convolve of Dask's arrays, bit for bit, whatever their chunks. It needs dask: pip install convolved[dask].

A sum of np.convolve depends on its own values alone and on their order. So each chunk of the result takes the values that its sums
reach, and computes three kinds of them apart: those that begin at the signal's first value, those of complete overlap, and those
that end at its last value. Sums of the first and last kind are shorter, and are taken of a signal and a kernel cut to their length.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any, Literal, NamedTuple

import dask.array as da
import numpy as np
from dask.delayed import delayed
from numpy.typing import NDArray

from . import _library
from ._numpy import mode_of


def convolve(
    a: Any, v: Any, mode: Literal["full", "same", "valid"] = "full", *, threads: int = 1, profile: str | None = None
) -> da.Array:
    """np.convolve(a, v, mode) of two one-dimensional arrays, of which the longer one stays in its chunks. The shorter one is in one
    piece on every worker.

    Returns an array of Dask in the longer one's chunks. Workers compute each chunk with `threads` threads and in the order of
    `profile`; without one, in that of each worker's own processor: give one where workers are of several kinds. Raises NumPy's
    errors, and ValueError for chunks of unknown size. Memory of a worker: some chunks and kernels.
    """
    signal, kernel = da.asarray(a), da.asarray(v)
    if np.isnan(signal.size) or np.isnan(kernel.size):
        raise ValueError("chunks of unknown size cannot be convolved: call compute_chunk_sizes() first")
    # NumPy's errors, and its type of the result.
    empty = [np.zeros((min(1, operand.size),) * operand.ndim, operand.dtype) for operand in (signal, kernel)]
    type = np.convolve(empty[0], empty[1], mode).dtype
    if kernel.size > signal.size:
        signal, kernel = kernel, signal
    signal, kernel = signal.reshape(-1), kernel.reshape(-1)
    n, m = signal.size, kernel.size
    first, count = {"full": (0, n + m - 1), "same": ((m - 1) // 2, n), "valid": (m - 1, n - m + 1)}[mode_of(np.convolve, mode)]
    taps = kernel.rechunk(-1).to_delayed(optimize_graph=False)[0]
    work = delayed(_convolved, pure=True)
    chunks = []
    for begin, end in _bounds(signal.chunks[0], count):
        part = Part(first + begin, first + end, n, m)
        reached = signal[part.start : part.stop].rechunk(-1).to_delayed(optimize_graph=False)[0]
        chunks.append(da.from_delayed(work(reached, taps, part, type, threads, profile), (end - begin,), type))
    return da.concatenate(chunks)


def _bounds(chunks: tuple[int, ...], count: int) -> list[tuple[int, int]]:
    """Chunks like those of the signal, until there are `count` values."""
    sizes = [size for size in chunks if size]
    while sum(sizes) < count:
        sizes.append(max(sizes))
    ends = [min(end, count) for end in accumulate(sizes)]
    return [(begin, end) for begin, end in zip([0, *ends], ends) if begin < end]


class Part(NamedTuple):
    """Values `begin` to `end` of the full convolution of n values with m, of which m is not the larger."""

    begin: int
    end: int
    n: int
    m: int

    @property
    def left(self) -> tuple[int, int]:
        """Those whose sums begin at the signal's first value, and are shorter than the kernel."""
        return self.begin, min(self.end, self.m - 1)

    @property
    def whole(self) -> tuple[int, int]:
        return max(self.begin, self.m - 1), min(self.end, self.n)

    @property
    def right(self) -> tuple[int, int]:
        return max(self.begin, self.n), self.end

    @property
    def start(self) -> int:
        """The first value of the signal that is needed."""
        begin, end = self.right
        # One more than the longest of the shorter sums has terms: its neighbour would be a sum of complete overlap.
        starts = [max(0, begin - self.m)] if begin < end else []
        starts += [self.whole[0] - self.m + 1] if self.whole[0] < self.whole[1] else []
        return 0 if self.left[0] < self.left[1] else min(starts)

    @property
    def stop(self) -> int:
        begin, end = self.left
        stops = [end + 1] if begin < end else []
        stops += [self.whole[1]] if self.whole[0] < self.whole[1] else []
        return self.n if self.right[0] < self.right[1] else max(stops)


def _convolved(
    signal: NDArray[Any], kernel: NDArray[Any], part: Part, type: np.dtype[Any], threads: int, profile: str | None
) -> NDArray[Any]:
    """A part of the convolution, of the values of the signal from part.start to part.stop."""
    # What comes from another process is read-only, and NumPy multiplies a single complex value by another rule then.
    kernel = kernel.copy() if kernel.size == 1 else kernel
    result = np.empty(part.end - part.begin, type)

    def fill(begin: int, end: int, values: NDArray[Any]) -> None:
        result[begin - part.begin : end - part.begin] = values

    begin, end = part.left
    if begin < end:
        cut = end + 1
        fill(begin, end, _sums(signal[:cut], kernel[:cut], "full", threads, profile)[begin:end])
    begin, end = part.whole
    if begin < end:
        reached = signal[begin - part.m + 1 - part.start : end - part.start]
        fill(begin, end, _sums(reached, kernel, "valid", threads, profile))
    begin, end = part.right
    if begin < end:
        cut = part.n + part.m - begin
        at = 2 * cut - part.n - part.m
        fill(begin, end, _sums(signal[len(signal) - cut :], kernel[part.m - cut :], "full", threads, profile)[begin + at : end + at])
    return result


def _sums(a: NDArray[Any], v: NDArray[Any], mode: Any, threads: int, profile: str | None) -> NDArray[Any]:
    return _library.convolve(a, v, mode, threads=threads, profile=profile)
