"""Baskets: what goes in, what is refused, and how they come along at sign-in and to another store."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.http import Http404

from common.errors import InvalidInput
from orders.access.carts import cart_of, open_cart_of
from orders.actions.cart_moves import HANDOVER, WORDS, merge_carts, move_cart
from orders.actions.carts import (
    CHANGEABLE,
    BasketClosed,
    NotEnough,
    NotSold,
    add_to_cart,
    change_cart,
    clear_cart,
    open_cart,
    set_quantity,
    set_wish,
)
from orders.actions.windows import hold_window
from orders.models import Cart, CartLine
from stores.models import Store, Window
from tests import make

pytestmark = pytest.mark.django_db


def session_cart(store: Store | None = None) -> Cart:
    """A signed-out browser's basket."""
    return open_cart(store_id=(store or make.store()).pk, shopper_id=None, zip_code="37206")


def test_a_shopper_has_one_open_basket_a_store() -> None:
    sam, store = make.user(), make.store()

    first = open_cart(store_id=store.pk, shopper_id=sam.pk)
    second = open_cart(store_id=store.pk, shopper_id=sam.pk, zip_code="37206")

    assert (first.pk, second.zip_code) == (second.pk, "37206")


def test_after_an_order_the_next_basket_is_a_new_one() -> None:
    cart = make.cart(ordered_at=make.NOON)

    new = open_cart(store_id=cart.store_id, shopper_id=cart.shopper_id)

    assert new.pk != cart.pk
    assert new.checkout_key != cart.checkout_key


def test_adding_twice_adds_up_and_zero_takes_out() -> None:
    cart = session_cart()
    apples = make.shelf(cart.store)

    add_to_cart(cart_id=cart.pk, store_item_id=apples.pk, quantity=2)
    line = add_to_cart(cart_id=cart.pk, store_item_id=apples.pk)
    gone = set_quantity(cart_id=cart.pk, store_item_id=apples.pk, quantity=0)

    assert line.quantity == 3
    assert gone is None
    assert not cart.lines.exists()


def test_more_than_the_shelf_has_is_refused_and_the_basket_keeps_what_it_had() -> None:
    cart = session_cart()
    apples = make.shelf(cart.store, stock=3)
    add_to_cart(cart_id=cart.pk, store_item_id=apples.pk, quantity=2)

    with pytest.raises(NotEnough, match="Only 3 left of Gala apples"):
        add_to_cart(cart_id=cart.pk, store_item_id=apples.pk, quantity=2)

    assert cart.lines.get().quantity == 2


def test_fewer_is_always_possible_even_when_the_shelf_is_empty() -> None:
    cart = make.cart()
    line = cart.lines.get()
    line.store_item.stock = 0
    line.store_item.save()

    set_quantity(cart_id=cart.pk, store_item_id=line.store_item_id, quantity=1)

    assert cart.lines.get().quantity == 1


@pytest.mark.parametrize("shelf", [{"stock": 0}, {"is_available": False}])
def test_what_is_not_there_is_not_sold(shelf: dict[str, Any]) -> None:
    cart = session_cart()

    with pytest.raises(NotSold, match="sold out"):
        add_to_cart(cart_id=cart.pk, store_item_id=make.shelf(cart.store, **shelf).pk)


def test_another_stores_item_is_not_sold_here() -> None:
    with pytest.raises(NotSold):
        add_to_cart(cart_id=session_cart().pk, store_item_id=make.shelf(make.store()).pk)


def test_no_more_than_ninety_nine_of_one_item() -> None:
    cart = session_cart()
    apples = make.shelf(cart.store, stock=500)

    with pytest.raises(NotEnough, match="up to 99"):
        set_quantity(cart_id=cart.pk, store_item_id=apples.pk, quantity=100)


def test_a_wish_names_a_substitute_from_the_same_shelf() -> None:
    cart = make.cart()
    line, pears = cart.lines.get(), make.shelf(cart.store, make.item("Pears"))

    set_wish(cart_id=cart.pk, store_item_id=line.store_item_id, wish="this", wish_item_id=pears.pk)
    wished = cart.lines.get()
    set_wish(cart_id=cart.pk, store_item_id=line.store_item_id, wish="none", wish_item_id=pears.pk)

    assert (wished.wish, wished.wish_item_id) == ("this", pears.pk)
    assert cart.lines.get().wish_item_id is None
    foreign = make.shelf(make.store())
    with pytest.raises(InvalidInput):
        set_wish(cart_id=cart.pk, store_item_id=line.store_item_id, wish="this", wish_item_id=foreign.pk)


