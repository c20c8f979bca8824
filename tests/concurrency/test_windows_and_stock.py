"""R3: window seats and stock are never oversold nor undersold, and nobody waits in a ring."""

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db.models import QuerySet

from common.errors import Busy, DomainError
from orders.actions import checkout, windows
from orders.actions.cancel import cancel_order
from orders.actions.windows import hold_window, release_expired_holds
from orders.models import Cart, CartLine, Order, WindowHold
from orders.queries.checkout import lines_of
from orders.queries.checks import SoldOut, WindowFull
from orders.states import OrderStatus
from stores.models import Store, StoreItem, Window
from tests import make
from tests.concurrency.at_once import at_once
from tests.orders.tills import pay

SHOPPERS, SEATS, ROUNDS = 64, 10, 6
CARTS, KINDS, PIECES = 32, 8, 20
DEADLOCK = "deadlock detected"

pytestmark = pytest.mark.django_db(transaction=True)


def rush(store: Store, number: int) -> tuple[Window, Counter[str]]:
    """Let 64 shoppers ask for a seat in one window at the same moment."""
    window = make.window(store, starts_at=make.NOON + timedelta(hours=4 * (number + 1)), seats=SEATS)
    carts = Cart.objects.bulk_create(Cart(store=store) for _ in range(SHOPPERS))
    answers = at_once(lambda cart: hold_window(cart_id=cart.pk, window_id=window.pk, now=make.NOON), carts)
    window.refresh_from_db()
    return window, Counter(type(answer).__name__ for answer in answers)


def test_sixty_four_shoppers_get_exactly_the_ten_seats() -> None:
    store = make.store()

    for number in range(ROUNDS):
        window, answers = rush(store, number)

        assert answers == {WindowHold.__name__: SEATS, WindowFull.__name__: SHOPPERS - SEATS}
        assert window.taken == window.holds.count() == SEATS


def test_control_a_seat_that_is_read_and_then_written_is_sold_twice() -> None:
    def careless(window_id: int, *, now: datetime) -> None:
        window = Window.objects.get(pk=window_id)
        if not window.seats_left:
            raise WindowFull
        time.sleep(0.02)
        Window.objects.filter(pk=window_id).update(taken=window.taken + 1)

    with patch.object(windows, "take_seat", careless):
        window, _ = rush(make.store(), 0)

    assert window.holds.count() > SEATS


def full_baskets() -> list[Cart]:
    """32 baskets with one each of the same eight items, put in in every order; 20 of each are on the shelf."""
    store = make.store(min_basket_cents=0)
    shelf = [make.shelf(store, stock=PIECES) for _ in range(KINDS)]
    window = make.window(store, seats=CARTS)
    chance, carts = random.Random(3), []
    for _ in range(CARTS):
        chance.shuffle(shelf)
        carts.append(make.cart(at=store, lines=[(piece, 1) for piece in shelf]))
        hold_window(cart_id=carts[-1].pk, window_id=window.pk, now=make.NOON)
    return carts


def live_orders() -> int:
    return Order.objects.exclude(status=OrderStatus.CANCELLED).count()


def assert_books_agree() -> None:
    """What is sold and what is left is what there was, for pieces and seats."""
    assert set(StoreItem.objects.values_list("stock", flat=True)) == {PIECES - live_orders()}
    window = Window.objects.get()
    unsettled = window.holds.filter(released_at__isnull=True, sold_at__isnull=True).count()
    assert window.taken == live_orders() + unsettled


def test_thirty_two_baskets_sell_the_shelf_empty_and_no_further() -> None:
    carts = full_baskets()

    answers = at_once(pay, carts)

    assert Counter(type(answer).__name__ for answer in answers) == {"Order": PIECES, SoldOut.__name__: CARTS - PIECES}
    assert live_orders() == PIECES
    assert_books_agree()


def test_orders_cancels_and_expiries_at_once_lose_nothing() -> None:
    carts = full_baskets()
    placed = [answer for answer in at_once(pay, carts) if isinstance(answer, Order)]
    refused = list(Cart.objects.filter(ordered_at__isnull=True).order_by("pk"))

    def act(what: Order | Cart | None) -> Any:
        if what is None:
            return release_expired_holds(now=make.NOON + timedelta(minutes=10))
        if isinstance(what, Order):
            return cancel_order(order_id=what.pk, by="system", reason="test", now=make.NOON)
        return pay(what)

    answers = at_once(act, [*placed[:8], *refused, *[None] * 4])

    assert [a for a in answers if isinstance(a, BaseException) and not isinstance(a, DomainError)] == []
    assert_books_agree()
    for cart in Cart.objects.filter(ordered_at__isnull=True)[: PIECES - live_orders()]:
        pay(cart)
    assert live_orders() == PIECES
    assert_books_agree()


def test_control_shelf_rows_locked_in_any_order_wait_in_a_ring() -> None:
    def unsorted(cart: Cart) -> QuerySet[CartLine]:
        for line in cart.lines.order_by("pk"):  # as they were added
            StoreItem.objects.select_for_update().get(pk=line.store_item_id)
            time.sleep(0.02)
        return lines_of(cart)

    with patch.object(checkout, "_with_locked_shelf", unsorted):
        answers = at_once(pay, full_baskets()[:6])

    rings = [answer for answer in answers if isinstance(answer, Busy)]
    assert any(DEADLOCK in str(answer.__cause__ or answer.__context__) for answer in rings)
