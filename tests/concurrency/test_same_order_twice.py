"""R8: the same order sent many times at once is one order, one hold on the card, one answer."""

import random
import sqlite3
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import pytest
from pytest_django import Settings

from events.models import Event
from orders.actions import checkout, placing
from orders.actions.sweeping import sweep_payments
from orders.models import Cart, Order, Payment
from orders.states import PaymentStatus
from stores.models import StoreItem, Window
from tests import make
from tests.concurrency.at_once import Died, at_once
from tests.orders.tills import pay, ready_cart

SENDERS = 64
pytestmark = pytest.mark.django_db(transaction=True)


def holds_at_gateway(settings: Settings) -> list[str]:
    """Statuses of all holds in the gateway's own books."""
    path = Path(settings.PAYMENTS_OPTIONS["state_dir"]) / "payments.sqlite3"
    with sqlite3.connect(path) as books:
        return [row[0] for row in books.execute("SELECT status FROM holds")]


def test_sixty_four_senders_of_one_basket_get_one_order(settings: Settings) -> None:
    cart = ready_cart()

    answers = at_once(pay, [cart] * SENDERS)

    order = Order.objects.get()
    assert {getattr(answer, "pk", answer) for answer in answers} == {order.pk}
    assert holds_at_gateway(settings) == ["held"]
    assert Payment.objects.get().status == PaymentStatus.HELD
    assert StoreItem.objects.get().stock == 90
    assert Window.objects.get().taken == 1
    assert Event.objects.filter(topic="order.placed").count() == 1


def test_when_a_third_of_the_senders_die_before_commit_the_rest_still_get_one_order(settings: Settings) -> None:
    cart, chance, write = ready_cart(), random.Random(8), placing.write_order

    def mortal(**given: Any) -> Order:
        order = write(**given)
        if chance.random() < 0.3:
            raise Died
        return order

    with patch.object(checkout, "write_order", mortal):
        answers = at_once(pay, [cart] * SENDERS)

    order = pay(cart)
    assert {answer.pk for answer in answers if isinstance(answer, Order)} == {order.pk}
    assert all(isinstance(answer, Order | Died) for answer in answers)
    assert holds_at_gateway(settings) == ["held"]
    assert StoreItem.objects.get().stock == 90


def test_control_without_lock_and_key_one_basket_is_held_many_times(settings: Settings) -> None:
    cart = ready_cart()
    create = Payment.objects.create

    def new_key(basket: Any, card: Any, shown_cents: int, now: Any) -> Payment:
        return create(
            cart=basket.cart,
            shopper=basket.cart.shopper,
            key=f"order:{uuid4()}:1",
            card_token=card.token,
            amount_cents=basket.bill.hold_cents,
            shown_cents=shown_cents,
            created_at=now,
            updated_at=now,
        )

    with patch.object(checkout, "_intent", new_key), patch.object(checkout, "locked_carts", Cart.objects.all):
        at_once(pay, [cart] * SENDERS)

    assert len(holds_at_gateway(settings)) > 1


def test_what_the_dead_leave_behind_is_swept(settings: Settings) -> None:
    cart = ready_cart()

    def die(**_: Any) -> Order:
        raise Died

    with patch.object(checkout, "write_order", die), pytest.raises(Died):
        pay(cart)
    sweep_payments(now=make.NOON.replace(hour=23))

    assert Payment.objects.get().status == PaymentStatus.VOID
    assert holds_at_gateway(settings) == ["void"]
