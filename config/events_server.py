"""The live-events process: a plain ASGI application that streams nudges to open pages.

It reads no database. One subscription to Redis serves the whole process and is fanned out in memory. A
stream ends after 55 seconds and the browser opens the next by itself, so a deploy or a dead client never
holds a place for long.

    uvicorn config.events_server:app --port 8001
"""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings
from django.core import signing

from common.live import channels_of
from config.events_hub import Full, Hub, Reader

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

STREAM_SECONDS = 55.0
HEARTBEAT_SECONDS = 15.0
GRACE_SECONDS = 5.0
RETRY_MILLISECONDS = 1_000
PLAIN = (b"content-type", b"text/plain; charset=utf-8")
# The signed token in the address is the whole permission and no cookie counts, so any page may ask.
OPEN_TO_PAGES = [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]

hub = Hub(settings.REDIS_URL, most_streams=int(os.environ.get("EVENTS_MOST_STREAMS", "2000")))


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request, or start and stop with the server."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _answer(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    await receive()
    listening = asyncio.create_task(hub.listen())
    await send({"type": "lifespan.startup.complete"})
    await receive()
    listening.cancel()
    with suppress(asyncio.CancelledError):
        await listening
    await send({"type": "lifespan.shutdown.complete"})


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    path = scope["path"].rstrip("/")
    if path.endswith("/healthz"):
        state = b"ok\n" if hub.is_listening else b"waiting for redis\n"
        await _say(send, 200 if hub.is_listening else 503, state)
    elif path != "/events":
        await _say(send, 404, b"Nothing here.\n")
    elif scope["method"] != "GET":
        await _say(send, 405, b"Only GET.\n")
    else:
        await _open_stream(scope, receive, send)


async def _open_stream(scope: Scope, receive: Receive, send: Send) -> None:
    try:
        channels = channels_of(_token(scope))
    except signing.BadSignature:
        await _say(send, 401, b"This token is not valid any more: load the page again.\n")
        return
    try:
        with hub.reader(channels) as queue:
            await _stream(queue, receive, send)
    except Full:
        await _say(send, 503, b"Too many open streams: poll instead.\n", [(b"retry-after", b"30")])


def _token(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("token", [""])[0]


async def _stream(queue: Reader, receive: Receive, send: Send) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *OPEN_TO_PAGES,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await _more(send, f"retry: {RETRY_MILLISECONDS}\n: open\n\n".encode())
    gone = asyncio.create_task(_leave_with(receive, queue))
    try:
        async with asyncio.timeout(STREAM_SECONDS + GRACE_SECONDS):  # a page that stopped reading blocks the sending
            await _pump(queue, send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
    except (TimeoutError, OSError):
        return
    finally:
        gone.cancel()


async def _pump(queue: Reader, send: Send) -> None:
    """Pass on what arrives until the time is over, the page is gone, or it reads too slowly."""
    ends_at = time.monotonic() + STREAM_SECONDS
    while (left := ends_at - time.monotonic()) > 0:
        try:
            nudge = await asyncio.wait_for(queue.get(), timeout=min(left, HEARTBEAT_SECONDS))
        except TimeoutError:
            nudge = b": still here\n\n"
        if nudge is None:
            return
        await _more(send, nudge)


async def _leave_with(receive: Receive, queue: Reader) -> None:
    """End the stream as soon as its page is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    queue.put_nowait(None)


async def _more(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _say(send: Send, status: int, body: bytes, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    everything = [PLAIN, (b"cache-control", b"no-store"), *OPEN_TO_PAGES, *headers]
    await send({"type": "http.response.start", "status": status, "headers": everything})
    await send({"type": "http.response.body", "body": body})
