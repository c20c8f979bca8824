"""The background tasks of the shop read the clock and call one action."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from config.subscriptions import SUBSCRIPTIONS
from orders.actions.cancel import cancel_order
from orders.actions.refunds import refund_line
from orders.actions.windows import hold_window
from orders.models import Refund
from orders.states import PaymentStatus
from orders.tasks import money, shop
from stores import tasks as store_tasks
from stores.models import Window
from tests import make
from tests.orders.tills import deliver, pay, ready_cart

pytestmark = pytest.mark.django_db


def test_every_topic_of_orders_is_heard_by_a_task_that_exists() -> None:
    current_app.loader.import_default_modules()
    topics = ("order.placed", "order.cancelled", "order.delivered", "order.returned", "refund.booked")

    assert all(SUBSCRIPTIONS[topic] for topic in topics)
    ours = {task for topic in topics for task in SUBSCRIPTIONS[topic] if task.startswith("orders.")}
    assert ours <= set(current_app.tasks)


def test_a_delivered_order_is_captured_and_a_refund_paid() -> None:
    order = deliver(pay(ready_cart()))

    money.capture_order(order_id=order.pk, sent_by_an_older_worker=True)
    refund = refund_line(
        line_id=order.lines.get().pk, amount_cents=400, reason="Bruised", by="user:kim", key="1", now=timezone.now()
    )
    money.pay_refund(refund_id=refund.pk, order_id=order.pk)
    money.sweep_payments()

    assert order.payments.get().status == PaymentStatus.CAPTURED
    assert Refund.objects.get().done_at is not None


def test_a_cancelled_order_lets_its_hold_go() -> None:
    order = pay(ready_cart())
    cancel_order(order_id=order.pk, by="user:sam", reason="Changed my mind", now=make.NOON)

    money.release_payment(order_id=order.pk)

    assert order.payments.get().status == PaymentStatus.VOID


def test_holds_that_ran_out_are_swept() -> None:
    cart = make.cart()
    long_ago = timezone.now() - timedelta(minutes=11)
    window = make.window(cart.store, starts_at=timezone.now() + timedelta(hours=4))
    hold_window(cart_id=cart.pk, window_id=window.pk, now=long_ago)

    shop.sweep_holds()

    assert Window.objects.get().taken == 0


def test_windows_are_made_for_every_store() -> None:
    store = make.store()
    for weekday in range(7):
        make.window_rule(store, weekday)

    store_tasks.make_windows()

    assert store.windows.count() >= 7
