"""Why a daemon refuses a request."""

from __future__ import annotations

import json
from http import HTTPStatus


class ProblemError(Exception):
    """The daemon has refused a request, and changed nothing: RFC 9457.

    status: of HTTP. title, detail: its words, those that the commands print. faults: lines and messages of a configuration.
    """

    def __init__(self, status: int, title: str, detail: str, faults: list[tuple[int, str]]) -> None:
        super().__init__("\n".join([detail or title, *(f"line {line}: {message}" for line, message in faults)]))
        self.status, self.title, self.detail, self.faults = status, title, detail, faults

    def __reduce__(self) -> tuple[type[ProblemError], tuple[int, str, str, list[tuple[int, str]]]]:
        return type(self), (self.status, self.title, self.detail, self.faults)


def problem(status: int, body: bytes) -> ProblemError:
    """Of an answer that is none of success."""
    try:
        title = HTTPStatus(status).phrase
    except ValueError:
        title = f"status {status}"
    try:
        document = json.loads(body)
        faults = [(int(fault["line"]), str(fault["message"])) for fault in document.get("faults", [])]
        return ProblemError(status, str(document.get("title", title)), str(document.get("detail", "")), faults)
    except (ValueError, TypeError, KeyError, AttributeError):
        text = body[:500].decode("utf-8", "replace").strip()
        return ProblemError(status, title, f"{status} {title}" + (f": {text}" if text else ""), [])
