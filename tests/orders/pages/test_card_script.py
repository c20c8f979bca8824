"""Paying where the gateway's own script takes the card (Stripe, against a stand-in of its API)."""

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from orders.models import Cart, Order, Payment
from orders.queries.checkout import checkout_of
from providers.payments.gateway import gateway
from tests import make
from tests.orders.tills import CHALLENGED, CHALLENGED_THEN_POOR, DECLINED, GOOD
from tests.providers.payments.localstripe_server import API_KEY, PUBLIC_KEY, localstripe, pass_challenge

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def stand_in() -> Iterator[str]:
    with localstripe() as base:
        yield base


@pytest.fixture(autouse=True)
def stripe(settings: Settings, stand_in: str) -> str:
    """Stripe as the gateway."""
    settings.PAYMENTS_PROVIDER = "providers.payments.stripe.StripePayments"
    settings.PAYMENTS_OPTIONS = {
        "api_key": API_KEY,
        "publishable_key": PUBLIC_KEY,
        "api_base": stand_in,
        "network_retries": 0,
    }
    return stand_in


def token_form(cart: Cart, number: str = GOOD) -> dict[str, object]:
    """What the browser sends after the script has taken a card."""
    card = gateway().tokenise(number=number, exp_month=4, exp_year=2040, cvc="123")
    total = checkout_of(cart_id=cart.pk, now=make.NOON).bill.total_cents
    taken = {"token": card.token, "brand": card.brand, "last4": card.last4}
    return {"cart": cart.public_id, "shown_total_cents": total, "card": "new", **taken}


def secret_of(page: str) -> str:
    """The check's secret, as the page hands it to the script."""
    return page.partition('data-secret="')[2].partition('"')[0]


def test_the_script_takes_the_card_and_the_page_has_no_field_for_a_number(visitor: Client, cart: Cart) -> None:
    page = visitor.get("/checkout/?step=pay").content.decode()

    assert '<script src="https://js.stripe.com/v3/" defer></script>' in page
    assert f'data-card-key="{PUBLIC_KEY}"' in page
    assert 'name="number"' not in page
    assert "Without it you can pay with a saved card" in page


def test_the_content_policy_is_loosened_on_the_checkout_alone(visitor: Client, cart: Cart) -> None:
    def policy(path: str) -> str:
        return visitor.get(path).headers["Content-Security-Policy"]

    assert "script-src 'self' https://js.stripe.com" in policy("/checkout/")
    assert "https://hooks.stripe.com" in policy("/checkout/")
    assert "stripe" not in policy("/basket/")


def test_the_built_in_gateway_loosens_nothing(
    visitor: Client, cart: Cart, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings.PAYMENTS_PROVIDER = "providers.payments.builtin.BuiltinPayments"
    settings.PAYMENTS_OPTIONS = {"state_dir": str(tmp_path_factory.mktemp("books"))}

    answer = visitor.get("/checkout/")

    assert "stripe" not in answer.headers["Content-Security-Policy"] + answer.content.decode()


def test_a_token_places_the_order_and_the_bank_names_the_card(visitor: Client, cart: Cart) -> None:
    form = token_form(cart) | {"brand": "amex", "last4": "0000"}

    answer = visitor.post("/checkout/place/", form, follow=True)

    assert "Thank you! Your order is placed" in answer.content.decode()
    payment = Payment.objects.get()
    assert (payment.card_brand, payment.card_last4) == ("visa", "4242")


def test_a_number_that_is_sent_all_the_same_is_not_read(visitor: Client, cart: Cart) -> None:
    form = {name: value for name, value in token_form(cart).items() if name != "token"}

    answer = visitor.post("/checkout/place/", form | {"number": GOOD, "expires": "04 / 30", "cvc": "123"})

    assert answer.status_code == 400
    assert GOOD not in answer.content.decode()
    assert not Payment.objects.exists()


@pytest.mark.parametrize("token", ["cus_1/pm_1", "tok_1", "pm_", "pm_1/../2", ""])
def test_only_a_new_cards_token_is_taken_from_a_browser(visitor: Client, cart: Cart, token: str) -> None:
    answer = visitor.post("/checkout/place/", token_form(cart) | {"token": token})

    assert answer.status_code == 400
    assert not Payment.objects.exists()


def test_a_declined_card_is_said_and_another_one_pays(visitor: Client, cart: Cart) -> None:
    declined = visitor.post("/checkout/place/", token_form(cart, DECLINED))
    visitor.post("/checkout/place/", token_form(cart))

    assert declined.status_code == 402
    assert Order.objects.count() == 1


def test_the_banks_check_opens_in_a_page_and_then_the_order_is_placed(visitor: Client, cart: Cart, stripe: str) -> None:
    asked = visitor.post("/checkout/place/", token_form(cart, CHALLENGED)).headers["Location"]
    answer = visitor.get(asked)
    page = answer.content.decode()

    pass_challenge(stripe, Payment.objects.get().challenge_ref, secret_of(page), passed=True)
    after = visitor.get(asked, follow=True)

    assert "https://js.stripe.com" in answer.headers["Content-Security-Policy"]
    assert "pay with another card" in page
    assert "Thank you! Your order is placed" in after.content.decode()
    assert not Payment.objects.filter(challenge_url__contains="secret").exists()


@pytest.mark.parametrize(("number", "passed"), [(CHALLENGED, False), (CHALLENGED_THEN_POOR, True)])
def test_a_check_that_fails_is_a_refusal_that_loses_nothing(
    visitor: Client, cart: Cart, stripe: str, number: str, passed: bool
) -> None:
    asked = visitor.post("/checkout/place/", token_form(cart, number)).headers["Location"]
    secret = secret_of(visitor.get(asked).content.decode())

    pass_challenge(stripe, Payment.objects.get().challenge_ref, secret, passed=passed)
    answer = visitor.get(asked, follow=True)

    assert answer.status_code == 402
    assert "Your card was declined" in answer.content.decode()
    assert cart.lines.count() == 1


def test_going_on_before_the_check_shows_the_check_again(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", token_form(cart, CHALLENGED)).headers["Location"]

    answer = visitor.get(f"/checkout/resume/{Payment.objects.get().public_id}/")

    assert answer.headers["Location"] == asked
    assert not Order.objects.exists()


def test_a_gateway_that_is_away_at_the_check_keeps_the_basket(visitor: Client, cart: Cart, settings: Settings) -> None:
    asked = visitor.post("/checkout/place/", token_form(cart, CHALLENGED)).headers["Location"]
    settings.PAYMENTS_OPTIONS = settings.PAYMENTS_OPTIONS | {"api_base": "http://127.0.0.1:9"}

    answer = visitor.get(asked)

    assert answer.status_code == 503
    assert "your basket is saved" in answer.content.decode()


def test_the_check_of_another_person_is_not_found(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", token_form(cart, CHALLENGED)).headers["Location"]
    stranger = Client()
    stranger.force_login(make.user("Eve"))

    assert stranger.get(asked).status_code == 404