def test_notes_tip_and_address_are_kept_and_bad_ones_refused() -> None:
    cart = make.cart()
    home = make.address(cart.shopper, zip_code="37207")

    change_cart(cart_id=cart.pk, tip_cents=700, instructions=" Blue door ", address_id=home.pk, leave_at_door=True)

    cart.refresh_from_db()
    assert (cart.tip_cents, cart.instructions, cart.zip_code, cart.leave_at_door) == (700, "Blue door", "37207", True)
    for bad in ({"tip_cents": -1}, {"tip_cents": 50_001}, {"address_id": make.address().pk}, {"shopper_id": 1}):
        with pytest.raises(InvalidInput):
            change_cart(cart_id=cart.pk, **bad)


def test_a_basket_that_became_an_order_is_closed() -> None:
    cart = make.cart(ordered_at=make.NOON)

    with pytest.raises(BasketClosed):
        set_quantity(cart_id=cart.pk, store_item_id=cart.lines.get().store_item_id, quantity=1)


def test_emptying_a_basket_gives_its_seat_back() -> None:
    cart = make.cart()
    hold_window(cart_id=cart.pk, window_id=make.window(cart.store).pk, now=make.NOON)

    clear_cart(cart_id=cart.pk)

    assert not cart.lines.exists()
    assert Window.objects.get().taken == 0


def test_at_sign_in_the_browsers_basket_becomes_the_shoppers() -> None:
    sam, cart = make.user(), session_cart()
    add_to_cart(cart_id=cart.pk, store_item_id=make.shelf(cart.store).pk)

    for _ in range(2):
        merged = merge_carts(session_cart_id=cart.pk, shopper_id=sam.pk).cart

    assert (merged.pk, merged.shopper_id) == (cart.pk, sam.pk)


def test_two_baskets_in_one_store_become_one_with_the_window_held_last() -> None:
    own = make.cart()
    sam, store, line = own.shopper, own.store, own.lines.get()
    assert sam is not None
    pears = make.shelf(store, make.item("Pears"))
    browser = session_cart(store)
    add_to_cart(cart_id=browser.pk, store_item_id=line.store_item_id, quantity=12)
    add_to_cart(cart_id=browser.pk, store_item_id=pears.pk, quantity=1)
    early, late = make.window(store), make.window(store, starts_at=make.NOON + timedelta(hours=8))
    hold_window(cart_id=own.pk, window_id=early.pk, now=make.NOON)
    hold_window(cart_id=browser.pk, window_id=late.pk, now=make.NOON)

    merged = merge_carts(session_cart_id=browser.pk, shopper_id=sam.pk).cart

    assert merged.pk == own.pk
    assert dict(merged.lines.values_list("store_item_id", "quantity")) == {line.store_item_id: 12, pears.pk: 1}
    assert merged.holds.get().window == late
    assert list(Window.objects.order_by("pk").values_list("taken", flat=True)) == [0, 1]
    assert not Cart.objects.filter(pk=browser.pk).exists()


LATEST: dict[str, Any] = {
    "contact_name": "Sam S.",
    "phone": "615-555-0133",
    "tip_cents": 700,
    "instructions": "Ring twice",
    "gate_code": "1234",
    "zip_code": "37206",
}


@pytest.mark.parametrize("handover", [(True, False), (False, True)])
def test_at_sign_in_the_last_words_count_and_what_they_replace_is_named(handover: tuple[bool, bool]) -> None:
    own = make.cart(gate_code="9999", instructions="Back door", leave_at_door=handover[1])
    browser = session_cart(own.store)
    Cart.objects.filter(pk=browser.pk).update(**LATEST, leave_at_door=handover[0], wants_passcode=handover[1])

    merged = merge_carts(session_cart_id=browser.pk, shopper_id=own.shopper_id or 0)

    own.refresh_from_db()
    assert {name: getattr(own, name) for name in LATEST} == LATEST
    assert (own.leave_at_door, own.wants_passcode) == handover
    assert {"gate_code", "instructions"} <= set(merged.replaced)


def test_at_sign_in_silence_replaces_nothing() -> None:
    own = make.cart(**LATEST, wants_passcode=True)
    browser = session_cart(own.store)

    merged = merge_carts(session_cart_id=browser.pk, shopper_id=own.shopper_id or 0)

    own.refresh_from_db()
    assert {name: getattr(own, name) for name in LATEST} == LATEST
    assert own.wants_passcode
    assert merged.replaced == ()


