"""Where a daemon is: a Unix socket, or a page of convolved-web."""

from __future__ import annotations

import os
from typing import NamedTuple
from urllib.parse import urlsplit

_SOCKET = "convolved.sock"
_FORMS = "give a socket's path, unix:PATH, http://HOST:PORT or https://HOST:PORT"


class Address(NamedTuple):
    """A Unix socket's `path`, or `host` and `port`, with TLS where `is_secure`."""

    path: str | None
    host: str = "localhost"
    port: int | None = None
    is_secure: bool = False
    prefix: str = ""

    def __str__(self) -> str:
        return self.path or f"{'https' if self.is_secure else 'http'}://{self.host}:{self.port}{self.prefix}"

    @property
    def host_field(self) -> str:
        """The field Host of a request."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.path or self.port in (None, 443 if self.is_secure else 80) else f"{name}:{self.port}"


def read_address(text: str | os.PathLike[str] | None) -> Address:
    """The address of a path, of unix:PATH, or of a URL; of None: $XDG_RUNTIME_DIR/convolved.sock where there is one, else the
    service's socket."""
    if text is None:
        own = os.path.join(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", _SOCKET)
        return Address(own if os.path.exists(own) else f"/run/convolved/{_SOCKET}")
    if not isinstance(text, (str, os.PathLike)):
        raise TypeError(f"address must be text or a path, not {text!r}: {_FORMS}")
    text = os.fspath(text)
    if "://" not in text:
        path = text.removeprefix("unix:")
        if not path:
            raise ValueError(f"{text!r}: {_FORMS}")
        return Address(path)
    parts = urlsplit(text)
    is_secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if is_secure else 80)
    except ValueError as error:
        raise ValueError(f"{text}: {error}: {_FORMS}") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"{text}: {_FORMS}")
    return Address(None, parts.hostname, port, is_secure, parts.path.rstrip("/"))
