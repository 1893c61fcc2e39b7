"""Requests to the daemon and what their answers hold, for Client and AsyncClient alike."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, Union, cast
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


def _name(name: str) -> str:
    return quote(name, safe="")


def status() -> Call[Status]:
    return Call("GET", "/v1/status", _document)


def configuration() -> Call[str]:
    return Call("GET", "/v1/config", _text)


def configure(text: str | bytes) -> Call[ConfigurationReport]:
    return Call("PUT", "/v1/config", _document, _configuration(text), "application/yaml")


def check(text: str | bytes, folder: str | os.PathLike[str] | None) -> Call[ConfigurationReport]:
    target = "/v1/config/check" + _query(folder=None if folder is None else os.path.abspath(folder))
    return Call("POST", target, _document, _configuration(text), "application/yaml")


def reload() -> Call[ConfigurationReport]:
    return Call("POST", "/v1/config/reload", _document, b"")


def change(filters: Mapping[str, FilterChange]) -> Call[FilterList]:
    return _json("PATCH", "/v1/filters", filters)


def set(name: str, gain: float | None, delay: int | None, kernel: str | None, channel: int | None) -> Call[FilterList]:
    return change({name: cast(FilterChange, _given(gain=gain, delay=delay, kernel=kernel, channel=channel))})


def load(
    name: str,
    kernel: Kernel,
    channel: int,
    resample: bool | None,
    words: str | None,
    format: str | None,
    skip: int | None,
    take: int | None,
    rate: int | None,
) -> Call[KernelReport]:
    body, shown = _kernel(kernel)
    query = _query(channel=channel or None, resample=resample, name=shown, words=words, format=format, skip=skip, take=take, rate=rate)
    return Call("PUT", f"/v1/filters/{_name(name)}/kernel{query}", _document, body, "application/octet-stream")


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


def output(
    volume: float | None, mute: bool | None, bypass: bool | None, dither: str | None, ceiling: float | str | None
) -> Call[Output]:
    return _json("PATCH", "/v1/output", _given(volume=volume, mute=mute, bypass=bypass, dither=dither, ceiling=ceiling))


def verify(seconds: float, seed: int | None) -> Call[VerificationReport]:
    return _json("POST", "/v1/verify", _given(seconds=seconds, seed=seed))


def events() -> Call[bytes]:
    return Call("GET", "/v1/events", bytes)


def metrics() -> Call[str]:
    return Call("GET", "/metrics", _text)


def description() -> Call[dict[str, Any]]:
    return Call("GET", "/v1/openapi.json", _document)


def filter_response(
    name: str, points: int | None, samples: int | None, start: int | None, frames: int | None
) -> Call[FilterResponse]:
    query = _query(points=points, samples=samples, start=start, frames=frames)
    return Call("GET", f"/v1/filters/{_name(name)}/response{query}", _document)


def output_response(
    output: int, input: int | None, points: int | None, samples: int | None, start: int | None, frames: int | None
) -> Call[FilterResponse]:
    query = _query(input=input, points=points, samples=samples, start=start, frames=frames)
    return Call("GET", f"/v1/outputs/{output}/response{query}", _document)


def presets() -> Call[PresetList]:
    return Call("GET", "/v1/presets", _document)


def save_preset(name: str, changes: Mapping[str, FilterChange] | None) -> Call[PresetReport]:
    return _json("PUT", f"/v1/presets/{_name(name)}", changes or {})


def activate(name: str, match: list[str] | bool | None, trim: float | None) -> Call[PresetUse]:
    return _json("POST", f"/v1/presets/{_name(name)}/activate", _given(match=match, trim=trim))


def delete_preset(name: str) -> Call[PresetList]:
    return Call("DELETE", f"/v1/presets/{_name(name)}", _document)
