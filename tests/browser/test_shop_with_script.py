"""What only a browser with script shows: another day's times, quantities typed and undone, and room on a phone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from orders.models import CartLine
from stores.models import Store
from tests import make, make_shop
from tests.browser.shop_journey import chrome, context_of, open_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("shop-browser")]


@pytest.fixture(autouse=True)
def own_gateway(settings: LazySettings, tmp_path: Path) -> None:
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path), "slow_seconds": 0}


@pytest.fixture
def shop() -> tuple[Store, User]:
    store, sam = open_shop()
    for day in range(1, 7):
        make.window(store, starts_at=timezone.now() + timedelta(days=day, hours=2))
    return store, sam


@pytest.fixture
def page(live_server: LiveServer, shop: tuple[Store, User]) -> Iterator[Page]:
    """A phone that has said where it lives and has ten apples in its basket; a script error fails the test."""
    store, _ = shop
    wrong: list[str] = []
    with chrome() as browser, context_of(browser, live_server.url) as context:
        phone = context.new_page()
        phone.on("pageerror", lambda error: wrong.append(str(error)))
        phone.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        visitor = Client()
        make_shop.put(make_shop.lives_in(visitor), store, "Gala apples", 10)
        take_session(phone, visitor)
        yield phone
    assert wrong == []


def take_session(phone: Page, visitor: Client) -> None:
    """Go on in a browser as what a test's client has begun."""
    value = visitor.cookies["sessionid"].value
    phone.goto("/healthz")
    phone.context.add_cookies([{"name": "sessionid", "value": value, "url": phone.url}])


@pytest.mark.parametrize("is_guest", [True, False])
def test_every_day_of_the_picker_shows_its_own_times(page: Page, shop: tuple[Store, User], is_guest: bool) -> None:
    if not is_guest:
        visitor = Client()
        visitor.force_login(shop[1])
        make_shop.put(make_shop.lives_in(visitor), shop[0], "Gala apples", 10)
        take_session(page, visitor)
    page.goto("/checkout/?step=window")
    days = page.locator(".hw-day")
    rights = days.evaluate_all("all => all.map(day => day.getBoundingClientRect().right)")
    seen = {page.locator(".hw-window").first.get_attribute("value")}

    for number in range(1, days.count()):
        with page.expect_response("**/checkout/?step=window*"):
            days.nth(number).click()
        expect(days.nth(number)).to_have_attribute("aria-current", "true")
        seen.add(page.locator(".hw-window").first.get_attribute("value"))

    assert max(rights) <= 390
    assert days.count() == len(seen) >= 7
    days.last.focus()
    page.keyboard.press("Enter")
    page.locator(".hw-window:enabled").first.click()
    expect(page.get_by_text("Time slot held")).to_be_visible()


def test_a_typed_quantity_counts_and_a_removed_item_comes_back(page: Page) -> None:
    page.goto("/basket/")
    field = page.get_by_label("Quantity: Gala apples")

    field.fill("12")
    page.get_by_role("heading", level=1).click()
    expect(page.locator(".hw-line-price")).to_have_text("$48.00")
    field.fill("14")
    field.press("Enter")
    expect(page.locator(".hw-line-price")).to_have_text("$56.00")
    field.fill("0")
    field.press("Enter")
    expect(page.get_by_text("Your basket is empty")).to_be_visible()
    page.locator("#toasts").get_by_role("button", name="Undo").click()

    expect(page.locator(".hw-line-price")).to_have_text("$56.00")
    assert CartLine.objects.get().quantity == 14


def test_the_header_leaves_a_phone_to_the_goods_and_stays(page: Page) -> None:
    make_shop.fill_department(Store.objects.get(), 30)
    for address in ("/", "/d/pantry/", "/basket/", "/checkout/"):
        page.goto(address)
        height = page.evaluate("document.querySelector('header').offsetHeight")
        assert height <= 96, address
    page.goto("/d/pantry/")
    page.mouse.wheel(0, 900)
    page.wait_for_function("scrollY > 300")

    assert page.evaluate("document.querySelector('header').getBoundingClientRect().top") == 0


def test_a_toast_gives_way_to_the_field_under_it(page: Page) -> None:
    page.goto("/basket/")
    page.evaluate("document.dispatchEvent(new CustomEvent('toast', { detail: { text: 'Said' } }))")
    toast = page.locator("#toasts [data-toast]")
    expect(toast).to_be_visible()

    page.evaluate("""() => {
        const field = document.body.appendChild(document.createElement("input"));
        const over = document.querySelector("#toasts [data-toast]").getBoundingClientRect();
        Object.assign(field.style, { position: "fixed", top: `${over.top}px`, left: `${over.left}px` });
        field.focus();
    }""")

    expect(toast).to_have_count(0)


def test_a_translated_page_still_takes_and_shows_what_is_new(page: Page) -> None:
    page.goto("/basket/")
    page.evaluate("""() => {
        const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const all = [];
        while (texts.nextNode()) if (texts.currentNode.textContent.trim()) all.push(texts.currentNode);
        for (const text of all) {
            if (text.parentElement.closest("script, style, template, [translate=no]")) continue;
            const [outer, inner] = [document.createElement("font"), document.createElement("font")];
            text.replaceWith(outer);
            outer.append(inner);
            inner.append(text);
        }
    }""")

    page.get_by_role("button", name="One more: Gala apples").click()

    expect(page.locator(".hw-line-price")).to_have_text("$44.00")
