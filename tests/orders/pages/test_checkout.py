"""The checkout's sections: address, window, notes and tip; every refusal in place, nothing lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from common.geo import Point
from orders.models import Address, Cart, Order, WindowHold
from providers.errors import Unavailable
from providers.geocoding.builtin import BuiltinGeocoding
from stores.models import Store, Window
from tests import make, make_shop
from tests.orders.pages.forms import pay_form

pytestmark = pytest.mark.django_db

STREET = {"line1": "1416 Woodland St", "city": "Nashville", "zip_code": "37206"}
CONTACT = {"contact_name": "Sam Shopper", "phone": "615-555-0133"}


def test_an_empty_basket_has_no_checkout(client: Client, store: Store) -> None:
    assert make_shop.lives_in(client).get("/checkout/").headers["Location"] == "/basket/"


def test_who_is_signed_out_may_sign_in_on_the_way(client: Client, store: Store) -> None:
    make_shop.put(make_shop.lives_in(client), store, "Gala apples", 10)

    page = client.get("/checkout/").content.decode()

    assert "We'll keep your basket and your time slot." in page
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
    assert make_shop.basket().phone == "+16155550133"


def test_an_address_outside_the_area_is_refused_in_place(visitor: Client, sam: User, store: Store) -> None:
    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, "zip_code": "37211", **CONTACT})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "No store delivers to 37211 yet. Your basket is saved" in page
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

    told = {"address": "new", **STREET, "zip_code": "37115", **CONTACT, "move": str(other.public_id)}
    answer = visitor.post("/checkout/address/", told)

    assert answer.status_code == 302
    assert make_shop.basket().store == other


def test_choosing_a_window_keeps_a_seat_for_ten_minutes(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")

    answer = visitor.post("/checkout/window/", {"window": window.public_id})
    page = visitor.get("/checkout/").content.decode()

    assert answer.headers["Location"] == "/checkout/?step=notes#notes"
    assert WindowHold.objects.get().expires_at == make.NOON + timedelta(minutes=10)
    assert "Time slot held" in page
    assert "10:00" in page


def test_a_window_that_has_just_filled_is_refused_in_its_section(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")
    window.taken = window.seats
    window.save(update_fields=["taken"])

    answer = visitor.post("/checkout/window/", {"window": window.public_id})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert "That delivery time is full" in page
    assert "Full" in page
    assert 'id="window" name="checkout-step" open' in page


def test_a_few_seats_are_told_in_words(visitor: Client) -> None:
    window = Window.objects.earliest("starts_at")
    window.taken = window.seats - 2
    window.save(update_fields=["taken"])

    assert "2 left" in visitor.get("/checkout/?step=window").content.decode()


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


def test_an_address_service_that_is_away_is_said(visitor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: BuiltinGeocoding, text: str) -> None:
        raise Unavailable("geocoder")

    monkeypatch.setattr(BuiltinGeocoding, "geocode", away)

    answer = visitor.post("/checkout/address/", {"address": "new", **STREET, **CONTACT})

    assert answer.status_code == 503
    assert "look up addresses right now" in answer.content.decode()


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


def with_beer(visitor: Client, store: Store) -> None:
    make_shop.put(visitor, store, "Lager", 1)


def test_age_restricted_goods_say_so_before_paying(visitor: Client, cart: Cart, store: Store) -> None:
    with_beer(visitor, store)

    for step in ("notes", "pay"):
        page = visitor.get(f"/checkout/?step={step}").content.decode()
        assert "Your basket has items for ages 21+" in page
        assert "can't be left at the door" in page

    assert 'value="leave" ' in page
    assert "disabled" in page.split('value="leave"')[1].split(">")[0]


def test_age_restricted_goods_cannot_be_left_at_the_door(visitor: Client, cart: Cart, store: Store) -> None:
    visitor.post("/checkout/notes/", {"handover": "leave"})
    with_beer(visitor, store)

    answer = visitor.post("/checkout/notes/", {"handover": "leave", "instructions": "Blue door"})
    page = answer.content.decode()

    assert answer.status_code == 400
    assert "Items for ages 21+ are handed over in person" in page
    assert "Blue door" in page
    assert "Hand to me, with a passcode" in page


def test_a_dear_basket_is_handed_over_and_says_so(visitor: Client, cart: Cart, store: Store) -> None:
    visitor.post("/checkout/notes/", {"handover": "leave"})
    make_shop.put(visitor, store, "Gala apples", 50)

    page = visitor.get("/checkout/?step=notes").content.decode()
    visitor.post("/checkout/place/", pay_form(cart))

    assert "Orders of $200.00 or more are handed over in person" in page
    order = Order.objects.get()
    assert (order.leave_at_door, bool(order.passcode)) == (False, True)


def test_a_passcode_at_the_door_contradicts_itself(visitor: Client, cart: Cart) -> None:
    answer = visitor.post("/checkout/notes/", {"handover": "leave", "wants_passcode": "on"})

    assert answer.status_code == 400
    assert "A passcode is given in person" in answer.content.decode()


@pytest.mark.parametrize(
    ("tip", "said"),
    [
        ("1000", "at most $50.00"),
        ("50.01", "at most $50.00"),
        ("abc", "Enter the tip in dollars and cents"),
        ("-1", "Enter the tip in dollars and cents"),
    ],
)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_a_tip_that_cannot_be_is_refused_and_shown_as_typed(
    visitor: Client, cart: Cart, tip: str, said: str, headers: dict[str, str]
) -> None:
    page = visitor.post("/checkout/tip/", {"dollars": tip}, headers=headers).content.decode()

    assert said in page
    assert f'value="{tip}"' in page


def test_a_tip_of_ones_own_stays_in_its_field(visitor: Client, cart: Cart) -> None:
    visitor.post("/checkout/tip/", {"dollars": "7.25"})

    assert 'value="7.25"' in visitor.get("/checkout/?step=pay").content.decode()


def test_the_earliest_and_the_cheapest_time_are_marked(visitor: Client, store: Store) -> None:
    late = Window.objects.latest("starts_at")
    late.fee_cents = 695
    late.save(update_fields=["fee_cents"])

    page = visitor.get("/checkout/?step=window").content.decode()

    assert page.count("Earliest") == page.count("Lowest fee") == 1


def test_the_address_typed_first_is_kept_for_the_checkout(client: Client, sam: User, store: Store) -> None:
    client.post("/area/", {"place": "1416 Woodland St, Nashville, TN 37206"})
    make_shop.put(client, store, "Gala apples", 10)
    client.force_login(sam)

    page = client.get("/checkout/").content.decode()

    assert 'value="1416 Woodland St"' in page
    assert 'value="Nashville"' in page


def test_the_number_of_a_section_is_read_once(visitor: Client) -> None:
    page = visitor.get("/checkout/").content.decode()

    assert page.count('class="hw-step-no') == page.count('aria-hidden="true" class="hw-step-no')
