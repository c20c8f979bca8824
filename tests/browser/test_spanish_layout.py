"""Spanish words are longer: on a phone none of them may push a page wider or be cut off on a button."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from tests import make, make_shop
from tests.browser.shop_journey import PHONE, chrome, open_shop
from tests.dispatch import walk

CUT_OFF = """() => [...document.querySelectorAll('button, .btn, .hw-badge')]
    .filter(one => one.checkVisibility() && !one.closest('.sr-only') && one.scrollWidth > one.clientWidth + 1)
    .map(one => one.innerText)"""

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("shop-browser")]


def opened(browser: Browser, server: LiveServer, client: Client) -> Page:
    """A phone set to Spanish that shares the visit of a test client."""
    context = browser.new_context(base_url=server.url, viewport=PHONE, reduced_motion="reduce", locale="es-US")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url}])
    return context.new_page()


def check(page: Page, url: str, picture: Path) -> None:
    page.goto(url)
    page.screenshot(path=picture, full_page=True)
    assert page.locator("html").get_attribute("lang") == "es"
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), f"{url} is wider than the phone"
    assert page.evaluate(CUT_OFF) == [], f"{url} cuts words off"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_the_shop_fits_a_phone(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> None:
    settings.DEBUG = True
    store, sam = open_shop()
    client = make_shop.lives_in(signed_in(sam))
    make_shop.put(client, store, "Gala apples", 10)
    with chrome() as browser:
        page = opened(browser, live_server, client)
        for name, url in (("home", "/"), ("shelf", "/d/produce/"), ("basket", "/basket/"), ("checkout", "/checkout/")):
            check(page, url, tmp_path / f"{name}.png")


def test_the_driver_pages_fit_a_phone(live_server: LiveServer, settings: LazySettings, tmp_path: Path) -> None:
    settings.DEBUG = True
    now = timezone.now()
    ann = make.driver()
    row = make.delivery(make.order(make.store(in_market=ann.market), status="ready", bag_count=3))
    walk.prepare(ann.market)
    offer = make.offer(row, on=make.trip(ann, departs_at=now + timedelta(minutes=30)), made_at=now, seconds=600)
    with chrome() as browser:
        page = opened(browser, live_server, signed_in(ann.user))
        for name in (
            "",
            f"offers/{offer.public_id}/",
            "trips/new/",
            "limits/",
            "me/",
            "earnings/",
            "earnings/account/",
        ):
            check(page, f"/drive/{name}", tmp_path / f"drive-{name.split('/')[0]}.png")
