"""A line to a road engine's HTTP service: connections are kept, and a question never takes longer than its budget."""

import json
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

from providers.routing.base import RoutingUnavailable

LARGEST_ANSWER = 30_000_000  # bytes
HEADERS = {"Accept": "application/json", "Content-Type": "application/json"}


class Line:
    """Asks one service; each thread keeps a connection of its own."""

    def __init__(self, base_url: str) -> None:
        """Connects at the first question, not here."""
        parts = urlsplit(base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("A road engine's address begins with http:// or https://.")
        self._is_secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/")
        self._kept = threading.local()

    def ask(self, path: str, body: Any = None, *, until: float) -> tuple[int, Any]:
        """Send a GET, or a POST with a body, and return the status and what the JSON says; `until` is monotonic.

        Raises:
            RoutingUnavailable: no answer in time, or none that can be read.
        """
        kept: HTTPConnection | None = getattr(self._kept, "connection", None)
        if kept is not None:
            with suppress(OSError, HTTPException):  # a kept connection may have been closed meanwhile: once more, anew
                return self._ask_over(kept, path, body, until)
        try:
            return self._ask_over(self._connect(until), path, body, until)
        except (OSError, HTTPException) as trouble:
            raise RoutingUnavailable(
                f"The road engine did not answer: {trouble or type(trouble).__name__}."
            ) from trouble

    def _connect(self, until: float) -> HTTPConnection:
        kind = HTTPSConnection if self._is_secure else HTTPConnection
        return kind(self._host, self._port, timeout=_left(until))

    def _ask_over(self, connection: HTTPConnection, path: str, body: Any, until: float) -> tuple[int, Any]:
        self._kept.connection = None
        if connection.sock is None:
            connection.connect()
        # A socket's own timeout starts anew with each byte; a service that drips would hold us for ever.
        cut = threading.Timer(_left(until), _cut, [connection.sock])
        cut.daemon = True
        cut.start()
        try:
            content = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else "POST", self._path + path, content, HEADERS)
            answer = connection.getresponse()
            content_read = answer.read(LARGEST_ANSWER + 1)
        except (OSError, HTTPException):
            connection.close()
            raise
        finally:
            cut.cancel()
        if len(content_read) > LARGEST_ANSWER:
            connection.close()
            raise RoutingUnavailable("The road engine's answer is too long.")
        self._kept.connection = connection
        try:
            return answer.status, json.loads(content_read)
        except ValueError as trouble:
            raise RoutingUnavailable("The road engine's answer could not be read.") from trouble


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("out of time")
    return left


def _cut(sock: socket.socket) -> None:
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
