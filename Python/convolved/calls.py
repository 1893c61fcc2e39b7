"""The calls of Client and AsyncClient: what each takes, sends and answers. Both make a method of each."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, Union, cast
from urllib.parse import quote, urlencode

import numpy as np
from numpy.typing import NDArray

from .documents import ConfigurationReport, FilterChange, FilterList, FilterResponse, KernelReport, Output
from .documents import PresetList, PresetReport, PresetUse, Status, VerificationReport

T = TypeVar("T")

Kernel = Union[str, "os.PathLike[str]", bytes, NDArray[Any]]
"""A kernel file's path, a kernel file's bytes, or taps."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """A request, and what reads its answer."""

    method: str
    target: str
    read: Callable[[bytes], T]
    body: bytes | None = None
    content_type: str | None = None


def _document(body: bytes) -> Any:
    return json.loads(body)


def _text(body: bytes) -> str:
    return body.decode()


def _given(**members: Any) -> dict[str, Any]:
    """Without what is None."""
    return {name: value for name, value in members.items() if value is not None}


def _query(**parameters: Any) -> str:
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in _given(**parameters).items()}
    return "?" + urlencode(given, quote_via=quote) if given else ""


def _json(method: str, target: str, document: Any) -> Call[Any]:
    return Call(method, target, _document, json.dumps(document, allow_nan=False).encode(), "application/json")


def _configuration(text: str | bytes) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _kernel(kernel: Kernel) -> tuple[bytes, str | None]:
    """A kernel file, and what it is called."""
    if isinstance(kernel, bytes):
        return kernel, None
    if isinstance(kernel, np.ndarray):
        if kernel.dtype.kind not in "biuf":
            raise TypeError(f"the taps are {kernel.dtype}: give real numbers")
        file = io.BytesIO()
        np.save(file, kernel, allow_pickle=False)
        return file.getvalue(), None
    if not isinstance(kernel, (str, os.PathLike)):
        raise TypeError(f"kernel must be a kernel file's path or bytes, or taps as an array (np.array), not {kernel!r}")
    with open(kernel, "rb") as opened:
        return opened.read(), os.path.basename(os.fspath(kernel))


def _name(name: str) -> str:
    return quote(name, safe="")


def status() -> Call[Status]:
    """What the daemon does. Levels are peaks since the last request."""
    return Call("GET", "/v1/status", _document)


def load(
    name: str,
    kernel: Kernel,
    *,
    channel: int = 0,
    resample: bool | None = None,
    words: str | None = None,
    format: str | None = None,
    skip: int | None = None,
    take: int | None = None,
    rate: int | None = None,
) -> Call[KernelReport]:
    """Gives a filter another kernel: a file's path or bytes, or an array of taps. Returns when it is heard."""
    body, shown = _kernel(kernel)
    query = _query(channel=channel or None, resample=resample, name=shown, words=words, format=format, skip=skip, take=take, rate=rate)
    return Call("PUT", f"/v1/filters/{_name(name)}/kernel{query}", _document, body, "application/octet-stream")


def set(
    name: str,
    *,
    gain: float | None = None,
    delay: int | None = None,
    kernel: str | None = None,
    channel: int | None = None,
) -> Call[FilterList]:
    """Changes a filter: gain in dB, delay in frames, a kernel's path or words as the daemon sees it. Returns when it is heard."""
    return change({name: cast(FilterChange, _given(gain=gain, delay=delay, kernel=kernel, channel=channel))})


def change(filters: Mapping[str, FilterChange]) -> Call[FilterList]:
    """Changes several filters in one step, or none: {"left": {"gain": -3}, "right": {"gain": -3}}."""
    return _json("PATCH", "/v1/filters", filters)


def output(
    *,
    volume: float | None = None,
    mute: bool | None = None,
    bypass: bool | None = None,
    dither: Literal["none", "tpdf"] | None = None,
    ceiling: float | Literal["none"] | None = None,
) -> Call[Output]:
    """Changes what is given: volume and ceiling in dB."""
    return _json("PATCH", "/v1/output", _given(volume=volume, mute=mute, bypass=bypass, dither=dither, ceiling=ceiling))


