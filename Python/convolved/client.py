"""A client of the daemon that waits for its answers. AsyncClient is the same for asyncio."""

from __future__ import annotations

import http.client
import os
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from types import TracebackType
from typing import Any, Literal, TypeVar

from . import calls
from .calls import Call, Kernel
from .connection import ask, connected
from .daemon import MOST_BYTES, SILENCE, Daemon, refusal_of_events
from .documents import ConfigurationReport, FilterChange, FilterList, FilterResponse, KernelReport, Output
from .documents import PresetList, PresetReport, PresetUse, Status, VerificationReport
from .events import Event, EventReader, Pauses

T = TypeVar("T")


class Client(Daemon):
    """Controls a running daemon.

    address: the path of its socket, unix:PATH, or the URL of convolved-web; without one the user's own daemon, else the service.
    token: of convolved-web. timeout: seconds that an answer may take; preparing a kernel may take a minute. context: of TLS.

    Each call has a connection of its own, so that any number of threads may share a client. A call raises ProblemError where the
    daemon refuses it, OSError where the daemon is not reached. Calls return the documents of the API, as dictionaries.
    """

    def status(self) -> Status:
        """What the daemon does. Levels are peaks since the last request."""
        return self._send(calls.status())

    def events(self, *names: str, patience: float | None = None) -> Events:
        """Events as they come, of these names or of all: an iterator, which connects again where the connection is lost. patience:
        seconds of pauses after which it raises what is wrong instead; None: it never does."""
        return Events(self, names, patience)

    def load(
        self,
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
    ) -> KernelReport:
        """Gives a filter another kernel: a file's path or bytes, or an array of taps. Returns when it is heard."""
        return self._send(calls.load(name, kernel, channel, resample, words, format, skip, take, rate))

    def set(
        self,
        name: str,
        *,
        gain: float | None = None,
        delay: int | None = None,
        kernel: str | None = None,
        channel: int | None = None,
    ) -> FilterList:
        """Changes a filter: gain in dB, delay in frames, a kernel's path or words as the daemon sees it. Returns when it is heard."""
        return self._send(calls.set(name, gain, delay, kernel, channel))

    def change(self, filters: Mapping[str, FilterChange]) -> FilterList:
        """Changes several filters in one step, or none: {"left": {"gain": -3}, "right": {"gain": -3}}."""
        return self._send(calls.change(filters))

    def output(
        self,
        *,
        volume: float | None = None,
        mute: bool | None = None,
        bypass: bool | None = None,
        dither: Literal["none", "tpdf"] | None = None,
        ceiling: float | Literal["none"] | None = None,
    ) -> Output:
        """Changes what is given: volume and ceiling in dB."""
        return self._send(calls.output(volume, mute, bypass, dither, ceiling))

    def volume(self, decibels: float) -> Output:
        """From -120 to 0."""
        return self.output(volume=decibels)

    def mute(self) -> Output:
        """Silences the outputs, by a short ramp."""
        return self.output(mute=True)

    def unmute(self) -> Output:
        """Ends `mute`, and what the ceiling has silenced."""
        return self.output(mute=False)

    def bypass(self, is_on: bool) -> Output:
        """Replaces each kernel by an impulse at its peak, or brings it back."""
        return self.output(bypass=is_on)

    def configuration(self) -> str:
        """The text of the configuration in force."""
        return self._send(calls.configuration())

    def configure(self, text: str | bytes) -> ConfigurationReport:
        """Puts another configuration in its place, all or nothing."""
        return self._send(calls.configure(text))

    def check(self, text: str | bytes, folder: str | os.PathLike[str] | None = None) -> ConfigurationReport:
        """Validates a configuration, and changes nothing. folder: that relative paths start from."""
        return self._send(calls.check(text, folder))

    def reload(self) -> ConfigurationReport:
        """Reads the configuration's file and its kernels again."""
        return self._send(calls.reload())

    def verify(self, seconds: float = 10, seed: int | None = None) -> VerificationReport:
        """Compares a copy of the engine with np.convolve."""
        return self._send(calls.verify(seconds, seed))

    def metrics(self) -> str:
        """In Prometheus' text format."""
        return self._send(calls.metrics())

    def description(self) -> dict[str, Any]:
        """The API's own description: OpenAPI 3.1."""
        return self._send(calls.description())

    def response(
        self,
        name: str,
        *,
        points: int | None = None,
        samples: int | None = None,
        start: int | None = None,
        frames: int | None = None,
    ) -> FilterResponse:
        """How a filter responds, its gain and delay included: `magnitudes` (dB), `phases` and `groupDelays` at `points` frequencies
        from 10 Hz to half the rate, 512 without it; `impulse` and `stepResponse` in at most `samples` points, 1,024 without it, of
        `frames` frames from frame `start` on, the first 4,096 about the peak without them."""
        return self._send(calls.filter_response(name, points, samples, start, frames))

    def output_response(
        self,
        output: int,
        *,
        input: int | None = None,
        points: int | None = None,
        samples: int | None = None,
        start: int | None = None,
        frames: int | None = None,
    ) -> FilterResponse:
        """The same of the sum of all filters that lead from an input, 0 without it, to an output."""
        return self._send(calls.output_response(output, input, points, samples, start, frames))

    def presets(self) -> PresetList:
        """The presets, with level, main peak, and why one cannot be activated now. A preset is a kernel, a gain and a delay for every
        filter, held ready under a name."""
        return self._send(calls.presets())

    def save_preset(self, name: str, changes: Mapping[str, FilterChange] | None = None) -> PresetReport:
        """Saves the filters in force as a preset, with changes like those of `change`, which are not heard."""
        return self._send(calls.save_preset(name, changes))

    def activate(self, name: str, *, match: list[str] | Literal[True] | None = None, trim: float | None = None) -> PresetUse:
        """Switches to a preset by one cross-fade. Returns when it is heard. match: presets (True: all) at whose quietest level and
        latest peak it is played, for comparing; trim: dB of all outputs, -120 to 0."""
        return self._send(calls.activate(name, match, trim))

    def delete_preset(self, name: str) -> PresetList:
        """Deletes a preset, and returns those that are left. What is heard stays."""
        return self._send(calls.delete_preset(name))

    def _send(self, call: Call[T]) -> T:
        with closing(self._connected(self.timeout)) as connection, closing(self._asked(connection, call)) as answer:
            return self._result(call, answer.status, answer.read(MOST_BYTES + 1))

    def _connected(self, timeout: float) -> http.client.HTTPConnection:
        try:
            return connected(self.address, self.context, timeout)
        except OSError as error:
            raise self._unreached(error) from None

    def _asked(self, connection: http.client.HTTPConnection, call: Call[Any]) -> http.client.HTTPResponse:
        return ask(connection, self.address.prefix + call.target, call, self._fields(call))


