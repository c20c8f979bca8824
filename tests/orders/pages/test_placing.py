"""Paying and placing: one order however often one taps, every refusal in words, nothing lost."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from orders.actions.windows import hold_window
from orders.models import Cart, Order, Payment, WindowHold
from providers.errors import Unavailable
from providers.payments.gateway import gateway
from stores.models import Store, StoreItem, Window
from tests import make, make_shop
from tests.orders.pages.forms import pay_form, total
from tests.orders.tills import CHALLENGED, DECLINED, GOOD

pytestmark = pytest.mark.django_db


def test_an_order_is_placed_and_shown(visitor: Client, cart: Cart, sam: User) -> None:
    answer = visitor.post("/checkout/place/", pay_form(cart), follow=True)

    order = Order.objects.get()
    assert answer.redirect_chain[-1][0] == f"/orders/{order.public_id}/"
    assert order.shopper == sam
    assert "Thank you! Your order is placed" in answer.content.decode()
    assert "Your basket is empty" in visitor.get("/basket/").content.decode()


def test_an_order_is_placed_in_21_statements_and_two_transactions(visitor: Client, cart: Cart) -> None:
    form = pay_form(cart)

    with CaptureQueriesContext(connection) as sent:
        visitor.post("/checkout/place/", form)

    kinds = [query["sql"].split()[0] for query in sent.captured_queries]
    assert kinds.count("SAVEPOINT") == kinds.count("RELEASE") == 2  # transactions, within that of the test
    assert len(kinds) - 4 == 21


def test_the_basket_that_was_ordered_is_not_shown_again(visitor: Client, cart: Cart, store: Store) -> None:
    visitor.post("/checkout/place/", pay_form(cart))
    make_shop.put(visitor, store, "Gala apples", 2)

    page = visitor.get("/basket/").content.decode()

    assert Cart.objects.get(ordered_at=None).lines.get().quantity == 2
    assert "$8.00" in page


def test_a_doubled_tap_is_one_order(visitor: Client, cart: Cart) -> None:
    form = pay_form(cart)

    first = visitor.post("/checkout/place/", form)
    second = visitor.post("/checkout/place/", form)

    assert first.headers["Location"] == second.headers["Location"]
    assert Order.objects.count() == 1
    assert Payment.objects.count() == 1


def test_a_tampered_total_is_refused_and_the_true_one_shown(visitor: Client, cart: Cart) -> None:
    answer = visitor.post("/checkout/place/", pay_form(cart, shown_total_cents=100, price_cents=1, total_cents=1))

    assert answer.status_code == 409
    assert "The total has changed" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_declined_card_is_said_and_nothing_is_lost(visitor: Client, cart: Cart) -> None:
    answer = visitor.post("/checkout/place/", pay_form(cart, DECLINED))
    page = answer.content.decode()

    assert answer.status_code == 402
    assert "Your card was declined" in page
    assert DECLINED not in page
    assert cart.lines.count() == 1
    assert WindowHold.objects.get().released_at is None


def test_another_card_after_a_decline_places_the_order(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/place/", pay_form(cart, DECLINED))

    visitor.post("/checkout/place/", pay_form(cart))

    assert Order.objects.count() == 1


def test_a_number_that_is_no_card_is_refused(visitor: Client, cart: Cart) -> None:
    assert visitor.post("/checkout/place/", pay_form(cart, "1234")).status_code == 402
    assert visitor.post("/checkout/place/", pay_form(cart, "")).status_code == 400


def test_no_card_number_is_kept_anywhere(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/place/", pay_form(cart))

    payment = Payment.objects.get()
    assert GOOD not in payment.card_token
    assert payment.card_last4 == "4242"
    assert GOOD not in str(dict(visitor.session))


def test_a_card_used_before_needs_no_number(visitor: Client, cart: Cart, store: Store, sam: User) -> None:
    visitor.post("/checkout/place/", pay_form(cart))
    make_shop.put(visitor, store, "Gala apples", 10)
    second = make_shop.basket()
    second.address = sam.addresses.get()
    second.save(update_fields=["address"])
    hold_window(cart_id=second.pk, window_id=Window.objects.earliest("starts_at").pk, now=make.NOON)

    page = visitor.get("/checkout/").content.decode()
    used = Payment.objects.get()
    form = {"cart": second.public_id, "shown_total_cents": total(second), "card": used.public_id}
    visitor.post("/checkout/place/", form)

    assert "Visa ending" in page
    assert Order.objects.count() == 2


def test_nobody_pays_with_the_card_of_another(visitor: Client, cart: Cart) -> None:
    other = make.order(make.store()).payments.get()
    form = {"cart": cart.public_id, "shown_total_cents": total(cart), "card": other.public_id}

    assert visitor.post("/checkout/place/", form).status_code == 404


def test_the_banks_check_is_a_page_and_then_the_order(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", pay_form(cart, CHALLENGED)).headers["Location"]
    page = visitor.get(asked).content.decode()

    answer = visitor.post(asked, {"answer": "pass"}, follow=True)

    assert "Your bank asks you to confirm this payment" in page
    assert "Thank you! Your order is placed" in answer.content.decode()
    assert visitor.get(answer.redirect_chain[0][0]).headers["Location"] == f"/orders/{Order.objects.get().public_id}/"


def test_a_failed_check_is_a_refusal_that_loses_nothing(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", pay_form(cart, CHALLENGED)).headers["Location"]

    answer = visitor.post(asked, {"answer": "fail"}, follow=True)

    assert answer.status_code == 402
    assert "Your card was declined" in answer.content.decode()
    assert cart.lines.count() == 1


def test_the_check_of_another_is_not_found(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", pay_form(cart, CHALLENGED)).headers["Location"]
    eve = Client()
    eve.force_login(make.user("Eve"))

    assert eve.get(asked).status_code == 404
    assert eve.post(asked, {"answer": "pass"}).status_code == 404


def test_what_sells_out_while_paying_is_named(visitor: Client, cart: Cart) -> None:
    form = pay_form(cart)
    StoreItem.objects.update(stock=3)

    answer = visitor.post("/checkout/place/", form)

    assert answer.status_code == 409
    assert "Only 3 of Gala apples left" in answer.content.decode()


def test_a_price_that_rises_while_paying_asks_again(visitor: Client, cart: Cart) -> None:
    form = pay_form(cart)
    StoreItem.objects.update(price_cents=450)

    answer = visitor.post("/checkout/place/", form)

    assert answer.status_code == 409
    assert "The total is now" in answer.content.decode()
    assert f'value="{total(cart)}"' in answer.content.decode()


def test_a_hold_that_ran_out_is_tried_again_or_said(
    visitor: Client, cart: Cart, at_noon: time_machine.Traveller
) -> None:
    form = pay_form(cart)
    at_noon.shift(timedelta(minutes=11))
    Window.objects.update(taken=10)
    WindowHold.objects.update(released_at=make.NOON)

    answer = visitor.post("/checkout/place/", form)

    assert answer.status_code == 409
    assert 'id="window" name="checkout-step" open' in answer.content.decode()
    assert not Order.objects.exists()


def test_below_the_minimum_nothing_is_placed(visitor: Client, cart: Cart, store: Store) -> None:
    make_shop.put(visitor, store, "Gala apples", 2)

    answer = visitor.post("/checkout/place/", pay_form(cart))

    assert answer.status_code == 409
    assert "Add $22.00 more" in answer.content.decode()


def test_the_basket_of_another_cannot_be_ordered(visitor: Client, cart: Cart) -> None:
    eve = Client()
    eve.force_login(make.user("Eve"))

    eve.post("/checkout/place/", pay_form(cart))

    assert not Order.objects.exists()


def test_a_gateway_that_is_away_is_said(visitor: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise Unavailable("cards")

    monkeypatch.setattr(type(gateway()), "tokenise", away)

    answer = visitor.post("/checkout/place/", pay_form(cart))

    assert answer.status_code == 503
    assert "working right now" in answer.content.decode()
