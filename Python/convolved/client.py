"""A client of the daemon that waits for its answers. AsyncClient is the same for asyncio."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import calls
from .calls import Call
from .connection import ask, connected
from .daemon import MOST_BYTES, SILENCE, Daemon, describe, refusal_of_events
from .events import Event, EventReader, Pauses

P = ParamSpec("P")
T = TypeVar("T")


def _sent(call: Callable[P, Call[T]]) -> Callable[Concatenate[Client, P], T]:
    """The method that makes a call and sends it."""

    def send(client: Client, /, *arguments: P.args, **named: P.kwargs) -> T:
        return client._send(call(*arguments, **named))

    return describe(send, call, "Client")


class Client(Daemon):
    """Controls a running daemon.

    address: the path of its socket, unix:PATH, or the URL of convolved-web; without one the user's own daemon, else the service.
    token: of convolved-web. timeout: seconds that an answer may take; preparing a kernel may take a minute. context: of TLS.

    Each call has a connection of its own, so that any number of threads may share a client. A call raises ProblemError where the
    daemon refuses it, OSError where the daemon is not reached. Calls return the documents of the API, as dictionaries.
    """

    status = _sent(calls.status)
    load = _sent(calls.load)
    set = _sent(calls.set)
    change = _sent(calls.change)
    output = _sent(calls.output)
    volume = _sent(calls.volume)
    mute = _sent(calls.mute)
    unmute = _sent(calls.unmute)
    bypass = _sent(calls.bypass)
    configuration = _sent(calls.configuration)
    configure = _sent(calls.configure)
    check = _sent(calls.check)
    reload = _sent(calls.reload)
    verify = _sent(calls.verify)
    metrics = _sent(calls.metrics)
    description = _sent(calls.description)
    response = _sent(calls.response)
    output_response = _sent(calls.output_response)
    presets = _sent(calls.presets)
    save_preset = _sent(calls.save_preset)
    activate = _sent(calls.activate)
    delete_preset = _sent(calls.delete_preset)

    def events(self, *names: str, patience: float | None = None) -> Events:
        """Events as they come, of these names or of all: an iterator, which connects again where the connection is lost. patience:
        seconds of pauses after which it raises what is wrong instead; None: it never does."""
        return Events(self, names, patience)

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
