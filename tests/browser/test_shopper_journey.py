"""Sam orders on a phone: from a ZIP code through the bank's check to the order's page, every page looked at by axe."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.models import Order
from tests import make_shop
from tests.browser.shop_journey import PASSWORD, chrome, context_of, faults, open_shop
from tests.orders.tills import CHALLENGED

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("shop-browser")]


@pytest.fixture(autouse=True)
def own_gateway(settings: LazySettings, tmp_path: Path) -> None:
    """A gateway of its own, and policies that hold although the page is looked at from within."""
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}
    settings.DEBUG = True


def test_sam_orders_on_a_phone(live_server: LiveServer) -> None:
    store, sam = open_shop()
    make_shop.fill_department(store, 40)
    seen: list[str] = []
    with chrome() as browser, context_of(browser, live_server.url) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: seen.append(f"script: {error}"))

        says_where_to_deliver(page, seen)
        fills_the_basket(page, seen)
        signs_in_on_the_way(page, seen)
        goes_through_the_sections(page, seen)
        pays_with_the_banks_check(page, seen)

        order = Order.objects.get(shopper=sam)
        expect(page).to_have_url(f"{live_server.url}/orders/{order.public_id}/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is placed")
        expect(page.get_by_text(order.passcode, exact=True)).to_be_visible()
        for address in (page.url, "/orders/", f"/orders/{order.public_id}/receipt/", "/addresses/"):
            page.goto(address)
            seen += faults(page)

    assert order.tip_cents > 0
    assert seen == []


def says_where_to_deliver(page: Page, seen: list[str]) -> None:
    page.goto("/")
    seen += faults(page)
    page.get_by_role("combobox", name="Address or ZIP code").fill("99501")
    page.get_by_role("button", name="Start shopping").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("We do not deliver to 99501 yet")
    seen += faults(page)
    page.get_by_role("button", name="Shop for 37206").click()
    expect(page.get_by_text("Next delivery")).to_be_visible()
    seen += faults(page)


def fills_the_basket(page: Page, seen: list[str]) -> None:
    page.get_by_role("searchbox").fill("galla aples")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add Gala apples").click()
    apples = page.get_by_role("group", name="Gala apples")
    for count in range(2, 9):
        apples.get_by_role("button", name="One more").click()
        expect(apples.get_by_role("status")).to_have_text(str(count))
    expect(apples.get_by_role("button", name="One more")).to_be_focused()
    expect(page.locator("#basket-bar")).to_contain_text("$32.00")
    seen += faults(page)
    page.goto("/d/pantry/")
    seen += faults(page)
    page.get_by_role("link", name="Beans 001").click()
    page.get_by_role("button", name="Add to basket").click()
    expect(page.get_by_text("in your basket")).to_be_visible()
    seen += faults(page)
    page.get_by_role("link", name="View basket").click()
    page.locator("summary", has_text="If it is out").first.click()
    page.get_by_label("Don't replace, remove it").first.check()
    expect(page.locator("summary", has_text="don't replace")).to_be_visible()
    seen += faults(page)


def signs_in_on_the_way(page: Page, seen: list[str]) -> None:
    page.get_by_role("link", name="Choose a delivery time").click()
    seen += faults(page)
    page.get_by_label("Who is ordering?").get_by_role("link", name="Sign in").click()
    page.get_by_label("Email").fill("sam@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout")


def goes_through_the_sections(page: Page, seen: list[str]) -> None:
    page.get_by_role("combobox", name="Street address").fill("1416 Woodland St")
    page.get_by_label("City").fill("Nashville")
    page.get_by_label("ZIP code").fill("37206")
    seen += faults(page)
    page.get_by_role("button", name="Deliver to this address").click()
    page.locator(".hw-window:enabled").first.wait_for()
    seen += faults(page)
    page.locator(".hw-window:enabled").first.click()
    expect(page.get_by_text("Time slot held")).to_be_visible()
    page.get_by_label("Ask for a passcode").check()
    page.get_by_label("Delivery instructions").fill("Blue door")
    seen += faults(page)
    page.get_by_role("button", name="Continue").click()


def pays_with_the_banks_check(page: Page, seen: list[str]) -> None:
    page.get_by_role("button", name="15%").click()
    expect(page.get_by_role("button", name="15%")).to_have_attribute("aria-pressed", "true")
    seen += faults(page)
    page.get_by_label("Card number").fill(CHALLENGED)
    page.get_by_label("Expires").fill("04/40")
    page.get_by_label("Security code").fill("123")
    page.get_by_role("button", name="Place order for").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your bank asks you to confirm this payment")
    seen += faults(page)
    page.get_by_role("button", name="Yes, confirm the payment").click()
