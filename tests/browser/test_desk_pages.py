"""Every page of the store desk in a real browser: nothing axe objects to, too wide, or blocked by the policy."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer

from dispatch.actions.running import arrive
from orders.models import Order
from stores.models.staff import StaffRole
from tests import make
from tests.chromium import chromium_path
from tests.look.test_in_browser import FLAGS, Pages
from tests.staff import desk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("desk-browser")]

STOCK = ["orders_order_changelist", "stores_storeitem_changelist", "stores_window_changelist", "stores_storestaff_add"]


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def order() -> Order:
    """A store with one order being picked, one ready, and its driver at the bay."""
    at = desk.store()
    waiting, _ = desk.ready(at)
    arrive(stop_id=desk.claimed(waiting).pk, lat=None, lng=None, now=timezone.now() - timedelta(minutes=12))
    make.shelf(at, make.item("Honeycrisp apples", subcategory="Apples"), price_cents=500)
    lines = [(make.shelf(at, make.item(subcategory="Apples")), 2), (make.shelf(at, make.weighed_item()), 4)]
    return desk.being_picked(at, *lines, now=timezone.now())[0]


@pytest.fixture
def pages(chrome: Browser, live_server: LiveServer, order: Order, client: Client) -> Iterator[Pages]:
    pages = Pages(chrome, live_server.url, client)
    client.force_login(make.staff(order.store, StaffRole.MANAGER, "Mo Manager"))
    for view in pages.views:
        view.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    yield pages
    pages.close()


def test_our_own_pages_are_open_to_all_at_both_widths_in_light_and_dark(pages: Pages, order: Order) -> None:
    line = order.lines.order_by("pk").first()
    assert line is not None
    addresses = [reverse(f"admin:{name}") for name in ("index", "queue", "arrivals")]
    addresses += [reverse(f"admin:{name}", args=[order.public_id]) for name in ("pick", "order", "stage")]
    addresses.append(reverse("admin:substitute", args=[line.public_id]))

    assert {one: faults for one in addresses if (faults := pages.faults(one, everywhere=True))} == {}


def test_the_stock_pages_are_open_to_all(pages: Pages) -> None:
    assert {name: faults for name in STOCK if (faults := pages.faults(reverse(f"admin:{name}")))} == {}


def test_what_a_picker_taps_is_thumb_sized(pages: Pages, order: Order) -> None:
    page = pages.views[0].new_page()
    page.goto(pages.base + reverse("admin:pick", args=[order.public_id]))

    small = page.evaluate(
        "[...document.querySelectorAll('main .btn, main .input, main input[type=number], header a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))"
    )

    assert small == []
