"""Connections that wait, over a Unix socket or TCP."""

from __future__ import annotations

import http.client
import socket
import ssl
import time

from .address import Address
from .calls import Call


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
    """A connection. Raises OSError."""
    connection: http.client.HTTPConnection
    if address.path:
        connection = _UnixConnection(address.path, timeout)
    elif address.is_secure:
        connection = http.client.HTTPSConnection(address.host, address.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(address.host, address.port, timeout=timeout)
    connection.connect()
    return connection


def ask(connection: http.client.HTTPConnection, target: str, call: Call[object], fields: dict[str, str]) -> http.client.HTTPResponse:
    """Sends a request, and returns the answer's head."""
    try:
        connection.request(call.method, target, call.body, fields)
    except (BrokenPipeError, ConnectionResetError):
        pass  # Whoever refuses may answer before everything is read, and close: what it said is read next.
    return connection.getresponse()
