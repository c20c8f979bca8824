"""Opens one example of every kind of page of a role, breadth first, judges it at both widths, notes its controls."""

from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.robot.controls import Control, controls_of, is_in, query_keys
from tests.browser.robot.told import Told
from tests.browser.robot.watch import Watch, quietly, view_name
from tests.browser.robot.words import english, raw_words

HERE = Path(__file__).parent
COLLECT, LAYOUT, TEXTS = ((HERE / name).read_text() for name in ("collect.js", "layout.js", "texts.js"))
ON_PAGE = (HERE / "page.js").read_text()
PHONE, DESK = (390, 844), (1280, 768)
MOST_OF_A_KIND, MOST_WAYS, DULL, DEEPEST = 6, 5, 2, 2
SCROLLED_ANEW_MS = 250  # what scrolls by script learns of a new width a moment later
FILES = (".pdf", ".csv", ".ach", ".txt", ".ics", ".geojson", ".js", ".webmanifest")


@dataclass(eq=False)
class Crawl:
    """One role's browser on its way through the pages."""

    context: BrowserContext
    watch: Watch
    told: Told
    area: tuple[str, ...]
    names: tuple[str, ...] = ()
    is_read_in_spanish: bool = False
    seen: set[str] = field(default_factory=set)
    kinds: dict[tuple[str, str], int] = field(default_factory=dict)
    dull: dict[tuple[str, str], int] = field(default_factory=dict)
    via: Control | None = None  # what was pressed in the world as it is now
    judged: set[tuple[str, str]] = field(default_factory=set)
    waiting: deque[str] = field(default_factory=deque)
    controls: dict[tuple[str, ...], Control] = field(default_factory=dict)
    page: Page = field(init=False)

    def open_browser(self) -> None:
        """The one page that everything happens on; questions are answered with yes."""
        self.page = self.context.new_page()
        self.page.on("dialog", lambda dialog: dialog.accept())

    def begin_at(self, homes: list[str]) -> None:
        """Open the pages that everything else is found from."""
        for home in homes:
            self.seen.add(home)
            self.kinds.setdefault((view_name(home), query_keys(home)), 1)
            self.open(home)

    def walk(self) -> None:
        """Open what waits, a few of each kind: more only while they show new controls."""
        while self.waiting:
            url = self.waiting.popleft()
            kind = (view_name(url), query_keys(url))
            if url in self.seen or self.is_enough(kind):
                continue
            self.seen.add(url)
            self.kinds[kind] = self.kinds.get(kind, 0) + 1
            known = len(self.controls)
            self.open(url)
            self.dull[kind] = 0 if len(self.controls) > known else self.dull.get(kind, 0) + 1

    def is_enough(self, kind: tuple[str, str]) -> bool:
        """Whether pages of a kind were opened often enough; lists are sorted and filtered in some ways, not in all."""
        ways = sum(name == kind[0] for name, _ in self.kinds)
        is_new_way = kind not in self.kinds and ways >= MOST_WAYS
        return is_new_way or self.kinds.get(kind, 0) >= MOST_OF_A_KIND or self.dull.get(kind, 0) >= DULL

    def open(self, url: str) -> None:
        """Open an address and judge what comes; a file, and a page of somebody else's area, need only answer."""
        if not is_in(view_name(url), self.area) or urlsplit(url).path.endswith(FILES):
            self.told.tell(url, "asked for", self.asked(url))
            return
        why = quietly(self.page, url)
        if why == "download":
            return
        self.watch.settle(self.page)
        self.judge(url, "opened", faults=[why] if why else [])
        if self.on_page("refresh"):
            self.watch.settle(self.page)
            self.judge(url, "refreshed")
        if self.is_read_in_spanish and self.kinds[view_name(url), query_keys(url)] == 1:
            self.told.tell(url, "read in Spanish", self.english(url))

    def asked(self, url: str) -> list[str]:
        """What is wrong with an answer that is no page of this role."""
        try:
            answer = self.context.request.get(url, timeout=15_000)
        except BrowserError as reason:
            return [f"never answers: {str(reason).splitlines()[0]}"]
        self.watch.note("GET", url, answer.status)
        return self.watch.taken()

    def english(self, url: str) -> list[str]:
        """What a page says in English to somebody who reads Spanish."""
        told: dict[str, Any] | None = self.page.evaluate(TEXTS, url)
        if told is None:
            return []
        return ([] if told["lang"] == "es" else [f"lang is {told['lang']}"]) + english(told["texts"], self.names)

    def judge(self, url: str, did: str, *, faults: list[str] | None = None) -> None:
        """Say what is wrong with the page as it stands, and note its controls."""
        found = (faults or []) + self.watch.taken()
        where = self.page.url
        if where.startswith(self.watch.base):
            try:
                words = str(self.on_page("words"))
                found += self.read(words)
                if (urlsplit(where).path, words) not in self.judged:  # looked at already, as it stands
                    self.judged.add((urlsplit(where).path, words))
                    found += self.measure()
                    self.note(url if view_name(url) == view_name(where) else where)
            except BrowserError as reason:  # it went on to another page meanwhile
                found.append(f"the page went away: {str(reason).splitlines()[0]}")
        self.told.tell(url, did, found + self.watch.taken())

    def read(self, words: str) -> list[str]:
        """The words that should not stand on the page."""
        found = raw_words(words)
        return [*found, "toast: Something broke on our side"] if self.on_page("isBroken") else found

    def measure(self) -> list[str]:
        """Controls out of reach, at both widths; the phone's stays."""
        found = []
        for width, height in (DESK, PHONE):
            self.page.set_viewport_size({"width": width, "height": height})
            if self.page.query_selector("[data-simplebar]"):
                self.page.wait_for_timeout(SCROLLED_ANEW_MS)
            found += [f"at {width}: {fault}" for fault in self.page.evaluate(LAYOUT)]
        return found

    def note(self, where: str) -> None:
        """Remember the links and controls of the page that is open."""
        raw: list[dict[str, Any]] = self.page.evaluate(COLLECT)
        for link in raw:
            if link["kind"] == "link":
                self.follow(str(link["url"]))
            elif link["kind"] == "jump" and not link["ok"]:
                self.told.tell(where, f"“{link['words']}”", [f"{link['url']} is no place on the page"])
        if self.via is not None and self.via.depth >= DEEPEST:
            return
        for one in controls_of(where, raw, self.via):
            if one.is_pressed and (is_in(view_name(where), self.area) and one.leads_into(self.area)):
                self.controls.setdefault(one.key, one)

    def follow(self, link: str) -> None:
        """Put an address of ours at the end of the queue."""
        url = urldefrag(link)[0]
        if url.startswith(self.watch.base + "/") and url not in self.seen:
            self.waiting.append(url)

    def on_page(self, deed: str, given: Any = None) -> Any:
        """Do one of the small deeds of page.js."""
        return self.page.evaluate(f"given => ({ON_PAGE}).{deed}(given)", given)
