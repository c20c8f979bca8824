"""The same order with JavaScript switched off: links and plain forms all the way."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from tests.browser.shop_journey import PASSWORD, chrome, context_of, open_shop
from tests.orders.tills import DECLINED, GOOD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("shop-browser")]


@pytest.fixture(autouse=True)
def own_gateway(settings: LazySettings, tmp_path: Path) -> None:
    """A gateway of its own."""
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}
    settings.DEBUG = True


def test_an_order_needs_no_script(live_server: LiveServer) -> None:
    _, sam = open_shop()
    with chrome() as browser, context_of(browser, live_server.url, script=False) as context:
        page = context.new_page()

        fills_the_basket(page)
        chooses_address_and_window(page)
        pays(page, DECLINED)
        expect(page.get_by_text("Your card was declined")).to_be_visible()
        pays(page, GOOD)

        order = Order.objects.get(shopper=sam)
        expect(page).to_have_url(f"{live_server.url}/orders/{order.public_id}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is placed")
        page.get_by_role("link", name="Receipt").click()
        expect(page.get_by_text("10 \N{MULTIPLICATION SIGN} Gala apples")).to_be_visible()


def fills_the_basket(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Address or ZIP code").fill("37206")
    page.get_by_role("button", name="Start shopping").click()
    page.get_by_role("link", name="Produce").last.click()
    page.get_by_role("button", name="Add Gala apples").click()
    for _ in range(9):
        page.get_by_role("group", name="Gala apples").get_by_role("button", name="One more").click()
    page.get_by_role("link", name="View basket").click()
    page.get_by_role("link", name="Choose a delivery time").click()


def chooses_address_and_window(page: Page) -> None:
    page.get_by_label("Who is ordering?").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill("sam@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Street address").fill("1416 Woodland St")
    page.get_by_label("City").fill("Nashville")
    page.get_by_label("ZIP code").fill("37206")
    page.get_by_role("button", name="Deliver to this address").click()
    page.locator(".hw-window:enabled").first.click()
    page.get_by_label("Leave it at the door").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="20%").click()


def pays(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_label("Expires").fill("04/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Place order for").click()
