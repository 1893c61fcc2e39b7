"""Convolves blocks of several channels with a matrix of kernels, without latency beyond the block, as convolved.h does."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, SupportsIndex, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import _library

_PRECISIONS = {"float32": 0, "float64": 1}


class Route(NamedTuple):
    """One path of the matrix: from an input through a kernel to an output. Several may have the same ends: they add up."""

    input: int
    """A channel, from 0."""
    output: int
    taps: ArrayLike
    """The kernel, the first tap for the present frame."""
    gain: float = 1.0
    """A factor on every tap."""
    delay: int = 0
    """Frames that the response comes later."""


Routes = Union[ArrayLike, Iterable[Union[Route, tuple[Any, ...]]]]
"""Routes, or taps alone for one input and one output."""


class Convolver(_library.Convolver):
    """Output o of each block is the sum of its routes: y_o[n] = sum of gain * taps[k] * x_input[n - delay - k], with silence before
    the first frame.

    routes: `Route`s, or tuples (input, output, taps, gain, delay) of which the last two may be left out; or taps alone, which lead
    from one input to one output. block: frames that are processed at once, 1 to 65,536. inputs, outputs: channels, 1 to 64; else as
    many as the routes have. precision: "float64", or "float32" for half the time and memory.

    One thread at a time calls process and reset; replace, is_changing and plan may be called from any thread meanwhile. Other threads
    of Python run while a call works. Raises ValueError for what is out of range, MemoryError. O(taps log taps).
    """

    precision: Literal["float32", "float64"] = "float64"

    def __init__(
        self,
        routes: Routes,
        block: int,
        inputs: int | None = None,
        outputs: int | None = None,
        precision: Literal["float32", "float64"] = "float64",
    ) -> None:
        if precision not in _PRECISIONS:
            raise ValueError(f"precision is {precision!r}: choose 'float32' or 'float64'")
        listed = _listed(routes)
        if inputs is None:
            inputs = 1 + max((0, *(route[0] for route in listed)))
        if outputs is None:
            outputs = 1 + max((0, *(route[1] for route in listed)))
        for name, value in (("block", block), ("inputs", inputs), ("outputs", outputs)):
            _check_integer(name, value)
        super().__init__(listed, block, inputs, outputs, _PRECISIONS[precision])
        self.precision = precision

    def __reduce_ex__(self, protocol: SupportsIndex) -> Any:
        raise TypeError("a Convolver holds the inputs so far, and is neither pickled nor copied: make another one of the same routes")

    def __repr__(self) -> str:
        if not self.block:
            return "<Convolver that has not been made>"
        return f"<Convolver of {self.inputs} x {self.outputs} channels, block {self.block}, {self.precision}, plan {self.plan}>"

    def process(self, block: ArrayLike, out: NDArray[Any] | None = None) -> NDArray[Any]:
        """Convolves the next block.

        block: of shape (inputs, block), or (block,) where there is one input. float32 stays that; what else float64 can hold becomes
        float64. out: filled and returned; of shape (outputs, block) and the block's type, each channel contiguous. It may be `block`.
        """
        return super().process(block, out)

    def replace(self, routes: Routes, fade: int = 0) -> None:
        """Changes all routes at once, from the next block on, with a cross-fade of `fade` frames (up to 1,048,576).

        The new kernels are prepared here and warmed with the inputs so far. Raises Busy during a fade, Overtaken where blocks come
        faster than they can be warmed; nothing has changed then.
        """
        _check_integer("fade", fade)
        self._replace(_listed(routes), fade)

    def blocks(self, portions: Iterable[ArrayLike]) -> Iterator[NDArray[Any]]:
        """Convolves portions of any length as they come: an iterator over output, as long as the input in all.

        Portions have the shape (inputs, frames), or (frames,) for one input. The last block is completed with zeros, and its output
        cut. What the kernels still hold afterwards comes with further frames of zeros.
        """
        held = _Held(self.inputs, self.block)
        for portion in portions:
            for block in held.add(np.asarray(portion)):
                yield self.process(block)
        if held.frames:
            yield self.process(held.completed())[..., : held.frames]


class _Held:
    """Frames that wait until there are enough for a block."""

    def __init__(self, inputs: int, block: int) -> None:
        self._inputs, self._block = inputs, block
        self._samples: NDArray[Any] | None = None
        self.frames = 0

    def add(self, portion: NDArray[Any]) -> Iterator[NDArray[Any]]:
        if portion.ndim not in (1, 2) or (portion.shape[0] if portion.ndim == 2 else 1) != self._inputs:
            hint = "; of one array make a list, [array]" if portion.ndim == 0 else ""
            raise ValueError(f"the portion has the shape {portion.shape}: give ({self._inputs}, frames){hint}")
        at, count = 0, portion.shape[-1]
        while at < count:
            if self.frames == 0 and count - at >= self._block:
                yield portion[..., at : at + self._block]
                at += self._block
                continue
            if self._samples is None or self.frames == 0:
                self._samples = np.zeros((*portion.shape[:-1], self._block), portion.dtype)
            taken = min(count - at, self._block - self.frames)
            if self._samples.dtype != portion.dtype:
                self._samples = self._samples.astype(np.result_type(self._samples, portion))
            self._samples[..., self.frames : self.frames + taken] = portion[..., at : at + taken]
            at, self.frames = at + taken, self.frames + taken
            if self.frames == self._block:
                self.frames = 0
                yield self._samples

    def completed(self) -> NDArray[Any]:
        assert self._samples is not None
        self._samples[..., self.frames :] = 0
        return self._samples


def _listed(routes: Routes) -> list[tuple[int, int, Any, float, int]]:
    """Routes as the library reads them."""
    # Arrays, and what becomes one, such as a Series of pandas, are taps.
    if hasattr(routes, "__array__") or (isinstance(routes, (list, tuple)) and routes and not isinstance(routes[0], (tuple, list, np.ndarray))):
        routes = [Route(0, 0, np.asarray(routes))]
    if isinstance(routes, str) or not isinstance(routes, Iterable):
        raise TypeError(f"routes must be a list of Route, or the taps of one, not {routes!r}")
    listed = []
    for n, route in enumerate(routes):
        if not isinstance(route, (tuple, list)) or not 3 <= len(route) <= 5:
            raise TypeError(f"routes[{n}]: a route is (input, output, taps, gain, delay), not {route!r}")
        made = Route(*route)
        taps = np.asarray(made.taps)
        if taps.ndim != 1 or taps.dtype.kind not in "biuf":
            raise TypeError(f"routes[{n}]: taps are {taps.dtype} of shape {taps.shape}: give real numbers of one dimension")
        for name, value in (("input", made.input), ("output", made.output), ("delay", made.delay)):
            _check_integer(f"routes[{n}]: {name}", value)
        if not hasattr(made.gain, "__float__"):
            raise TypeError(f"routes[{n}]: gain must be a number, not {made.gain!r}")
        listed.append((made.input, made.output, taps, made.gain, made.delay))
    return listed


def _check_integer(name: str, value: Any) -> None:
    if not hasattr(value, "__index__"):
        raise TypeError(f"{name} must be an integer, not {value!r}")
    if abs(operator.index(value)) >= 1 << 31:
        raise ValueError(f"{name} is {value}: that is far out of range")