def test_every_word_of_a_basket_has_a_say_when_two_become_one() -> None:
    kept = {"address_id"}  # belongs to an account: a signed-out browser has none

    assert {*WORDS, *HANDOVER} - {"zip_code"} == set(CHANGEABLE) - kept


@pytest.mark.parametrize(
    ("own", "latest", "kept"),
    [("best", "none", "none"), ("none", "best", "none"), ("this", "none", "none"), ("none", "this", "this")],
)
def test_a_wish_said_for_an_item_is_never_lost_at_sign_in(own: str, latest: str, kept: str) -> None:
    cart = make.cart()
    line, pears = cart.lines.get(), make.shelf(cart.store, make.item("Pears"))
    browser = session_cart(cart.store)
    add_to_cart(cart_id=browser.pk, store_item_id=line.store_item_id)
    for basket, wish in ((cart, own), (browser, latest)):
        set_wish(cart_id=basket.pk, store_item_id=line.store_item_id, wish=wish, wish_item_id=pears.pk)

    merged = merge_carts(session_cart_id=browser.pk, shopper_id=cart.shopper_id or 0)

    assert merged.cart.lines.get().wish == kept
    assert merged.counted == ((line.store_item.item.name, line.quantity),)


def test_a_basket_left_in_the_new_store_still_has_its_say() -> None:
    here, there = make.store(), make.store()
    cart = make.cart(at=here, gate_code="1234")
    make.cart(cart.shopper, there, instructions="Blue door", gate_code="9", wants_passcode=True)

    moved = move_cart(cart_id=cart.pk, store_id=there.pk).cart

    assert (moved.gate_code, moved.instructions, moved.wants_passcode) == ("1234", "Blue door", True)


def test_another_store_keeps_what_it_has_and_says_what_it_has_not() -> None:
    apples, pears, plums = make.item("Apples"), make.item("Pears"), make.item("Plums")
    here, there = make.store(), make.store()
    cart = make.cart(at=here, lines=[(make.shelf(here, i), 5) for i in (apples, pears, plums)])
    same, fewer = make.shelf(there, apples, price_cents=450), make.shelf(there, pears, stock=2)
    make.shelf(there, plums, stock=0)
    hold_window(cart_id=cart.pk, window_id=make.window(here).pk, now=make.NOON)

    moved = move_cart(cart_id=cart.pk, store_id=there.pk, zip_code="37207")

    assert (moved.kept, moved.fewer, moved.missing) == (2, ("Pears",), ("Plums",))
    assert dict(cart.lines.values_list("store_item_id", "quantity")) == {same.pk: 5, fewer.pk: 2}
    assert (moved.cart.store_id, moved.cart.zip_code) == (there.pk, "37207")
    assert not cart.holds.exists()
    assert Window.objects.get().taken == 0


def test_moving_where_another_basket_is_open_makes_them_one() -> None:
    here, there = make.store(), make.store()
    apples, pears = make.item("Apples"), make.item("Pears")
    cart = make.cart(at=here, lines=[(make.shelf(here, apples), 5)])
    left = make.cart(cart.shopper, there, lines=[(make.shelf(there, pears), 2), (make.shelf(there, apples), 1)])

    moved = move_cart(cart_id=cart.pk, store_id=there.pk)

    assert sorted(moved.cart.lines.values_list("store_item__item__name", "quantity")) == [("Apples", 5), ("Pears", 2)]
    assert not Cart.objects.filter(pk=left.pk).exists()
    assert CartLine.objects.count() == 2


def test_only_its_owner_finds_a_basket() -> None:
    cart, eve, browser = make.cart(), make.user("Eve"), session_cart()

    assert cart_of(shopper_id=cart.shopper_id, public_id=cart.public_id) == cart
    assert open_cart_of(shopper_id=cart.shopper_id, public_id=None) == cart
    assert open_cart_of(shopper_id=None, public_id=browser.public_id) == browser
    assert open_cart_of(shopper_id=None, public_id=cart.public_id) is None
    assert open_cart_of(shopper_id=None, public_id=None) is None
    for shopper_id, public_id in ((eve.pk, cart.public_id), (None, cart.public_id), (cart.shopper_id, uuid4())):
        with pytest.raises(Http404):
            cart_of(shopper_id=shopper_id, public_id=public_id)
