"""The checkout's pages: four sections, every refusal in place, nothing lost, and one order however often one taps."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.geo import Point
from orders.actions.windows import hold_window
from orders.models import Address, Cart, Order, Payment, WindowHold
from orders.queries.checkout import checkout_of
from providers.errors import Unavailable
from providers.geocoding.builtin import BuiltinGeocoding
from providers.payments.gateway import gateway
from stores.models import Store, StoreItem, Window
from tests import make, make_shop
from tests.orders.tills import CHALLENGED, DECLINED, GOOD

pytestmark = pytest.mark.django_db

STREET = {"line1": "1416 Woodland St", "city": "Nashville", "zip_code": "37206"}
CONTACT = {"contact_name": "Sam Shopper", "phone": "615-555-0133"}


@pytest.fixture
def sam() -> User:
    return make.user("Sam Shopper")


@pytest.fixture
def visitor(client: Client, sam: User, store: Store) -> Client:
    """Sam's browser, with ten apples in the basket."""
    client.force_login(sam)
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)
    return client


@pytest.fixture
def cart(visitor: Client, sam: User) -> Cart:
    """The same basket with an address and a held window."""
    found = make_shop.basket()
    found.address = make.address(sam)
    found.save(update_fields=["address"])
    hold_window(cart_id=found.pk, window_id=Window.objects.earliest("starts_at").pk, now=make.NOON)
    return found


def total(cart: Cart) -> int:
    """What the page shows."""
    return checkout_of(cart_id=cart.pk, now=make.NOON).bill.total_cents


def pay_form(cart: Cart, number: str = GOOD, **extra: object) -> dict[str, object]:
    """The fields of the last section as a browser sends them."""
    card = {"card": "new", "number": number, "expires": "04 / 30", "cvc": "123"}
    return {"cart": cart.public_id, "shown_total_cents": total(cart), **card, **extra}


def test_an_empty_basket_has_no_checkout(client: Client, store: Store) -> None:
    assert make_shop.lives_in(client).get("/checkout/").headers["Location"] == "/basket/"


def test_who_is_signed_out_may_sign_in_on_the_way(client: Client, store: Store) -> None:
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)

    page = client.get("/checkout/").content.decode()

    assert "Your basket and your window come with you." in page
    assert "/account/login/?next=/checkout/" in page


def test_the_window_chosen_before_signing_in_is_kept(client: Client, sam: User, store: Store) -> None:
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)
    client.post("/checkout/window/", {"window": Window.objects.earliest("starts_at").public_id})
    client.force_login(sam)

    client.get("/checkout/")

    assert WindowHold.objects.get(released_at=None).cart.shopper == sam


def test_a_new_address_is_kept_and_leads_to_the_windows(visitor: Client, sam: User) -> None:
    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, **CONTACT})

    assert answer.headers["Location"] == "/checkout/?step=window#window"
    assert Address.objects.get(shopper=sam).line1 == "1416 Woodland St"
    assert make_shop.basket().phone == "615-555-0133"


def test_an_address_outside_the_area_is_refused_in_place(visitor: Client, sam: User, store: Store) -> None:
    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, "zip_code": "37211", **CONTACT})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "No store delivers to 37211 yet. Your basket is kept" in page
    assert "37206" in page
    assert make_shop.basket().lines.count() == 1


def test_another_persons_address_is_not_found(visitor: Client, store: Store) -> None:
    answer = visitor.post("/checkout/address/", {"address": make.address().public_id, **CONTACT})

    assert answer.status_code == 404


def test_a_half_filled_address_says_what_is_missing(visitor: Client) -> None:
    answer = visitor.post("/checkout/address/", {"address": "new", "line1": "1416 Woodland St", **CONTACT})

    assert answer.status_code == 400
    assert "1416 Woodland St" in answer.content.decode()


def test_an_address_that_another_store_serves_takes_the_basket_there(visitor: Client, store: Store) -> None:
    other = make.store(store.market, at=Point(36.25, -86.71), zips=["37115"])
    make.shelf(other, make_shop.piece(store, "Gala apples").item, price_cents=390)

    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, "zip_code": "37115", **CONTACT})

    assert answer.status_code == 302
    assert make_shop.basket().store == other


