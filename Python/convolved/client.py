"""A client of the daemon that waits for its answers. AsyncClient is the same for asyncio."""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from types import TracebackType
from typing import Any, Literal, TypeVar

from . import calls
from .address import Address, read_address
from .calls import Call, Kernel
from .documents import ConfigurationReport, FilterChange, FilterList, KernelReport, Output, Status, VerificationReport
from .events import Event, EventReader, Pauses
from .problem import problem

T = TypeVar("T")

MOST_BYTES = 64 << 20
"""Of an answer."""
SILENCE = 10.0
"""Seconds without an event after which a connection counts as lost: levels come four times a second."""


class Client:
    """Controls a running daemon.

    address: the path of its socket, unix:PATH, or the URL of convolved-web; without one the user's own daemon, else the service.
    token: of convolved-web. timeout: seconds that an answer may take; preparing a kernel may take a minute. context: of TLS.

    Each call has a connection of its own, so that any number of threads may share a client. A call raises ProblemError where the
    daemon refuses it, OSError where the daemon is not reached. Calls return the documents of the API, as dictionaries.
    """

    def __init__(
        self,
        address: str | os.PathLike[str] | None = None,
        token: str | None = None,
        *,
        timeout: float = 75.0,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.address, self.token, self.timeout, self.context = read_address(address), token, timeout, context

    def __repr__(self) -> str:
        return f"Client({str(self.address)!r})"

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
        options = {"words": words, "format": format, "skip": skip, "take": take, "rate": rate}
        return self._send(calls.load(name, kernel, channel, resample, options))

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
        return self._send(calls.set(name, {"gain": gain, "delay": delay, "kernel": kernel, "channel": channel}))

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
        changes = {"volume": volume, "mute": mute, "bypass": bypass, "dither": dither, "ceiling": ceiling}
        return self._send(calls.output(changes))

    def volume(self, decibels: float) -> Output:
        """From -120 to 0."""
        return self.output(volume=decibels)

    def mute(self) -> Output:
        return self.output(mute=True)

    def unmute(self) -> Output:
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
    ) -> dict[str, Any]:
        """A filter's response: magnitudes, phases, group delays, impulse and step."""
        return self._send(calls.filter_response(name, {"points": points, "samples": samples, "start": start, "frames": frames}))

    def output_response(
        self,
        output: int,
        *,
        input: int | None = None,
        points: int | None = None,
        samples: int | None = None,
        start: int | None = None,
        frames: int | None = None,
    ) -> dict[str, Any]:
        """The response of all routes from one input to one output."""
        options = {"input": input, "points": points, "samples": samples, "start": start, "frames": frames}
        return self._send(calls.output_response(output, options))

    def presets(self) -> dict[str, Any]:
        """The sets of filters that are held ready."""
        return self._send(calls.presets())

    def save_preset(self, name: str, changes: Mapping[str, FilterChange] | None = None) -> dict[str, Any]:
        """Holds what is in force ready, or what it would be with these changes."""
        return self._send(calls.save_preset(name, changes))

    def activate(self, name: str, *, match: list[str] | bool | None = None, trim: float | None = None) -> dict[str, Any]:
        """Switches to a preset by one cross-fade. match: presets that it is compared with; trim: dB on all outputs."""
        return self._send(calls.activate(name, match, trim))

    def delete_preset(self, name: str) -> dict[str, Any]:
        """Forgets a preset; what is heard stays."""
        return self._send(calls.delete_preset(name))

    def _send(self, call: Call[T]) -> T:
        connection = connected(self.address, self.context, self.timeout)
        with closing(connection), closing(ask(connection, self.address, call, self.token)) as answer:
            body = answer.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise ConnectionError(f"{self.address}: the answer has more than {MOST_BYTES} bytes")
        if not 200 <= answer.status < 300:
            raise problem(answer.status, body)
        return call.read(body)


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
        connection = connected(client.address, client.context, SILENCE)
        # The connection forgets its socket once it has an answer that ends with it.
        self._socket = connection.sock
        try:
            if self._closed.is_set():
                return
            with closing(ask(connection, client.address, Call("GET", "/v1/events", bytes), client.token)) as answer:
                if answer.status != 200:
                    refused = problem(answer.status, answer.read(MOST_BYTES))
                    raise ConnectionError(str(refused)) if answer.status == 503 else refused
                reader = EventReader()
                while portion := answer.read1(1 << 16):
                    yield from reader.read(portion)
        finally:
            self._socket = None
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        end = time.monotonic() + (self.timeout or 0)
        while True:
            self.sock = socket.socket(socket.AF_UNIX)
            self.sock.settimeout(self.timeout)
            try:
                return self.sock.connect(self._path)
            except BlockingIOError:  # Many wait to be accepted.
                self.sock.close()
                if time.monotonic() > end:
                    raise
                time.sleep(0.02)
            except OSError:
                self.sock.close()
                raise


def connected(address: Address, context: ssl.SSLContext | None, timeout: float) -> http.client.HTTPConnection:
    """A connection. Raises OSError with the address."""
    connection: http.client.HTTPConnection
    if address.path:
        connection = _UnixConnection(address.path, timeout)
    elif address.is_secure:
        connection = http.client.HTTPSConnection(address.host, address.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout)
    try:
        connection.connect()
    except OSError as error:
        raise named(error, address) from None
    return connection


def named(error: OSError, address: Address) -> OSError:
    """The same error, which says where."""
    if error.errno is None:
        return type(error)(f"{address}: {error}")
    return OSError(error.errno, os.strerror(error.errno), str(address))


def fields(address: Address, call: Call[Any], token: str | None) -> dict[str, str]:
    """The header of a request."""
    header = {"Host": address.host_field, "Connection": "close"}
    if call.body is not None:
        header["Content-Length"] = str(len(call.body))
    if call.content_type:
        header["Content-Type"] = call.content_type
    if token is not None:
        if not re.fullmatch(r"[!-~]+", token):
            raise ValueError("the token holds other characters than letters, digits and signs of ASCII")
        header["Authorization"] = f"Bearer {token}"
    return header


def ask(connection: http.client.HTTPConnection, address: Address, call: Call[Any], token: str | None) -> http.client.HTTPResponse:
    """Sends a request, and returns the answer's head."""
    try:
        connection.request(call.method, address.prefix + call.target, call.body, fields(address, call, token))
    except (BrokenPipeError, ConnectionResetError):
        pass  # Whoever refuses may answer before everything is read, and close: what it said is read next.
    return connection.getresponse()
