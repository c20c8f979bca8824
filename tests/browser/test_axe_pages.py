"""Every page of shop, portal, operations and firm in a real browser, with a city at work behind it.

Each page is opened at both widths and in both colours; pages take turns at which width goes with which colour.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import make
from tests.chromium import chromium_path
from tests.conventions.access import FIRM, OPS, PORTAL, SHOP, Page
from tests.conventions.addresses import address
from tests.look.test_in_browser import FLAGS, Pages
from tests.make_city import City, build_city

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("axe-browser")]

NO_PAGE = {
    "shop:checkout_resume", "shop:receipt_pdf", "track:part", "track:live", "track:map", "track:photo", "portal:proof",
    "portal:worker", "portal:statement_csv", "portal:statement_pdf", "api:my_run", "api:streets", "ops:board_part",
    "ops:map", "firm:bank_file", "firm:statement_csv", "firm:statement_pdf",
}  # fmt: skip


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def city(settings: LazySettings, tmp_path: Path) -> City:
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path / "gateway"), "slow_seconds": 0}
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return build_city(timezone.now())


@pytest.fixture
def pages(chrome: Browser, live_server: LiveServer, city: City, client: Client) -> Iterator["Turns"]:
    pages = Turns(chrome, live_server.url, client)
    yield pages
    pages.close()


class Turns(Pages):
    """Pages that take turns: phone in light and desk in dark, then phone in dark and desk in light."""

    def become(self, person: User | None) -> None:
        """Sign in as somebody in every view, or as nobody."""
        for view in self.views:
            view.clear_cookies()
        if person is not None:
            self.client.force_login(make.with_password(person))
            cookie = {"name": "sessionid", "value": self.client.cookies["sessionid"].value, "url": self.base}
            for view in self.views:
                view.add_cookies([cookie])  # type: ignore[list-item]  # a plain dict of the same shape

    def all_faults(self, addresses: list[str]) -> dict[str, list[str]]:
        """What is wrong, by address."""
        every = list(self.views)
        pairs: list[list[BrowserContext]] = [[every[0], every[3]], [every[1], every[2]]]
        found = {}
        for turn, one in enumerate(addresses):
            self.views = pairs[turn % 2]
            found[one] = self.faults(one, everywhere=True)
        self.views = every
        return {one: faults for one, faults in found.items() if faults}


def shown(pages: Mapping[str, Page], city: City, role: str, **instead: str) -> list[str]:
    """Addresses of the pages that a role opens; `instead` names other things than the table's."""
    things = {**city.ours.things, **instead}
    return [
        address(name, page, things)
        for name, page in pages.items()
        if "GET" in page.methods and role in page.who and name not in NO_PAGE
    ]


def test_the_shop_is_open_to_all(pages: Turns, city: City) -> None:
    pages.become(city.ours.shopper)
    things = city.ours.things

    more = [f"/orders/{things[order]}/" for order in ("picking order", "delivered order")]
    more += ["/search/?q=aples", "/search/?q=nothing+like+it"]

    assert pages.all_faults(shown(SHOP, city, "shopper") + more) == {}


def test_the_shop_of_somebody_new_is_open_to_all(pages: Turns, city: City) -> None:
    pages.become(None)
    empty = pages.all_faults(["/", "/area/", "/basket/", "/search/?q=milk"])

    pages.become(make.user("Nia New"))

    assert empty == {}
    assert pages.all_faults(["/basket/", "/orders/", "/addresses/"]) == {}


def test_the_portal_is_open_to_all(pages: Turns, city: City) -> None:
    pages.become(city.ours.driver)
    on_a_run = pages.all_faults(shown(PORTAL, city, "driver"))

    pages.become(city.ours.idle_driver)

    assert on_a_run == {}
    assert pages.all_faults(["/drive/", f"/drive/offers/{city.ours.things['open offer']}/", "/drive/earnings/"]) == {}


def test_operations_and_firm_are_open_to_all(pages: Turns, city: City) -> None:
    pages.become(city.operator)
    operations = pages.all_faults(shown(OPS, city, "operator"))

    pages.become(city.ours.firm_owner)
    sent = f"/firm/settlements/{city.ours.things['sent settlement']}/"

    assert operations == {}
    assert pages.all_faults([*shown(FIRM, city, "firm owner"), sent]) == {}