def test_choosing_a_window_keeps_a_seat_for_ten_minutes(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")

    answer = visitor.post("/checkout/window/", {"window": window.public_id})
    page = visitor.get("/checkout/").content.decode()

    assert answer.headers["Location"] == "/checkout/?step=notes#notes"
    assert WindowHold.objects.get().expires_at == make.NOON + timedelta(minutes=10)
    assert "your window is kept" in page
    assert "10:00" in page


def test_a_window_that_has_just_filled_is_refused_in_its_section(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")
    window.taken = window.seats
    window.save(update_fields=["taken"])

    answer = visitor.post("/checkout/window/", {"window": window.public_id})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "That window is full" in page
    assert "Full" in page
    assert 'id="window" name="checkout-step" open' in page


def test_a_few_seats_are_told_in_words(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")
    window.taken = window.seats - 2
    window.save(update_fields=["taken"])

    assert "2 seats left" in visitor.get("/checkout/?step=window").content.decode()


def test_notes_go_with_the_order(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/notes/", {"handover": "leave", "instructions": "Blue door", "gate_code": "12#"})
    visitor.post("/checkout/place/", pay_form(cart))

    order = Order.objects.get()
    assert (order.leave_at_door, order.instructions, order.gate_code) == (True, "Blue door", "12#")


def test_a_passcode_that_is_asked_for_is_shown_on_the_order(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/notes/", {"handover": "hand", "wants_passcode": "on"})
    page = visitor.post("/checkout/place/", pay_form(cart), follow=True).content.decode()

    assert Order.objects.get().passcode in page


def test_a_tip_is_added_and_its_share_explained(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/tip/", {"tip_cents": "600"})
    page = visitor.get("/checkout/?step=pay").content.decode()

    assert "goes to your driver in full" in page
    assert "Where the $9.95 goes" in page
    assert make_shop.basket().tip_cents == 600


def test_a_typed_tip_counts_more_than_a_button(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/tip/", {"dollars": "7.25"})

    assert make_shop.basket().tip_cents == 725


@pytest.mark.parametrize("tip", ["-5", "1000000", "NaN", "1e9"])
def test_a_tip_out_of_range_changes_nothing(visitor: Client, cart: Cart, tip: str) -> None:
    visitor.post("/checkout/tip/", {"dollars": tip, "tip_cents": "400"})

    assert make_shop.basket().tip_cents == 0


def test_every_fee_is_a_line_of_its_own(visitor: Client, cart: Cart) -> None:
    page = visitor.get("/checkout/?step=pay").content.decode()

    for words in ("Groceries", "$40.00", "Delivery", "$9.95", "Tax, estimated", "Tip for your driver", "We hold up to"):
        assert words in page


def test_an_order_is_placed_and_shown(visitor: Client, cart: Cart, sam: User) -> None:
    answer = visitor.post("/checkout/place/", pay_form(cart), follow=True)

    order = Order.objects.get()
    assert answer.redirect_chain[-1][0] == f"/orders/{order.public_id}/"
    assert order.shopper == sam
    assert "Thank you, your order is placed" in answer.content.decode()
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
    assert "Your card was not accepted" in page
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

    assert "Your bank asks: is this you?" in page
    assert "Thank you, your order is placed" in answer.content.decode()
    assert visitor.get(answer.redirect_chain[0][0]).headers["Location"] == f"/orders/{Order.objects.get().public_id}/"


def test_a_failed_check_is_a_refusal_that_loses_nothing(visitor: Client, cart: Cart) -> None:
    asked = visitor.post("/checkout/place/", pay_form(cart, CHALLENGED)).headers["Location"]

    answer = visitor.post(asked, {"answer": "fail"}, follow=True)

    assert answer.status_code == 402
    assert "Your card was not accepted" in answer.content.decode()
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


def test_an_address_service_that_is_away_is_said(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: BuiltinGeocoding, text: str) -> None:
        raise Unavailable("geocoder")

    monkeypatch.setattr(BuiltinGeocoding, "geocode", away)

    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, **CONTACT})

    assert answer.status_code == 503
    assert "Addresses cannot be looked up just now" in answer.content.decode()


def test_a_gateway_that_is_away_is_said(visitor: Client, cart: Cart, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise Unavailable("cards")

    monkeypatch.setattr(type(gateway()), "tokenise", away)

    answer = visitor.post("/checkout/place/", pay_form(cart))

    assert answer.status_code == 503
    assert "does not answer just now" in answer.content.decode()


def test_the_page_costs_the_same_with_two_and_with_twenty_lines(visitor: Client, cart: Cart, store: Store) -> None:
    make_shop.fill_department(store, 20)
    make_shop.put(visitor, store, "Beans 000", 1)
    with CaptureQueriesContext(connection) as few:
        visitor.get("/checkout/")

    for number in range(1, 20):
        make_shop.put(visitor, store, f"Beans {number:03}", 1)
    with CaptureQueriesContext(connection) as many:
        visitor.get("/checkout/")

    assert len(few) == len(many)
    assert len(many) <= 18
