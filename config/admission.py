"""Who is let in when everybody comes at once: browsing waits or is sent away, so that it never fills the house (R32).

A process has so many threads. Pages of the shop and of signing in may use some of them, a few more requests may wait
a second for one, and whoever comes beyond that hears 503 with Retry-After at once, for a thousandth of the work. What
moves goods and money (claiming, driving, paying, checkout, picking, operations) and signs of life never queue there.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[bytes]]

# What may be sent away, by the beginning of its path. Everything else is somebody at work, or somebody paying.
BROWSING = ("/search/", "/d/", "/i/", "/area/", "/basket/", "/addresses/", "/api/schema/", "/api/docs/", "/look/")
SIGNING_IN = ("/account/",)
THREADS = "24"  # of a process, as in config.gunicorn
WAIT_SECONDS = 1.0
RETRY_AFTER = "3"
SENTENCE = "Many people are here right now. Please try again in a few seconds; nothing you did is lost."
PAGE = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="{RETRY_AFTER}"><title>One moment · Homeward</title>
<link rel="stylesheet" href="/static/css/homeward.css"></head><body><main class="hw-page hw-narrow flex-1 py-16">
<div class="hw-empty"><h1>One moment</h1><p>{SENTENCE}</p></div></main></body></html>
""".encode()


class Lane:
    """So many requests at once, so many more waiting for at most a second."""

    def __init__(self, *, running: int, waiting: int) -> None:
        """Take how many may run and how many may wait for them, in this process."""
        self._free = threading.BoundedSemaphore(running)
        self._queue = threading.BoundedSemaphore(running + waiting)

    def enter(self) -> bool:
        """Take a place, now or within a second; whoever was let in leaves."""
        if not self._queue.acquire(blocking=False):
            return False
        if self._free.acquire(timeout=WAIT_SECONDS):
            return True
        self._queue.release()
        return False

    def leave(self) -> None:
        """Give the place back."""
        self._free.release()
        self._queue.release()


class Admission:
    """The application behind its lanes, for a process with so many threads."""

    def __init__(self, application: Application, *, threads: int) -> None:
        """Share out the threads: half at most to browsing, and an eighth to signing in, waiting included."""
        self.application = application
        self.browsing = Lane(running=max(1, threads // 6), waiting=max(1, threads // 4))
        self.signing_in = Lane(running=max(1, threads // 12), waiting=max(1, threads // 12))

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        lane = self.lane_of(str(environ.get("PATH_INFO", "")))
        if lane is None:
            return self.application(environ, start)
        if not lane.enter():
            return _turn_away(environ, start)
        try:
            return _Answer(self.application(environ, start), lane)
        except BaseException:
            lane.leave()
            raise

    def lane_of(self, path: str) -> Lane | None:
        """The lane that a path belongs to; none for what always comes in."""
        if path == "/" or path.startswith(BROWSING):
            return self.browsing
        return self.signing_in if path.startswith(SIGNING_IN) else None


class _Answer:
    """An answer that holds its place until it is sent, or until whoever asked has gone."""

    def __init__(self, answer: Iterable[bytes], lane: Lane) -> None:
        self._answer, self._lane, self._is_open = answer, lane, True

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._answer)

    def close(self) -> None:
        """Called once by the server, whatever happened."""
        try:
            close = getattr(self._answer, "close", None)
            if close is not None:
                close()
        finally:
            if self._is_open:
                self._is_open = False
                self._lane.leave()


def _turn_away(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """Say, without asking anything of anybody, to come again."""
    headers = [("Retry-After", RETRY_AFTER), ("Cache-Control", "no-store")]
    if "HTTP_HX_REQUEST" in environ:
        body, kind = SENTENCE.encode(), "text/plain; charset=utf-8"
        headers.append(("HX-Reswap", "none"))
    else:
        body, kind = PAGE, "text/html; charset=utf-8"
    start("503 Service Unavailable", [*headers, ("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [b""] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
