"""Choosing a place from the list by keyboard, and putting a pin on the map: with the real scripts, under the policy."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from drivers.models import Driver
from orders.models import Address
from stores.actions.naming import Named, name_places
from tests import make
from tests.browser.shop_journey import PHONE, chrome

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("places-browser")]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with chrome() as opened:
        yield opened


@pytest.fixture
def ann() -> Driver:
    """Ann, in a city with a store, a neighborhood and a street."""
    driver = make.driver(licence_expires_on=date(2030, 1, 1), insurance_expires_on=date(2030, 1, 1))
    make.store(driver.market)
    name_places(driver.market, [Named("area", "Germantown", make.EAST_NASHVILLE), Named("street", "Woodland St")])
    return driver


@pytest.fixture
def page(chromium: Browser, ann: Driver, live_server: LiveServer) -> Iterator[Page]:
    """Ann's phone, signed in; any error of a script or of the policy fails the test."""
    client = Client()
    client.force_login(ann.user)
    context = chromium.new_context(base_url=live_server.url, viewport=PHONE)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    said: list[str] = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("console", lambda one: said.append(one.text) if "Content Security Policy" in one.text else None)
    yield opened
    context.close()
    assert said == []


def test_a_place_is_chosen_by_keyboard_and_keeps_its_point(page: Page) -> None:
    page.goto("/drive/trips/new/")
    field = page.get_by_role("combobox", name="From")
    field.press_sequentially("germ")
    expect(page.get_by_role("option", name="Germantown")).to_be_visible(timeout=20_000)  # the ZIP table is read once

    field.press("ArrowDown")
    field.press("Enter")

    expect(field).to_have_value("Germantown")
    assert page.locator("[name=from_pin]").input_value().endswith("|Germantown")
    field.press_sequentially("x")
    assert page.locator("[name=from_pin]").input_value() == ""
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)


def test_an_unknown_street_gets_a_pin_by_the_arrow_keys(page: Page) -> None:
    page.goto("/addresses/")
    page.get_by_role("combobox", name="Street address").fill("1 Nowhere Road")
    page.get_by_label("City").fill("Nashville")
    page.get_by_label("ZIP code").fill("37206")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_text("Where is it?")).to_be_visible()

    pin = page.get_by_role("button", name="Pin of your address")
    pin.focus()
    pin.press("ArrowUp")
    chosen = page.locator("[name=map_pin]").input_value()
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_text("1 Nowhere Road").first).to_be_visible()

    kept = Address.objects.get()
    assert (f"{kept.lat:.6f},{kept.lng:.6f}", kept.is_approximate) == (chosen, False)
