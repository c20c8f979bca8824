"""Money back for lines: at the door before anything is taken, and later to the card (S11, T12)."""

from datetime import timedelta

import pytest
from django.db import transaction

from common.errors import DomainError, InvalidInput
from events.actions.move import move
from events.models import Event
from ledger import chart
from ledger.queries import balance, balances
from orders.actions.capturing import capture_payment
from orders.actions.fulfil import finish_order, hand_over_order
from orders.actions.locks import lock_order
from orders.actions.refunds import (
    KeyUsed,
    NotRefundable,
    RefundTooLarge,
    pay_refund,
    refund_fee,
    refund_line,
    refund_order,
    refuse_at_door,
)
from orders.actions.sweeping import sweep_payments
from orders.models import Line, Order, Refund
from orders.states import OrderStatus, PaymentStatus
from tests import make
from tests.orders.tills import ANSWER_LOST, GOOD, deliver, pay, ready_cart

EVENING = make.NOON + timedelta(hours=6)

pytestmark = pytest.mark.django_db


def delivered(number: str = GOOD) -> Order:
    """Apples for $40.00 and milk for $8.88, taxed 6.25 %, taken from the card."""
    store = make.store()
    apples, milk = make.shelf(store), make.shelf(store, make.item("Milk"), price_cents=444)
    cart = ready_cart(at=store, lines=[(apples, 10), (milk, 2)])
    try:
        order = pay(cart, number)
    except DomainError:
        order = pay(cart, number)
    deliver(order)
    for _ in range(2):
        capture_payment(order_id=order.pk, now=EVENING)
        sweep_payments(now=EVENING + timedelta(minutes=2))
    return order


def milk_of(order: Order) -> Line:
    return order.lines.get(name="Milk")


def give_back(line: Line, cents: int, key: str = "one") -> Refund:
    return refund_line(line_id=line.pk, amount_cents=cents, reason="Sour", by="user:kim", key=key, now=EVENING)


def test_a_refund_brings_its_share_of_tax_and_is_booked() -> None:
    order = delivered()
    before = balance(chart.GATEWAY)

    refund = give_back(milk_of(order), 888)
    pay_refund(refund_id=refund.pk, now=EVENING)

    refund.refresh_from_db()
    assert (refund.amount_cents, refund.tax_cents, refund.done_at) == (888 + 56, 56, EVENING)
    assert (refund.author, refund.reason) == ("user:kim", "Sour")
    assert balance(chart.GATEWAY) == before - 944
    assert balances([chart.REFUNDS, chart.SALES_TAX_PAYABLE]) == {chart.REFUNDS: 888, chart.SALES_TAX_PAYABLE: -250}
    assert Event.objects.filter(topic="refund.booked").count() == 1


def test_parts_of_a_line_add_up_to_its_tax_to_the_cent() -> None:
    line = milk_of(delivered())

    parts = [give_back(line, cents, key=str(cents)) for cents in (333, 111, 444)]

    assert sum(part.tax_cents for part in parts) == 56


def test_the_same_key_is_the_same_refund_and_another_amount_under_it_is_refused() -> None:
    line = milk_of(delivered())

    first, second = give_back(line, 400), give_back(line, 400)

    assert first.pk == second.pk
    with pytest.raises(KeyUsed):
        give_back(line, 401)


def test_no_more_than_was_charged() -> None:
    line = milk_of(delivered())
    give_back(line, 800)

    with pytest.raises(RefundTooLarge):
        give_back(line, 89, key="two")
    for cents in (0, -5):
        with pytest.raises(InvalidInput):
            give_back(line, cents, key="three")


def test_an_order_still_in_the_store_has_nothing_to_give_back() -> None:
    order = pay(ready_cart())

    with pytest.raises(NotRefundable):
        give_back(order.lines.get(), 100)


