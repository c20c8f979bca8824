"""Whoever locks two rows of a kind locks them in order of pk: nobody waits for another in a ring."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import IntegrityError, OperationalError

from accounts.models import User
from orders.actions import cart_moves, substitution
from orders.actions.cart_moves import move_cart
from orders.actions.carts import BasketClosed, open_cart
from orders.actions.picking import forget_substitution, start_picking
from orders.actions.substitution import substitute_line
from orders.actions.windows import drop_hold
from orders.models import Cart, Line, Order
from stores.models import Store, StoreItem
from tests import make
from tests.concurrency.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = make.NOON + timedelta(minutes=5)


def slowly(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same step, with time for another to come in between."""

    def slow(*args: Any, **kwargs: Any) -> Any:
        answer = step(*args, **kwargs)
        time.sleep(0.3)
        return answer

    return slow


def two_lines_with_each_others_substitute() -> tuple[list[tuple[Line, StoreItem]], User]:
    """Two orders being picked: one has item A in the bag and is to get B, the other the other way round."""
    store, picker = make.store(), make.user("Kim")
    wanted, first, second = (make.shelf(store, stock=50, price_cents=400) for _ in range(3))
    plan = []
    for has, gets in ((first, second), (second, first)):
        order: Order = make.order(store, lines=[(wanted, 1)])
        start_picking(order_id=order.pk, picker_id=picker.pk, by=picker.actor, now=LATER)
        line = order.lines.get()
        substitute(line, has, picker)
        plan.append((line, gets))
    return plan, picker


def substitute(line: Line, item: StoreItem, picker: User) -> Line:
    return substitute_line(line_id=line.pk, store_item_id=item.pk, quantity=1, picker_id=picker.pk, now=LATER)


def cross_substitutes() -> list[Line | BaseException]:
    plan, picker = two_lines_with_each_others_substitute()
    with patch.object(substitution, "forget_substitution", slowly(forget_substitution)):
        return at_once(lambda pair: substitute(*pair, picker), plan)


def test_two_substitutes_that_change_places_do_not_wait_in_a_ring() -> None:
    assert [type(answer) for answer in cross_substitutes()] == [Line, Line]


def test_control_shelves_locked_as_they_come_wait_in_a_ring() -> None:
    with patch.object(substitution, "lock_shelves_of"):
        answers = cross_substitutes()

    assert OperationalError in [type(answer) for answer in answers]


def cross_baskets() -> list[Any]:
    """Let one shopper's baskets in two stores change places at the same moment."""
    sam, market = make.user("Sam"), make.market()
    here, there = make.store(market), make.store(market)
    baskets = [(make.cart(sam, here), there), (make.cart(sam, there), here)]

    def move(pair: tuple[Cart, Store]) -> Any:
        return move_cart(cart_id=pair[0].pk, store_id=pair[1].pk)

    with patch.object(cart_moves, "drop_hold", slowly(drop_hold)):
        return at_once(move, baskets)


def test_two_baskets_that_change_places_do_not_wait_in_a_ring() -> None:
    kinds = Counter(type(answer).__name__ for answer in cross_baskets())

    assert kinds == {"Moved": 1, BasketClosed.__name__: 1}
    assert Cart.objects.count() == 1


def test_control_baskets_locked_as_they_come_wait_in_a_ring() -> None:
    with patch.object(cart_moves, "_lock_with_other"):
        answers = cross_baskets()

    assert OperationalError in [type(answer) for answer in answers]


def test_sixteen_tabs_open_one_basket() -> None:
    store, sam = make.store(), make.user("Sam")

    carts = at_once(lambda _: open_cart(store_id=store.pk, shopper_id=sam.pk, zip_code="37206"), range(16))

    assert {cart.pk for cart in carts if isinstance(cart, Cart)} == {Cart.objects.get().pk}
    assert len([cart for cart in carts if isinstance(cart, Cart)]) == 16


def test_control_a_basket_that_is_looked_for_and_then_made_is_made_twice() -> None:
    store, sam = make.store(), make.user("Sam")

    def careless(_: int) -> Cart:
        found = Cart.objects.filter(store=store, shopper=sam).first()
        time.sleep(0.1)
        return found or Cart.objects.create(store=store, shopper=sam)

    answers = at_once(careless, range(4))

    assert Counter(type(answer) for answer in answers) == {Cart: 1, IntegrityError: 3}
