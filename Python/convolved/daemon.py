"""What Client and AsyncClient share: where a daemon is, how a request begins, and what an answer means."""

from __future__ import annotations

import inspect
import os
import re
import socket
import ssl
from collections.abc import Callable
from typing import Any, TypeVar

from .address import read_address
from .calls import Call
from .problem import problem

M = TypeVar("M", bound=Callable[..., Any])
T = TypeVar("T")

MOST_BYTES = 64 << 20
"""Of an answer."""
SILENCE = 10.0
"""Seconds without an event after which a connection counts as lost: levels come four times a second."""


class Daemon:
    """A daemon at an address."""

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
        return f"{type(self).__name__}({str(self.address)!r})"

    def _fields(self, call: Call[Any]) -> dict[str, str]:
        """The header of a request."""
        header = {"Host": self.address.host_field, "Connection": "close"}
        if call.body is not None:
            header["Content-Length"] = str(len(call.body))
        if call.content_type:
            header["Content-Type"] = call.content_type
        if self.token is not None:
            if not re.fullmatch(r"[!-~]+", self.token):
                raise ValueError("the token holds other characters than letters, digits and signs of ASCII")
            header["Authorization"] = f"Bearer {self.token}"
        return header

    def _result(self, call: Call[T], status: int, body: bytes) -> T:
        """What an answer holds. Raises ProblemError where it is a refusal."""
        if len(body) > MOST_BYTES:
            raise ConnectionError(f"{self.address}: the answer has more than {MOST_BYTES} bytes")
        if not 200 <= status < 300:
            raise problem(status, body)
        return call.read(body)

    def _unreached(self, error: OSError) -> OSError:
        """The same error, which says where, and what to do."""
        if error.errno is None:
            return type(error)(f"{self.address}: {error}")
        said = error.strerror or os.strerror(error.errno)
        if advice := self._advice(error):
            said += f": {advice}"
        if isinstance(error, (ssl.SSLError, socket.gaierror)):  # Their numbers are none of the system's.
            return type(error)(error.errno, f"{said}: {self.address}")
        return OSError(error.errno, said, str(self.address))

    def _advice(self, error: OSError) -> str | None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return "give context=ssl.create_default_context(cafile=...) to trust a certificate of your own"
        if isinstance(error, PermissionError):
            return "the socket's or its folder's owner and mode do not allow it to this user"
        if self.address.path is None:
            return "start convolved-web, or give the URL that it prints" if isinstance(error, ConnectionRefusedError) else None
        if isinstance(error, (FileNotFoundError, NotADirectoryError, ConnectionRefusedError)):
            return f"start the daemon (convolved --config FILE), or say where its socket is: {type(self).__name__}(PATH)"
        return None


def describe(method: M, call: Callable[..., Call[Any]], owner: str) -> M:
    """Gives a client's method the name, text and signature of its call."""
    method.__name__, method.__qualname__, method.__doc__ = call.__name__, f"{owner}.{call.__name__}", call.__doc__
    signature = inspect.signature(call)
    client = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    answer = str(signature.return_annotation).removeprefix("Call[").removesuffix("]")
    described = signature.replace(parameters=[client, *signature.parameters.values()], return_annotation=answer)
    method.__signature__ = described  # type: ignore[attr-defined]
    return method


def refusal_of_events(status: int, body: bytes) -> Exception:
    """Why there are no events. ConnectionError where a later request may be answered."""
    refused = problem(status, body)
    return ConnectionError(str(refused)) if status == 503 else refused
