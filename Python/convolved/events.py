"""Server-sent events of a daemon."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

_MOST_BYTES = 1 << 22


class Event(NamedTuple):
    """name: state, xruns, changes, realtime or levels. data: its document, of which docs/control-api.md says what it holds."""

    name: str
    data: Any


class EventReader:
    """Makes events of the bytes of a stream, which come in any portions."""

    def __init__(self) -> None:
        self._rest = b""
        self._name, self._data = "message", list[bytes]()

    def read(self, portion: bytes) -> list[Event]:
        """The events that `portion` completes. Raises ValueError for an event of more than 4 MiB, and for what is no JSON."""
        *lines, self._rest = (self._rest + portion).split(b"\n")
        if len(self._rest) + sum(map(len, self._data)) > _MOST_BYTES:
            raise ValueError(f"an event has more than {_MOST_BYTES} bytes")
        return [event for line in lines if (event := self._take(line.removesuffix(b"\r")))]

    def _take(self, line: bytes) -> Event | None:
        if line:
            field, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if field == b"event":
                self._name = value.decode()
            elif field == b"data":
                self._data.append(value)
            return None
        name, data = self._name, self._data
        self._name, self._data = "message", []
        return Event(name, json.loads(b"\n".join(data))) if data else None


class Pauses:
    """How long to wait before each further try: from a tenth of a second to two. Raises what went wrong once patience is over."""

    def __init__(self, patience: float | None) -> None:
        self._patience = patience
        self.reset()

    def reset(self) -> None:
        self._waited, self._next = 0.0, 0.1

    def after(self, error: Exception) -> float:
        if self._patience is not None and self._waited >= self._patience:
            raise error
        pause, self._next = self._next, min(2.0, 2 * self._next)
        self._waited += pause
        return pause
