"""The client for asyncio. Its calls are those of Client; a task that is cancelled breaks its request off."""

from __future__ import annotations

import asyncio
import http.client
import io
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import aclosing, asynccontextmanager
from email.message import Message
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import calls
from .calls import Call
from .daemon import MOST_BYTES, SILENCE, Daemon, describe, refusal_of_events
from .events import Event, EventReader, Pauses

P = ParamSpec("P")
T = TypeVar("T")


def _sent(
    call: Callable[P, Call[T]], reads_file: bool = False
) -> Callable[Concatenate[AsyncClient, P], Coroutine[Any, Any, T]]:
    """The method that makes a call and sends it."""

    async def send(client: AsyncClient, /, *arguments: P.args, **named: P.kwargs) -> T:
        made = await asyncio.to_thread(call, *arguments, **named) if reads_file else call(*arguments, **named)
        return await client._send(made)

    return describe(send, call, "AsyncClient")


class AsyncClient(Daemon):
    """Controls a running daemon, as Client does: the same arguments, calls and errors. A task that is cancelled breaks its call off."""

    status = _sent(calls.status)
    load = _sent(calls.load, reads_file=True)
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

    async def events(self, *names: str, patience: float | None = None) -> AsyncGenerator[Event, None]:
        """Events as they come, of these names or of all; connects again where the connection is lost. Closing the iterator
        (aclose), or cancelling its task, ends it."""
        pauses = Pauses(patience)
        while True:
            try:
                async with aclosing(self._connected_events()) as connected:
                    async for event in connected:
                        pauses.reset()
                        if not names or event.name in names:
                            yield event
                error: Exception = ConnectionError(f"{self.address}: the daemon has ended the events")
            except (OSError, EOFError, http.client.HTTPException) as raised:
                error = raised
            await asyncio.sleep(pauses.after(error))

    async def _send(self, call: Call[T]) -> T:
        async with asyncio.timeout(self.timeout), self._asked(call) as (status, portions):
            body = bytearray()
            async for portion in portions:
                body += portion
                if len(body) > MOST_BYTES:
                    break
        return self._result(call, status, bytes(body))

    async def _connected_events(self) -> AsyncGenerator[Event, None]:
        """Events of one connection."""
        async with self._asked(calls.events()) as (status, portions):
            if status != 200:
                raise refusal_of_events(status, b"".join([portion async for portion in portions]))
            reader = EventReader()
            while True:
                async with asyncio.timeout(SILENCE):
                    portion = await anext(portions, b"")
                if not portion:
                    return
                for event in reader.read(portion):
                    yield event

    @asynccontextmanager
    async def _asked(self, call: Call[Any]) -> AsyncIterator[tuple[int, AsyncIterator[bytes]]]:
        """Sends a request: the answer's status, and its body in portions. The connection ends with the context."""
        address = self.address
        try:
            if address.path:
                reader, writer = await asyncio.open_unix_connection(address.path)
            else:
                context = (self.context or ssl.create_default_context()) if address.is_secure else None
                reader, writer = await asyncio.open_connection(address.host, address.port, ssl=context)
        except OSError as error:
            raise self._unreached(error) from None
        try:
            head = [f"{call.method} {address.prefix}{call.target} HTTP/1.1"]
            head += [f"{name}: {value}" for name, value in self._fields(call).items()]
            writer.write("\r\n".join([*head, "", ""]).encode("latin-1") + (call.body or b""))
            try:
                await writer.drain()
            except (BrokenPipeError, ConnectionResetError):
                pass  # What a server said before it closed is read next.
            status, header = await _read_head(reader)
            yield status, _portions(reader, header)
        finally:
            writer.transport.abort()


async def _read_head(reader: asyncio.StreamReader) -> tuple[int, Message]:
    while True:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            raise ConnectionError("the daemon has ended the connection without an answer") from None
        except asyncio.LimitOverrunError:
            raise http.client.HTTPException("the answer's header is too long") from None
        line, _, rest = head.partition(b"\r\n")
        words = line.split(b" ", 2)
        if len(words) < 2 or not words[0].startswith(b"HTTP/1.") or not words[1].isdigit():
            raise http.client.BadStatusLine(repr(line))
        if int(words[1]) >= 200:
            return int(words[1]), http.client.parse_headers(io.BytesIO(rest))


async def _portions(reader: asyncio.StreamReader, header: Message) -> AsyncIterator[bytes]:
    """A body, whose length the header tells, or its chunks, or its end."""
    if header.get("Transfer-Encoding", "").lower() == "chunked":
        while size := _chunk_size(await reader.readline()):
            yield await reader.readexactly(size)
            await reader.readline()
        return
    length = header.get("Content-Length")
    left = None if length is None else int(length)
    while left is None or left > 0:
        portion = await reader.read(1 << 16 if left is None else min(left, 1 << 16))
        if not portion:
            if left:
                raise ConnectionError("the daemon has ended the connection within its answer")
            return
        left = None if left is None else left - len(portion)
        yield portion


def _chunk_size(line: bytes) -> int:
    digits = line.split(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", digits) or int(digits, 16) > MOST_BYTES:
        raise ConnectionError(f"the daemon's answer has a chunk of {digits[:20]!r} bytes")
    return int(digits, 16)
