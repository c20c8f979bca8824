"""A shop for journeys in a real browser: its clock is the browser's own, so windows lie ahead of now."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from accounts.models import User
from stores.models import Store
from tests import make, make_shop
from tests.chromium import chromium_path

AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text()
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization", "--disable-gpu-compositing",  # maps alone need a graphics card played by software
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
PASSWORD = "test-password"


@contextmanager
def chrome() -> Iterator[Browser]:
    """Debian's Chromium, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def context_of(browser: Browser, base_url: str, *, script: bool = True) -> Iterator[BrowserContext]:
    """A fresh visitor, with or without script."""
    context = browser.new_context(
        base_url=base_url, viewport=PHONE, reduced_motion="reduce", java_script_enabled=script
    )
    yield context
    context.close()


def open_shop() -> tuple[Store, User]:
    """A corner shop open now, and Sam, who has an account."""
    store = make_shop.corner_shop(now=timezone.now(), windows=4)
    sam = make.with_password(make.user("Sam Shopper", email="sam@example.com"), PASSWORD)
    return store, sam


def faults(page: Page) -> list[str]:
    """What axe objects to: on the phone in light as it stands, and on a desk in dark, opened anew as this visitor."""
    browser = page.context.browser
    assert browser is not None
    found = _violations(page)
    dark = browser.new_context(
        viewport=DESK, color_scheme="dark", reduced_motion="reduce", storage_state=page.context.storage_state()
    )
    beside = dark.new_page()
    beside.goto(page.url)
    found += _violations(beside)
    dark.close()
    return found


def _violations(page: Page) -> list[str]:
    script = """async rules => (await axe.run(document, {runOnly: rules})).violations
        .map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160)).join(' | '))"""
    page.evaluate(AXE)
    found = [f"{page.url}: {fault}" for fault in page.evaluate(script, RULES)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{page.url} is wider than the window")
    return found
