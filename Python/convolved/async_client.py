"""The client for asyncio. Its calls are those of Client; a task that is cancelled breaks its request off."""

from __future__ import annotations

import asyncio
import http.client
import io
import os
import re
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from email.message import Message
from typing import Any, Literal, TypeVar

from . import calls
from .calls import Call, Kernel
from .client import Client
from .daemon import MOST_BYTES, SILENCE, Daemon, refusal_of_events
from .documents import ConfigurationReport, FilterChange, FilterList, FilterResponse, KernelReport, Output
from .documents import PresetList, PresetReport, PresetUse, Status, VerificationReport
from .events import Event, EventReader, Pauses

T = TypeVar("T")


def _described(kind: type[AsyncClient]) -> type[AsyncClient]:
    """Gives each call the text of Client's."""
    for name, call in vars(kind).items():
        if not name.startswith("_") and not call.__doc__:
            call.__doc__ = getattr(Client, name).__doc__
    return kind


@_described
class AsyncClient(Daemon):
    """Controls a running daemon, as Client does: the same arguments, calls and errors. A task that is cancelled breaks its call off."""

    async def status(self) -> Status:
        return await self._send(calls.status())

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

    async def load(
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
        # Reads the kernel's file.
        return await self._send(await asyncio.to_thread(calls.load, name, kernel, channel, resample, words, format, skip, take, rate))

    async def set(
        self,
        name: str,
        *,
        gain: float | None = None,
        delay: int | None = None,
        kernel: str | None = None,
        channel: int | None = None,
    ) -> FilterList:
        return await self._send(calls.set(name, gain, delay, kernel, channel))

    async def change(self, filters: Mapping[str, FilterChange]) -> FilterList:
        return await self._send(calls.change(filters))

    async def output(
        self,
        *,
        volume: float | None = None,
        mute: bool | None = None,
        bypass: bool | None = None,
        dither: Literal["none", "tpdf"] | None = None,
        ceiling: float | Literal["none"] | None = None,
    ) -> Output:
        return await self._send(calls.output(volume, mute, bypass, dither, ceiling))

    async def volume(self, decibels: float) -> Output:
        return await self.output(volume=decibels)

    async def mute(self) -> Output:
        return await self.output(mute=True)

    async def unmute(self) -> Output:
        return await self.output(mute=False)

    async def bypass(self, is_on: bool) -> Output:
        return await self.output(bypass=is_on)

    async def configuration(self) -> str:
        return await self._send(calls.configuration())

    async def configure(self, text: str | bytes) -> ConfigurationReport:
        return await self._send(calls.configure(text))

    async def check(self, text: str | bytes, folder: str | os.PathLike[str] | None = None) -> ConfigurationReport:
        return await self._send(calls.check(text, folder))

    async def reload(self) -> ConfigurationReport:
        return await self._send(calls.reload())

    async def verify(self, seconds: float = 10, seed: int | None = None) -> VerificationReport:
        return await self._send(calls.verify(seconds, seed))

    async def metrics(self) -> str:
        return await self._send(calls.metrics())

    async def description(self) -> dict[str, Any]:
        return await self._send(calls.description())

    async def response(
        self,
        name: str,
        *,
        points: int | None = None,
        samples: int | None = None,
        start: int | None = None,
        frames: int | None = None,
    ) -> FilterResponse:
        return await self._send(calls.filter_response(name, points, samples, start, frames))

    async def output_response(
        self,
        output: int,
        *,
        input: int | None = None,
        points: int | None = None,
        samples: int | None = None,
        start: int | None = None,
        frames: int | None = None,
    ) -> FilterResponse:
        return await self._send(calls.output_response(output, input, points, samples, start, frames))

    async def presets(self) -> PresetList:
        return await self._send(calls.presets())

    async def save_preset(self, name: str, changes: Mapping[str, FilterChange] | None = None) -> PresetReport:
        return await self._send(calls.save_preset(name, changes))

    async def activate(self, name: str, *, match: list[str] | Literal[True] | None = None, trim: float | None = None) -> PresetUse:
        return await self._send(calls.activate(name, match, trim))

    async def delete_preset(self, name: str) -> PresetList:
        return await self._send(calls.delete_preset(name))

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
