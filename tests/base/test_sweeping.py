"""A row that breaks keeps no other from being finished, in any sweep."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from common.sweeping import each
from dispatch import tasks
from dispatch.actions import deliveries
from dispatch.models import Delivery
from orders.actions import sweeping
from orders.actions.cancel import cancel_order
from orders.actions.capturing import capture_payment
from orders.actions.substitution import decide_overdue_substitutions
from orders.actions.sweeping import sweep_payments
from orders.models import Order, Substitution
from orders.states import OrderStatus, PaymentStatus
from tests import make
from tests.orders.tills import deliver, pay, ready_cart

EVENING = make.NOON + timedelta(hours=6)


def test_the_next_key_has_its_turn_and_the_broken_one_is_told() -> None:
    seen: list[int] = []

    def step(key: int) -> None:
        if key == 2:
            raise ZeroDivisionError
        seen.append(key)

    assert each([1, 2, 3], step, sweep="test") == [2]
    assert seen == [1, 3]


def test_a_worker_that_is_told_to_stop_stops() -> None:
    def step(key: int) -> None:
        raise SoftTimeLimitExceeded

    with pytest.raises(SoftTimeLimitExceeded):
        each([1], step, sweep="test")


@pytest.mark.django_db
def test_an_order_that_cannot_be_captured_is_put_off_and_the_others_are_taken() -> None:
    bad, good = deliver(pay(ready_cart())), deliver(pay(ready_cart()))

    def capture(*, order_id: int, now: object) -> None:
        if order_id == bad.pk:
            raise ZeroDivisionError
        capture_payment(order_id=order_id, now=EVENING)

    with patch.object(sweeping, "capture_payment", capture):
        looked_at = [sweep_payments(now=EVENING), sweep_payments(now=EVENING)]

    assert looked_at == [2, 0]
    assert good.payments.get().status == PaymentStatus.CAPTURED
    sweep_payments(now=EVENING + timedelta(minutes=1))
    assert bad.payments.get().status == PaymentStatus.CAPTURED


@pytest.mark.django_db
def test_an_order_that_no_delivery_can_follow_stops_no_market() -> None:
    bad, good = make.order(), make.order()
    follow = deliveries.follow_order

    def broken(*, order_id: int, now: object) -> object:
        if order_id == bad.pk:
            raise ZeroDivisionError
        return follow(order_id=order_id, now=timezone.now())

    with patch.object(deliveries, "follow_order", broken), patch.object(tasks, "nudge") as nudge:
        tasks.sweep_markets()

    assert Delivery.objects.get().order_id == good.pk
    assert nudge.call_count == 2


@pytest.mark.django_db
def test_questions_of_cancelled_orders_do_not_keep_the_others_waiting() -> None:
    left, asked = (question(make.order(status=OrderStatus.PICKING)) for _ in range(2))
    cancel_order(order_id=left.line.order_id, by="user:kim", reason="Closed early", now=make.NOON)

    decided = decide_overdue_substitutions(now=EVENING, limit=1)

    asked.refresh_from_db()
    assert decided == 1
    assert asked.status != Substitution.Status.PROPOSED


def question(order: Order) -> Substitution:
    """A question to a shopper that nobody has answered."""
    line = make.line(order, make.shelf(order.store))
    other = make.shelf(order.store, make.item("Other apples"))
    return Substitution.objects.create(
        line=line, store_item=other, name="Other apples", quantity=1, shelf_price_cents=400, shelf_total_cents=400,
        charged_cents=400, status=Substitution.Status.PROPOSED, decide_by=make.NOON, created_at=make.NOON,
    )  # fmt: skip
