"""After delivery: taking the final total, letting go what is never charged, and what the books say of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from events.actions.move import NotAllowedNow, move
from events.models import Event
from ledger import chart
from ledger.models import Posting
from ledger.queries import balance, balances, ledger_sum, owed
from orders.actions import capturing
from orders.actions.cancel import TooLateToCancel, cancel_order
from orders.actions.capturing import capture_payment, finish_capture, release_payment
from orders.actions.fulfil import return_order
from orders.actions.holding import GatewayAway
from orders.actions.locks import lock_order
from orders.actions.refunds import refund_line
from orders.actions.sweeping import sweep_payments
from orders.actions.tips import change_tip
from orders.models import Line, Order, Payment, Refund, Substitution
from orders.pricing import finals_of
from orders.states import LineStatus, OrderStatus, PaymentStatus
from stores.models import StoreItem, Window
from tests import make
from tests.orders.tills import ANSWER_LOST, CAPTURE_FAILS, GOOD, deliver, pay, ready_cart

EVENING = make.NOON + timedelta(hours=6)

pytestmark = pytest.mark.django_db


def placed(number: str = GOOD, tip_cents: int = 500) -> Order:
    """Ten apples at $4.00, $9.95 for the window, 6.25 % tax and a tip: $57.45."""
    cart = ready_cart(tip_cents=tip_cents)
    try:
        return pay(cart, number)
    except GatewayAway:
        return pay(cart, number)  # the answer that was lost the first time


def test_the_final_total_is_taken_and_booked() -> None:
    order = deliver(placed(), final_subtotal_cents=3_600, final_tax_cents=225, final_total_cents=5_320)

    capture_payment(order_id=order.pk, now=EVENING)

    payment = order.payments.get()
    assert (payment.status, payment.captured_cents) == (PaymentStatus.CAPTURED, 3_600 + 225 + 995 + 500)
    assert balances([chart.GATEWAY, chart.SALES, chart.SALES_TAX_PAYABLE, chart.DELIVERY_FEES, chart.TIPS_PAYABLE]) == {
        chart.GATEWAY: 5_320,
        chart.SALES: -3_600,
        chart.SALES_TAX_PAYABLE: -225,
        chart.DELIVERY_FEES: -995,
        chart.TIPS_PAYABLE: -500,
    }
    assert Event.objects.filter(topic="payment.captured").count() == 1


def test_taking_it_again_takes_nothing_more() -> None:
    order = deliver(placed())

    for _ in range(3):
        capture_payment(order_id=order.pk, now=EVENING)
    sweep_payments(now=EVENING)

    assert balance(chart.GATEWAY) == order.total_cents
    assert Posting.objects.count() == 1


def test_nothing_is_taken_before_delivery() -> None:
    order = placed()

    capture_payment(order_id=order.pk, now=EVENING)

    assert order.payments.get().status == PaymentStatus.HELD


def test_an_answer_lost_at_capture_is_asked_for_again_by_the_sweep() -> None:
    order = deliver(placed(ANSWER_LOST))

    capture_payment(order_id=order.pk, now=EVENING)
    under_way = order.payments.get().status
    sweep_payments(now=EVENING + timedelta(seconds=10))

    assert under_way == PaymentStatus.CAPTURING
    assert order.payments.get().status == PaymentStatus.CAPTURED
    assert balance(chart.GATEWAY) == order.total_cents


def test_a_capture_whose_event_was_lost_is_found_by_the_sweep() -> None:
    order = deliver(placed())

    sweep_payments(now=EVENING)

    assert order.payments.get().status == PaymentStatus.CAPTURED


def test_when_the_bank_takes_its_word_back_the_house_bears_it_and_makes_the_tip_good() -> None:
    order = deliver(placed(CAPTURE_FAILS))

    capture_payment(order_id=order.pk, now=EVENING)
    sweep_payments(now=EVENING)

    assert order.payments.get().status == PaymentStatus.VOID
    assert (balance(chart.GATEWAY), balance(chart.LOSSES)) == (0, order.total_cents - 500)
    assert (owed(chart.TIPS_PAYABLE), balance(chart.TIPS_MADE_GOOD)) == (500, 500)
    assert Order.objects.get().tip_cents == 0  # the shopper has paid none
    assert Event.objects.filter(topic="payment.failed").count() == 1


def test_what_was_given_back_while_the_bank_was_asked_is_not_lost_twice() -> None:
    order = deliver(placed(CAPTURE_FAILS))
    (under_way,) = capturing._begin_captures(order.pk, EVENING)
    line = order.lines.get()
    refund_line(line_id=line.pk, amount_cents=400, reason="Bruised", by="user:kim", key="1", now=EVENING)
    change_tip(order_id=order.pk, tip_cents=300, key=uuid4(), by="user:sam", reason="Late", now=EVENING)

    finish_capture(payment=under_way, now=EVENING)

    assert not Refund.objects.filter(done_at__isnull=True).exists()
    assert balance(chart.LOSSES) == order.total_cents - 425 - 500
    assert owed(chart.TIPS_PAYABLE) == balance(chart.TIPS_MADE_GOOD) == 500
    assert balances([chart.REFUNDS, chart.SALES_TAX_PAYABLE]) == {chart.REFUNDS: 400, chart.SALES_TAX_PAYABLE: -225}
    assert ledger_sum() == 0


def test_never_more_than_held_and_a_raise_of_the_tip_is_taken_from_its_own_hold() -> None:
    order = placed()
    change_tip(order_id=order.pk, tip_cents=3_000, key=uuid4(), by="user:sam", now=make.NOON)

    deliver(order)
    capture_payment(order_id=order.pk, now=EVENING)
    sweep_payments(now=EVENING)

    amounts = list(Payment.objects.order_by("pk").values_list("purpose", "captured_cents"))
    assert amounts == [("order", 5_745), ("tip", 2_500)]
    assert owed(chart.TIPS_PAYABLE) == 3_000
    assert balance(chart.GATEWAY) == 5_245 + 3_000


def test_goods_beyond_the_hold_are_the_houses_loss() -> None:
    order = deliver(placed(), final_subtotal_cents=6_000, final_tax_cents=375, final_total_cents=7_870)

    capture_payment(order_id=order.pk, now=EVENING)
    sweep_payments(now=EVENING)

    assert balance(chart.GATEWAY) == order.hold_cents
    assert balance(chart.LOSSES) == 7_870 - order.hold_cents
    assert owed(chart.TIPS_PAYABLE) == 500


@pytest.mark.parametrize("how", ["cancelled", "returned"])
@pytest.mark.parametrize("by_sweep", [False, True])
def test_what_never_arrives_is_never_charged(how: str, by_sweep: bool) -> None:
    order = placed()
    if how == "cancelled":
        cancel_order(order_id=order.pk, by="user:sam", reason="Changed my mind", now=EVENING)
    else:
        with transaction.atomic():
            row = lock_order(order.pk)
            for status in (OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER):
                move(row, status, now=EVENING)
            return_order(row, by="system", reason="Nobody there", now=EVENING)

    if by_sweep:
        sweep_payments(now=EVENING)
    else:
        release_payment(order_id=order.pk, now=EVENING)
        release_payment(order_id=order.pk, now=EVENING)

    assert order.payments.get().status == PaymentStatus.VOID
    assert ledger_sum() == balance(chart.GATEWAY) == 0
    assert Event.objects.filter(topic=f"order.{how}").count() == 1


def test_calling_off_gives_seat_and_pieces_back_once() -> None:
    order = placed()

    for _ in range(2):
        cancel_order(order_id=order.pk, by="user:sam", reason="Changed my mind", now=make.NOON)

    assert StoreItem.objects.get().stock == 100
    assert Window.objects.get().taken == 0
    assert Event.objects.filter(topic="order.cancelled").count() == 1


def test_calling_off_during_picking_returns_only_what_was_there() -> None:
    order = placed()
    with transaction.atomic():
        move(lock_order(order.pk), OrderStatus.PICKING, now=make.NOON)
    Line.objects.update(status=LineStatus.PICKED, picked_quantity=4, final_cents=1_600)

    with pytest.raises(TooLateToCancel):
        cancel_order(order_id=order.pk, by="user:sam", reason="-", now=make.NOON, only_before_picking=True)
    cancel_order(order_id=order.pk, by="user:kim", reason="Store flooded", now=make.NOON)

    assert StoreItem.objects.get().stock == 94


def test_calling_off_returns_the_substitute_and_not_what_it_stood_for() -> None:
    order = placed()
    pears = make.shelf(order.store, make.item("Pears"), stock=5)
    line = order.lines.get()
    Substitution.objects.create(
        line=line,
        store_item=pears,
        name="Pears",
        quantity=3,
        taken=3,
        shelf_price_cents=400,
        shelf_total_cents=1_200,
        charged_cents=1_200,
        created_at=make.NOON,
    )
    Line.objects.update(status=LineStatus.SUBSTITUTED, picked_quantity=3, final_cents=1_200)

    cancel_order(order_id=order.pk, by="user:kim", reason="Store flooded", now=make.NOON)

    assert dict(StoreItem.objects.values_list("pk", "stock")) == {line.store_item_id: 90, pears.pk: 8}


def test_what_is_delivered_cannot_be_called_off() -> None:
    order = deliver(placed())

    with pytest.raises(NotAllowedNow):
        cancel_order(order_id=order.pk, by="user:sam", reason="-", now=EVENING)


def test_final_totals_follow_what_is_charged_line_by_line() -> None:
    order = placed()
    Line.objects.update(status=LineStatus.PICKED, picked_quantity=9, final_cents=3_600)

    finals = finals_of(order, order.lines.all())

    assert (finals.subtotal_cents, finals.tax_cents, finals.total_cents) == (3_600, 225, 3_600 + 225 + 995 + 500)