def test_what_is_refused_at_the_door_is_never_taken() -> None:
    store = make.store()
    apples, milk = make.shelf(store), make.shelf(store, make.item("Milk"), price_cents=444)
    order = pay(ready_cart(at=store, lines=[(apples, 10), (milk, 2)]))
    with transaction.atomic():
        row = lock_order(order.pk)
        for status in (OrderStatus.PICKING, OrderStatus.READY):
            move(row, status, now=EVENING)
        hand_over_order(row, by="system", now=EVENING)

    first = refuse_at_door(line_id=milk_of(order).pk, by="user:ann", now=EVENING)
    again = refuse_at_door(line_id=milk_of(order).pk, by="user:ann", now=EVENING)
    with transaction.atomic():
        finish_order(lock_order(order.pk), by="system", now=EVENING)
    capture_payment(order_id=order.pk, now=EVENING)

    refund = Refund.objects.get()
    assert first.pk == again.pk == refund.pk
    assert (refund.is_netted, refund.done_at, refund.receipt_ref) == (True, EVENING, "")
    assert order.payments.get().captured_cents == order.total_cents - 944
    assert balance(chart.GATEWAY) == order.total_cents - 944
    assert balance(chart.REFUNDS) == 888


def test_when_everything_is_refused_and_no_fee_stands_nothing_is_taken() -> None:
    store = make.store()
    cart = make.cart(at=store, lines=[(make.shelf(store), 10)])
    window = make.window(store, fee_cents=0)
    order = deliver(pay(cart, window_id=window.pk))
    refuse_at_door(line_id=order.lines.get().pk, by="user:ann", now=EVENING)

    capture_payment(order_id=order.pk, now=EVENING)
    sweep_payments(now=EVENING)

    assert order.payments.get().status == PaymentStatus.VOID
    assert balances([chart.GATEWAY, chart.SALES, chart.REFUNDS]) == {
        chart.GATEWAY: 0,
        chart.SALES: -4_000,
        chart.REFUNDS: 4_000,
    }


def test_a_refund_whose_answer_is_lost_is_paid_once_by_the_sweep() -> None:
    order = delivered(ANSWER_LOST)
    before = balance(chart.GATEWAY)
    refund = give_back(milk_of(order), 888)

    pay_refund(refund_id=refund.pk, now=EVENING)
    waiting = Refund.objects.get().done_at
    for minutes in (1, 2, 3):
        sweep_payments(now=EVENING + timedelta(minutes=minutes))

    assert waiting is None
    assert Refund.objects.get().done_at is not None
    assert balance(chart.GATEWAY) == before - 944


def fee_back(order: Order, cents: int, key: str = "one") -> Refund:
    return refund_fee(
        order_id=order.pk, fee="delivery", amount_cents=cents, reason="Late", by="user:kim", key=key, now=EVENING
    )


def test_the_delivery_fee_is_given_back_within_what_is_left_of_it() -> None:
    order = delivered()

    first = fee_back(order, 600)
    again = fee_back(order, 600)
    with pytest.raises(RefundTooLarge):
        fee_back(order, 396, key="two")
    fee_back(order, 395, key="three")
    sweep_payments(now=EVENING + timedelta(minutes=5))

    assert first.pk == again.pk
    assert (first.author, first.reason, first.tax_cents) == ("user:kim", "Late", 0)
    assert balances([chart.DELIVERY_FEES, chart.REFUNDS]) == {chart.DELIVERY_FEES: 0, chart.REFUNDS: 0}
    with pytest.raises(NotRefundable):
        refund_fee(order_id=order.pk, fee="tip", amount_cents=1, reason="-", by="user:kim", key="x", now=EVENING)


def test_a_whole_order_is_given_back_but_for_its_tip() -> None:
    order = delivered()
    give_back(milk_of(order), 400)

    booked = refund_order(order_id=order.pk, reason="Lost", by="user:kim", key="all", now=EVENING)
    again = refund_order(order_id=order.pk, reason="Lost", by="user:kim", key="all", now=EVENING)
    sweep_payments(now=EVENING + timedelta(minutes=5))

    assert [one.pk for one in booked] == [one.pk for one in again]
    assert balance(chart.GATEWAY) == order.tip_cents
    assert balances([chart.SALES_TAX_PAYABLE, chart.DELIVERY_FEES]) == {
        chart.SALES_TAX_PAYABLE: 0,
        chart.DELIVERY_FEES: 0,
    }
    with pytest.raises(RefundTooLarge):
        refund_order(order_id=order.pk, reason="Lost", by="user:kim", key="more", now=EVENING)


def test_a_fee_given_back_before_the_capture_is_never_taken() -> None:
    order = deliver(pay(ready_cart()))

    fee_back(order, 995)
    capture_payment(order_id=order.pk, now=EVENING)

    assert order.payments.get().captured_cents == order.total_cents - 995
    assert balance(chart.DELIVERY_FEES) == 0