def volume(decibels: float) -> Call[Output]:
    """From -120 to 0."""
    return output(volume=decibels)


def mute() -> Call[Output]:
    """Silences the outputs, by a short ramp."""
    return output(mute=True)


def unmute() -> Call[Output]:
    """Ends `mute`, and what the ceiling has silenced."""
    return output(mute=False)


def bypass(is_on: bool) -> Call[Output]:
    """Replaces each kernel by an impulse at its peak, or brings it back."""
    return output(bypass=is_on)


def configuration() -> Call[str]:
    """The text of the configuration in force."""
    return Call("GET", "/v1/config", _text)


def configure(text: str | bytes) -> Call[ConfigurationReport]:
    """Puts another configuration in its place, all or nothing."""
    return Call("PUT", "/v1/config", _document, _configuration(text), "application/yaml")


def check(text: str | bytes, folder: str | os.PathLike[str] | None = None) -> Call[ConfigurationReport]:
    """Validates a configuration, and changes nothing. folder: that relative paths start from."""
    target = "/v1/config/check" + _query(folder=None if folder is None else os.path.abspath(folder))
    return Call("POST", target, _document, _configuration(text), "application/yaml")


def reload() -> Call[ConfigurationReport]:
    """Reads the configuration's file and its kernels again."""
    return Call("POST", "/v1/config/reload", _document, b"")


def verify(seconds: float = 10, seed: int | None = None) -> Call[VerificationReport]:
    """Compares a copy of the engine with np.convolve."""
    return _json("POST", "/v1/verify", _given(seconds=seconds, seed=seed))


def metrics() -> Call[str]:
    """In Prometheus' text format."""
    return Call("GET", "/metrics", _text)


def description() -> Call[dict[str, Any]]:
    """The API's own description: OpenAPI 3.1."""
    return Call("GET", "/v1/openapi.json", _document)


def response(
    name: str,
    *,
    points: int | None = None,
    samples: int | None = None,
    start: int | None = None,
    frames: int | None = None,
) -> Call[FilterResponse]:
    """How a filter responds, its gain and delay included: `magnitudes` (dB), `phases` and `groupDelays` at `points` frequencies
    from 10 Hz to half the rate, 512 without it; `impulse` and `stepResponse` in at most `samples` points, 1,024 without it, of
    `frames` frames from frame `start` on, the first 4,096 about the peak without them."""
    query = _query(points=points, samples=samples, start=start, frames=frames)
    return Call("GET", f"/v1/filters/{_name(name)}/response{query}", _document)


def output_response(
    output: int,
    *,
    input: int | None = None,
    points: int | None = None,
    samples: int | None = None,
    start: int | None = None,
    frames: int | None = None,
) -> Call[FilterResponse]:
    """The same of the sum of all filters that lead from an input, 0 without it, to an output."""
    query = _query(input=input, points=points, samples=samples, start=start, frames=frames)
    return Call("GET", f"/v1/outputs/{output}/response{query}", _document)


def presets() -> Call[PresetList]:
    """The presets, with level, main peak, and why one cannot be activated now. A preset is a kernel, a gain and a delay for every
    filter, held ready under a name."""
    return Call("GET", "/v1/presets", _document)


def save_preset(name: str, changes: Mapping[str, FilterChange] | None = None) -> Call[PresetReport]:
    """Saves the filters in force as a preset, with changes like those of `change`, which are not heard."""
    return _json("PUT", f"/v1/presets/{_name(name)}", changes or {})


def activate(name: str, *, match: list[str] | Literal[True] | None = None, trim: float | None = None) -> Call[PresetUse]:
    """Switches to a preset by one cross-fade. Returns when it is heard. match: presets (True: all) at whose quietest level and
    latest peak it is played, for comparing; trim: dB of all outputs, -120 to 0."""
    return _json("POST", f"/v1/presets/{_name(name)}/activate", _given(match=match, trim=trim))


def delete_preset(name: str) -> Call[PresetList]:
    """Deletes a preset, and returns those that are left. What is heard stays."""
    return Call("DELETE", f"/v1/presets/{_name(name)}", _document)


def events() -> Call[bytes]:
    return Call("GET", "/v1/events", bytes)