class Events(Iterator[Event]):
    """An iterator over events. close ends it, from another thread too."""

    def __init__(self, client: Client, names: tuple[str, ...], patience: float | None) -> None:
        self._client, self._names, self._pauses = client, names, Pauses(patience)
        self._socket: socket.socket | None = None
        self._closed = threading.Event()
        self._stream = self._read()

    def __next__(self) -> Event:
        return next(self._stream)

    def close(self) -> None:
        self._closed.set()
        if opened := self._socket:
            with suppress(OSError):
                opened.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Events:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _read(self) -> Iterator[Event]:
        while not self._closed.is_set():
            try:
                for event in self._connected():
                    self._pauses.reset()
                    if not self._names or event.name in self._names:
                        yield event
                    if self._closed.is_set():
                        return
                error: Exception = ConnectionError(f"{self._client.address}: the daemon has ended the events")
            except (OSError, http.client.HTTPException) as raised:
                error = raised
            if not self._closed.is_set():
                self._closed.wait(self._pauses.after(error))

    def _connected(self) -> Iterator[Event]:
        """Events of one connection."""
        client = self._client
        connection = client._connected(SILENCE)
        # The connection forgets its socket once it has an answer that ends with it.
        self._socket = connection.sock
        try:
            if self._closed.is_set():
                return
            with closing(client._asked(connection, calls.events())) as answer:
                if answer.status != 200:
                    raise refusal_of_events(answer.status, answer.read(MOST_BYTES))
                reader = EventReader()
                while portion := answer.read1(1 << 16):
                    yield from reader.read(portion)
        finally:
            self._socket = None
            connection.close()
