"""Paying by a vendor's script in a real browser, under the content policy that our pages send."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from orders.actions.windows import hold_window
from orders.models import Order, Payment
from stores.models import Window
from tests import make
from tests.browser.shop_journey import PASSWORD, chrome, context_of, faults, open_shop
from tests.orders.tills import CHALLENGED, GOOD
from tests.providers.payments.localstripe_server import API_KEY, PUBLIC_KEY, localstripe

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("shop-browser")]
SCRIPT = (Path(__file__).parent / "card_script.js").read_text()


@pytest.fixture
def stripe(settings: LazySettings) -> Iterator[str]:
    """Stripe as the gateway, against a stand-in of its API."""
    with localstripe() as base:
        settings.PAYMENTS_PROVIDER = "providers.payments.stripe.StripePayments"
        settings.PAYMENTS_OPTIONS = {"api_key": API_KEY, "publishable_key": PUBLIC_KEY, "api_base": base}
        settings.DEBUG = True
        yield base


def forward(page: Page, base: str) -> None:
    """Answer in Stripe's place: its script by ours, its API by the stand-in."""

    def answer(route: Route) -> None:
        asked = route.request
        path = asked.url.removeprefix("https://api.stripe.com")
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": f"Bearer {API_KEY}"}
        got = requests.post(base + path, data=asked.post_data, headers=headers, timeout=5)
        route.fulfill(status=got.status_code, body=got.content, headers={"Access-Control-Allow-Origin": "*"})

    page.route("https://js.stripe.com/**", lambda route: route.fulfill(body=SCRIPT, content_type="text/javascript"))
    page.route("https://api.stripe.com/**", answer)


def open_checkout(page: Page) -> User:
    """Sam, signed in, with a basket, an address and a window, before the card."""
    store, sam = open_shop()
    cart = make.cart(sam, store)
    hold_window(cart_id=cart.pk, window_id=Window.objects.earliest("starts_at").pk, now=timezone.now())
    page.goto("/account/login/?next=/checkout/")
    page.get_by_label("Email").fill("sam@example.com")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return sam


def test_a_card_and_the_banks_check_by_the_vendors_script(live_server: LiveServer, stripe: str) -> None:
    seen: list[str] = []
    with chrome() as browser, context_of(browser, live_server.url) as context:
        page = context.new_page()
        page.on("pageerror", lambda error: seen.append(f"script: {error}"))
        page.on("console", lambda said: seen.append(said.text) if said.type == "error" else None)
        page.on("dialog", lambda dialog: dialog.accept())
        forward(page, stripe)
        sam = open_checkout(page)

        page.get_by_label("Card number", exact=True).fill(CHALLENGED)
        page.get_by_role("button", name="Place order").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is placed")

    assert Order.objects.get(shopper=sam).payments.get().card_last4 == CHALLENGED[-4:]
    assert seen == []


def test_a_check_that_is_refused_is_said_and_another_card_pays(live_server: LiveServer, stripe: str) -> None:
    with chrome() as browser, context_of(browser, live_server.url) as context:
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        forward(page, stripe)
        open_checkout(page)
        page.get_by_label("Card number", exact=True).fill(CHALLENGED)
        page.get_by_role("button", name="Place order").click()

        expect(page.get_by_role("status").filter(has_text="Your bank did not confirm.")).to_be_visible()
        found = faults(page)
        page.get_by_role("link", name="Use another card").click()
        found += faults(page)
        page.get_by_label("Card number", exact=True).fill(GOOD)
        page.get_by_role("button", name="Place order").click()

        expect(page.get_by_role("heading", level=1)).to_have_text("Thank you! Your order is placed")

    assert found == []
    assert Payment.objects.filter(order__isnull=False).count() == 1


def test_without_script_the_pages_say_what_to_do(live_server: LiveServer, stripe: str) -> None:
    with chrome() as browser, context_of(browser, live_server.url, script=False) as context:
        page = context.new_page()
        open_checkout(page)

        expect(page.get_by_text("Without it you can pay with a saved card.")).to_be_visible()
