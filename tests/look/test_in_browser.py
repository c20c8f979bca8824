"""The style page and the account pages in a real browser: nothing axe objects to, nothing the policy blocks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import make
from tests.chromium import chromium_path

AXE = (Path(__file__).resolve().parents[1] / "browser/vendor/axe.min.js").read_text()
FLAGS = [
    "--no-sandbox", "--disable-background-networking", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-gpu-rasterization", "--disable-gpu-compositing",  # maps alone need a graphics card played by software
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = ["/look/?toast", "/look/?layout=portal&refused", "/look/?layout=desk"]
STRANGER = ["account_login", "account_signup", "account_reset_password", "account_request_login_code"]
SIGNED_IN = ["account_email", "account_change_password", "mfa_index", "usersessions_list", "account_logout"]

VIEWS: list[tuple[int, Literal["light", "dark"]]] = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("look-browser")]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def pages(chrome: Browser, settings: LazySettings, live_server: LiveServer, client: Client) -> Iterator["Pages"]:
    settings.DEBUG = True
    settings.ROOT_URLCONF = "tests.look.urls"
    pages = Pages(chrome, live_server.url, client)
    yield pages
    pages.close()


class Pages:
    """Opens an address at both widths, in light and dark, and tells what is wrong with it."""

    def __init__(self, browser: Browser, base: str, client: Client) -> None:
        self.base, self.client = base, client
        self.views = [
            browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
            for width, scheme in VIEWS
        ]

    def sign_in(self) -> None:
        self.client.force_login(make.with_password(make.user()))
        cookie = self.client.cookies["sessionid"].value
        for view in self.views:
            view.add_cookies([{"name": "sessionid", "value": cookie, "url": self.base}])

    def faults(self, address: str, *, everywhere: bool = False) -> list[str]:
        """What is wrong in light on a phone and in dark on a desk; `everywhere` asks for the other two as well."""
        found: list[str] = []
        for view in self.views if everywhere else (self.views[0], self.views[3]):
            page = view.new_page()
            page.goto(self.base + address, wait_until="load")
            found += self._axe(page) + self._too_wide(page)
            found += [said.text for said in page.console_messages() if said.type == "error"]
            found += [str(error) for error in page.page_errors()]
            page.close()
        return found

    def close(self) -> None:
        for view in self.views:
            view.close()

    @staticmethod
    def _axe(page: Page) -> list[str]:
        page.evaluate(AXE)
        result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        return [f"{rule['id']}: {rule['nodes'][0]['target']}" for rule in result["violations"]]

    @staticmethod
    def _too_wide(page: Page) -> list[str]:
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        return [f"{page.url} is {over} px too wide"] if over > 0 else []


@pytest.mark.parametrize("address", LOOKS)
def test_the_components_are_open_to_all(pages: Pages, address: str) -> None:
    assert pages.faults(address, everywhere=True) == []


def test_the_pages_of_a_stranger_are_open_to_all(pages: Pages) -> None:
    assert {name: faults for name in STRANGER if (faults := pages.faults(reverse(name)))} == {}


def test_the_pages_of_an_account_are_open_to_all(pages: Pages) -> None:
    pages.sign_in()

    assert {name: faults for name in SIGNED_IN if (faults := pages.faults(reverse(name)))} == {}


def test_the_map_comes_alive_and_the_clock_counts(pages: Pages) -> None:
    page = pages.views[0].new_page()
    page.goto(pages.base + "/look/")
    face = page.locator("[data-face]").inner_text()

    page.wait_for_selector("[data-map][data-ready]", timeout=20_000)

    assert page.locator(".hw-marker").count() == 3
    page.wait_for_function("was => document.querySelector('[data-face]').textContent !== was", arg=face)


def test_driver_controls_are_thumb_sized(pages: Pages) -> None:
    page = pages.views[0].new_page()
    page.goto(pages.base + "/look/?layout=portal")

    small = page.evaluate(
        "[...document.querySelectorAll('.hw-dock a, main .btn, main .input, main .select, .hw-portal-top a')]"
        ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []
