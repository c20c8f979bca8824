"""Screenshots of every page, light and dark, 390 and 1280 wide: `make shots`, or `python -m scripts.shots [folder]`.

Walks the running demo (or starts one) in every role, follows links, and takes one page of each view, so a
new page is in the pictures without being listed anywhere.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as Unreadable

from common.local_services.session import point_at
from config.demo_facts import running_demo
from scripts.supervisor import PROJECT
from tests.chromium import chromium_path

LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
HEIGHTS = {1280: 900, 390: 844}
MOST_PAGES = 80  # a role has some thirty views; more means the walk is lost
READY_SECONDS = 180
WAKING_SECONDS = 120  # until orders, offers and runs fill the pages
LEFT_ALONE = re.compile(
    r"logout|delete|/jsi18n/|/api/|bank-file/|\.(csv|pdf|txt|ach|json|webmanifest)$|/events/|/static/|/media/"
)


@dataclass(slots=True)
class Walk:
    """What one role can see: one address for each view."""

    base: str
    found: dict[str, str] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)

    def note(self, links: list[str]) -> None:
        """Remember the addresses of views not seen yet."""
        for link in links:
            name = view_name(self.base, link)
            if name and name not in self.found and len(self.found) < MOST_PAGES:
                self.found[name] = link
                self.waiting.append(link)


def main() -> int:
    """Walk and photograph; prints how many pictures of how many pages."""
    point_at()
    django.setup()
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else PROJECT / "shots")
    with demo() as facts, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        total = 0
        for login in [{"role": "visitor", "page": "/"}, *facts["logins"]]:
            pages = photograph(browser, facts["base_url"], login, folder)
            total += pages
            print(f"{login['role']:<16} {pages} pages", flush=True)
        browser.close()
    print(f"{total * len(LOOKS)} pictures of {total} pages in {folder}")
    return 0


def photograph(browser: Browser, base: str, login: dict[str, Any], folder: Path) -> int:
    """Take every page of one role in every look; returns the number of pages."""
    walk = Walk(base)
    walk.note([urljoin(base, login.get("page") or "/"), urljoin(base, "/")])
    target = folder / re.sub(r"\W+", "-", str(login["role"]).lower()).strip("-")
    target.mkdir(parents=True, exist_ok=True)
    for width, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            is_mobile=width < 600,
            has_touch=width < 600,
        )
        sign_in(context, base, login)
        page = context.new_page()
        shoot_all(page, walk, target, f"{width}-{scheme}")
        context.close()
    return len(walk.found)


def shoot_all(page: Page, walk: Walk, target: Path, look: str) -> None:
    """In the first look follow links as they appear; later ones visit what was found."""
    is_first = bool(walk.waiting)
    todo = walk.waiting if is_first else list(walk.found.values())
    while todo:
        address = todo.pop(0)
        name = view_name(walk.base, address)
        try:
            answer = page.goto(address, wait_until="load", timeout=20_000)
        except Unreadable as reason:  # too slow, or a download
            print(f"  {address}: {reason.message.splitlines()[0]}", file=sys.stderr)
            continue
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            walk.found.pop(name, None)
            continue
        page.wait_for_timeout(400)  # maps and charts draw after the load event
        page.screenshot(path=target / f"{name.replace(':', '.')}-{look}.png", full_page=True)
        if is_first:
            walk.note(page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"))


def sign_in(context: BrowserContext, base: str, login: dict[str, Any]) -> None:
    """Sign in through the form, as a person does; a visitor has no account."""
    if "email" not in login:
        return
    page = context.new_page()
    page.goto(urljoin(base, "/account/login/"))
    page.fill("input[name=login]", str(login["email"]))
    page.fill("input[name=password]", str(login["password"]))
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/account/login/" not in url, timeout=20_000)
    page.close()


def view_name(base: str, link: str) -> str:
    """Name of the view behind an address of ours; empty for what is not a page to photograph."""
    parts = urlsplit(link)
    if parts.netloc != urlsplit(base).netloc or LEFT_ALONE.search(parts.path):
        return ""
    try:
        match = resolve(parts.path)
    except Resolver404:
        return ""
    return match.view_name or ""


@contextmanager
def demo() -> Iterator[dict[str, Any]]:
    """The facts of the demo that runs, or of one that is started and stopped around the pictures."""
    if running_demo().get("logins"):
        yield running_demo()
        return
    started = subprocess.Popen([sys.executable, "-m", "scripts.demo"], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    try:
        assert started.stdout is not None
        deadline = time.monotonic() + READY_SECONDS
        for line in started.stdout:
            if "Ctrl-C stops everything" in line:
                break
            if time.monotonic() > deadline:
                raise SystemExit("The demo was not ready in time.")
        if started.poll() is not None:
            raise SystemExit("The demo did not start; `make demo` says why.")
        print(f"A demo was started; the city wakes up for {WAKING_SECONDS} s.", flush=True)
        time.sleep(WAKING_SECONDS)
        yield running_demo()
    finally:
        started.send_signal(signal.SIGINT)
        started.communicate(timeout=60)


if __name__ == "__main__":
    sys.exit(main())
