"""Listens to what a browser does: answers, errors of scripts, refusals of the content policy, what never answers."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from django.core.signals import got_request_exception
from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response
from playwright.sync_api import Error as BrowserError

EXPECTED_LOADS = "Failed to load resource"  # what answered is judged as an answer, not as words of the console
FORGOTTEN = ("net::ERR_ABORTED",)  # the page was left before the answer came


def view_name(url: str) -> str:
    """The URL name behind an address of ours, or its path."""
    path = urlsplit(url).path
    try:
        return resolve(path).view_name or path
    except Resolver404:
        return path


@dataclass(eq=False)  # Playwright keeps its own marks on it, so no slots
class Watch:
    """What happened since it was last asked."""

    base: str
    patience_ms: int = 8_000
    faults: list[str] = field(default_factory=list)
    open: set[Request] = field(default_factory=set)
    reached: set[tuple[str, str]] = field(default_factory=set)
    is_dirty: bool = False
    tracebacks: list[str] = field(default_factory=list)
    may_refuse: bool = False
    is_attack: bool = False

    def attach(self, context: BrowserContext) -> None:
        """Listen to every page of a browser, and to the server's own exceptions."""
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("requestfinished", self._finished)
        context.on("requestfailed", self._failed)
        context.on("weberror", lambda error: self.faults.append(f"uncaught in JavaScript: {error.error}"))
        context.on("console", self._told)
        got_request_exception.connect(self._raised, weak=False, dispatch_uid=f"robot-{id(self)}")

    def detach(self) -> None:
        """Stop listening to the server."""
        got_request_exception.disconnect(dispatch_uid=f"robot-{id(self)}")

    def _raised(self, **about: object) -> None:
        self.tracebacks.append(repr(sys.exc_info()[1])[:160])

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(self.base):
            return
        self.open.add(request)
        if request.method not in {"GET", "HEAD"}:
            self.is_dirty = True

    def _answered(self, response: Response) -> None:
        if not response.request.is_navigation_request():
            self.open.discard(response.request)  # Chromium tells no end of what is kept alive beyond its page
        self.note(response.request.method, response.url, response.status)

    def note(self, method: str, url: str, status: int) -> None:
        """Judge one answer; what was told of other hosts is nobody's business."""
        if not url.startswith(self.base):
            return
        name = view_name(url)
        self.reached.add((method, name))
        path = url.removeprefix(self.base)
        if status >= 500:
            why = f" ({self.tracebacks[-1]})" if self.tracebacks else ""
            self.faults.append(f"{method} {path} answers {status}{why}")
        elif status in {404, 405} and not self.is_attack and not (self.may_refuse and method != "GET"):
            self.faults.append(f"{method} {path} answers {status}")

    def _finished(self, request: Request) -> None:
        self.open.discard(request)

    def _failed(self, request: Request) -> None:
        self.open.discard(request)
        failure = request.failure or ""
        if request.url.startswith(self.base) and failure not in FORGOTTEN:
            self.faults.append(f"{request.method} {request.url.removeprefix(self.base)} fails: {failure}")

    def _told(self, message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED_LOADS not in message.text:
            self.faults.append(f"console: {message.text[:200]}")

    def settle(self, page: Page) -> None:
        """Wait until nothing is asked any more; what stays unanswered is a fault."""
        waited = 0
        quiet = 0
        while quiet < 2:
            page.wait_for_timeout(40)
            waited += 40
            quiet = 0 if self._pending() else quiet + 1
            if waited > self.patience_ms:
                self.faults += [f"{one.url.removeprefix(self.base)} never answers" for one in self._pending()]
                self.open.clear()
                return

    def _pending(self) -> list[Request]:
        return [one for one in self.open if one.resource_type != "eventsource"]

    def taken(self) -> list[str]:
        """The faults so far, each once; the next question begins anew."""
        found = list(dict.fromkeys(self.faults))
        self.faults.clear()
        self.tracebacks.clear()
        return found


def quietly(page: Page, url: str) -> str:
    """Open an address; gives why it could not be, if so. A download is as good as a page."""
    try:
        page.goto(url, wait_until="load", timeout=15_000)
    except BrowserError as reason:
        if "Download is starting" in str(reason) or "net::ERR_ABORTED" in str(reason):
            return "download"
        return str(reason).splitlines()[0]
    return ""


def once(lines: Iterable[str]) -> list[str]:
    """Each line once, in order."""
    return list(dict.fromkeys(lines))
