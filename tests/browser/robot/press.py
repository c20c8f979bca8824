"""Presses every control once: as it stands, filled in by a willing person, and with hostile values."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from playwright.sync_api import Error as BrowserError

from tests.browser.robot.controls import Control, controls_of
from tests.browser.robot.crawl import COLLECT, DESK, HERE, Crawl
from tests.browser.robot.values import hostile, plausible
from tests.browser.robot.watch import quietly, view_name
from tests.browser.robot.words import raw_words
from tests.dispatch.walk import picture

ATTACK = (HERE / "attack.js").read_text()
TOKEN = "robot" * 6 + "ok"  # a cookie that Django takes for a visitor's own
LAST = ("account_logout", "admin:logout", "usersessions_list")
WAIT_MS = 3_000


@dataclass(eq=False)
class Press:
    """One role's finger."""

    crawl: Crawl
    restore: Callable[[], None]
    pressed: set[tuple[str, ...]] = field(default_factory=set)
    cookies: list[Any] = field(default_factory=list)

    def run(self, homes: list[str]) -> None:
        """Pages first, then each control, then what the controls led to, until nothing is new."""
        crawl = self.crawl
        crawl.context.add_cookies([{"name": "csrftoken", "value": TOKEN, "url": crawl.watch.base}])
        self.cookies = list(crawl.context.cookies())
        crawl.open_browser()
        crawl.begin_at(homes)
        crawl.walk()
        while todo := [one for key, one in crawl.controls.items() if key not in self.pressed]:
            for one in sorted(todo, key=lambda control: view_name(str(control.raw.get("url", ""))) in LAST):
                self.pressed.add(one.key)
                self.press(one)

    def press(self, one: Control) -> None:
        """Press one control, each time in the world as it was."""
        if one.kind != "form":
            self.do(one, "pressed", is_filled=False)
            return
        if one.is_prefilled:
            self.do(one, "sent as it stood", is_filled=False)
        if not one.is_prefilled or one.is_fillable:
            self.do(one, "sent", is_filled=True)
        self.attack(one)

    def do(self, one: Control, did: str, *, is_filled: bool) -> None:
        """Open the page anew, press, and judge what comes of it."""
        crawl = self.crawl
        self.renew()
        raw = self.reopen(one)
        if raw is None:
            gone = [] if one.raw.get("isFleeting") else ["is not there when the page is opened again"]
            crawl.told.tell(one.page, str(one), gone)
            return
        crawl.watch.may_refuse = is_filled
        faults = self.tap(one, raw, is_filled=is_filled)
        crawl.watch.settle(crawl.page)
        if one.kind == "form" and not is_filled and not faults:
            faults = [f"refuses its own values: {words}" for words in self.refusals()]
        crawl.via = one
        crawl.judge(one.page, f"{one} {did}", faults=faults)
        crawl.watch.may_refuse = False
        crawl.walk()  # what the press led to is there in this world alone
        crawl.via = None

    def refusals(self) -> list[str]:
        """What the page that came speaks of as wrong."""
        try:
            return list(self.crawl.on_page("errors"))
        except BrowserError:
            return []

    def renew(self) -> None:
        """Bring the world and this browser's cookies back to where they began, if anything was sent since."""
        crawl = self.crawl
        if crawl.watch.is_dirty:
            crawl.page.goto("about:blank")
            self.restore()
            crawl.context.clear_cookies()
            crawl.context.add_cookies(self.cookies)
            crawl.watch.is_dirty = False

    def reopen(self, one: Control) -> dict[str, Any] | None:
        """The control on its page opened anew, after pressing again what made it appear."""
        crawl = self.crawl
        if one.via is None:
            quietly(crawl.page, one.page)
            return self.found(one)
        before = self.reopen(one.via)
        if before is None:
            return None
        self.tap(one.via, before, is_filled=one.via.kind == "form")
        crawl.watch.settle(crawl.page)
        kind, links = view_name(one.page), self.links()
        if view_name(crawl.page.url) == kind and (there := self.found(one)):
            return there
        alike = [link for link in links if view_name(link) == kind][:3]
        for url in (one.page, *alike):  # what was made anew has another id
            quietly(crawl.page, url)
            if there := self.found(one):
                return there
        return None

    def links(self) -> list[str]:
        """Where the page that is open leads to, each place once."""
        found = self.crawl.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        return list(dict.fromkeys(found))

    def found(self, one: Control) -> dict[str, Any] | None:
        """A control as it stands on the page that is open."""
        crawl = self.crawl
        crawl.watch.settle(crawl.page)
        crawl.watch.taken()
        raw: list[dict[str, Any]] = crawl.page.evaluate(COLLECT)
        return next((dict(other.raw) for other in controls_of(crawl.page.url, raw) if other.key == one.key), None)

    def tap(self, one: Control, raw: dict[str, Any], *, is_filled: bool) -> list[str]:
        """Do what a finger does; gives why it could not."""
        crawl = self.crawl
        try:
            crawl.on_page("unfold", raw["id"] or raw.get("form"))
            if one.kind == "form" and is_filled:
                self.fill(raw)
            if one.kind == "form" and (why := crawl.on_page("invalid", raw["form"])):
                return [] if is_filled else [f"refuses its own values: {why}"]
            if not raw["id"] or raw.get("isEnter"):
                crawl.on_page("enter" if raw["id"] else "send", raw["id"] or raw["form"])
                return []
            return self.touch(one, raw)
        except BrowserError as reason:
            return [f"cannot be pressed: {why_not(str(reason))}"]

    def touch(self, one: Control, raw: dict[str, Any]) -> list[str]:
        """Press or choose what is seen on the phone, or else on the desk."""
        page = self.crawl.page
        target = page.locator(f'[data-robot="{raw["id"]}"]')
        if not target.is_visible():
            page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        if not target.is_visible():
            return []
        if one.kind == "select":
            for option in raw["options"][:1]:
                target.select_option(option, timeout=WAIT_MS)
        else:
            target.click(timeout=WAIT_MS, trial=True)
            target.click(timeout=10 * WAIT_MS)  # it waits for the page that comes, too
        return []

    def fill(self, raw: dict[str, Any]) -> None:
        """Type into every field that stands empty, and give a photo where one is asked for."""
        view, now = view_name(str(raw["url"])), timezone.now()
        values = {}
        for one in raw["fields"]:
            said = None if one["value"] or one["disabled"] else plausible(one, view, now)
            if said is not None:
                values[one["name"]] = said
        self.crawl.on_page("type", [raw["form"], values])
        for one in raw["fields"]:
            if one["type"] == "file" and not one["disabled"]:
                self.crawl.page.locator(f'[data-robot="{raw["form"]}"] [name="{one["name"]}"]').set_input_files(
                    {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": picture()}, timeout=WAIT_MS
                )

    def attack(self, one: Control) -> None:
        """Send the form with its fields hostile, some of them one by one and all at once."""
        self.renew()
        crawl = self.crawl
        bad = list(hostile(one.raw))
        sends = [{**sent, "csrfmiddlewaretoken": TOKEN} for _, sent in bad]
        crawl.watch.is_attack = True
        why = quietly(crawl.page, crawl.watch.base + "/healthz")
        told = [one.raw["url"], one.raw["method"], one.raw.get("hx", ""), one.raw.get("target", ""), sends]
        answers: list[dict[str, Any]] = [] if why else crawl.page.evaluate(ATTACK, told)
        crawl.watch.settle(crawl.page)
        crawl.watch.is_attack = False
        faults = crawl.watch.taken() + ([why] if why else [])
        for (is_typed, _), answer in zip(bad, answers, strict=False):
            faults += raw_words(answer["text"].replace("{{7*7}}", "")) if is_typed else []
            faults += [f"no answer: {answer['text']}"] if answer["status"] == 0 else []
        crawl.told.tell(one.page, f"{one} sent hostile", faults)


def why_not(reason: str) -> str:
    """The telling line of the browser's long story."""
    lines = [" ".join(line.split()) for line in reason.splitlines() if line.strip()]
    return next(
        (line for line in lines if "intercepts" in line or "outside" in line or "not " in line),
        lines[0] if lines else "",
    )[:200]
