"""A hold that runs out is asked for again, a few times; then people are told, and nothing is retried for ever."""

from datetime import datetime, timedelta
from unittest import mock

import pytest
from django.core import mail

from dispatch.models import Alarm
from dispatch.tasks import tell_of_payment
from events.models import Event
from ledger import chart
from ledger.models import Entry
from orders.actions.cancel import cancel_order
from orders.actions.capturing import capture_payment, release_payment
from orders.actions.refunds import refund_line
from orders.actions.renewing import MOST_ASKED
from orders.actions.reports import reconcile_payment
from orders.actions.sweeping import sweep_payments
from orders.models import Order, Payment
from orders.states import PaymentStatus
from orders.tasks.money import tell_shopper
from providers.errors import Unavailable
from providers.payments.base import ActionRequired, Declined, Refused
from providers.payments.builtin import BuiltinPayments
from providers.payments.gateway import gateway
from tests import make
from tests.orders.tills import deliver, pay, ready_cart

pytestmark = pytest.mark.django_db
LATER = make.NOON + timedelta(hours=6)
NO = Declined("insufficient_funds", "Insufficient funds. Try another card.")


def run_out(order: Order) -> None:
    """Let the hold of an order run out at the bank."""
    bank = gateway()
    assert isinstance(bank, BuiltinPayments)
    bank.bank.let_expire(order.payments.get().hold_ref)


def heard(order: Order) -> None:
    """Learn of it by the gateway's report."""
    payment = order.payments.get()
    reconcile_payment(payment_id=payment.pk, ref=payment.hold_ref, now=LATER)


def sweep_for(days: int) -> list[datetime]:
    """Sweep each hour for some days; returns when the card was asked."""
    asked = []
    for hour in range(days * 24):
        now = LATER + timedelta(hours=hour)
        with mock.patch.object(BuiltinPayments, "authorise", side_effect=NO) as call:
            sweep_payments(now=now)
        asked += [now] * call.call_count
    return asked


def total(code: str) -> int:
    return sum(Entry.objects.filter(account__code=code).values_list("amount_cents", flat=True))


def troubles() -> int:
    return Event.objects.filter(topic="payment.troubled").count()


def test_a_hold_that_runs_out_before_delivery_is_renewed_and_captured() -> None:
    order = pay(ready_cart())
    before = order.payments.get().hold_ref
    run_out(order)
    heard(order)

    assert order.payments.get().status == PaymentStatus.LAPSED
    sweep_payments(now=LATER)
    renewed = order.payments.get()
    capture_payment(order_id=deliver(order).pk, now=LATER)

    assert (renewed.status, renewed.hold_ref != before) == (PaymentStatus.HELD, True)
    assert order.payments.get().captured_cents == order.total_cents


def test_a_hold_that_is_found_gone_at_capture_is_renewed_and_taken() -> None:
    order = pay(ready_cart())
    run_out(order)
    deliver(order)

    capture_payment(order_id=order.pk, now=LATER)
    lapsed = order.payments.get().status
    for _ in range(3):
        sweep_payments(now=LATER)

    payment = order.payments.get()
    assert (lapsed, payment.status, payment.captured_cents) == ("lapsed", "captured", order.total_cents)
    assert total(chart.GATEWAY) == order.total_cents
    assert total(chart.LOSSES) == 0


def test_what_was_struck_off_before_the_hold_ran_out_stays_struck_off() -> None:
    order = pay(ready_cart())
    deliver(order)
    line = order.lines.get()
    refund_line(line_id=line.pk, amount_cents=200, reason="Bruised", by="user:1", key="k", now=LATER)
    run_out(order)

    capture_payment(order_id=order.pk, now=LATER)
    for _ in range(3):
        sweep_payments(now=LATER)

    back = order.refunds.get()
    assert back.is_netted
    assert order.payments.get().captured_cents == order.total_cents - back.amount_cents


def test_a_delivered_order_whose_card_says_no_is_a_loss_after_four_tries() -> None:
    order = pay(ready_cart())
    run_out(order)
    deliver(order)
    capture_payment(order_id=order.pk, now=LATER)

    asked = sweep_for(days=5)

    assert len(asked) == MOST_ASKED == 4
    assert asked == [LATER + timedelta(hours=hours) for hours in (0, 1, 7, 31)]
    assert order.payments.get().status == PaymentStatus.VOID
    assert total(chart.LOSSES) == order.total_cents
    assert total(chart.TIPS_PAYABLE) == -order.tip_cents
    assert troubles() == 2


def test_an_order_not_delivered_yet_waits_for_people_after_four_tries() -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)

    asked = sweep_for(days=10)

    payment = order.payments.get()
    assert len(asked) == MOST_ASKED
    assert (payment.status, payment.retry_at) == (PaymentStatus.LAPSED, None)
    assert not Entry.objects.exists()
    for event in Event.objects.filter(topic="payment.troubled"):
        tell_of_payment(**event.payload)
        tell_shopper(**event.payload)
    assert [letter.to for letter in mail.outbox] == [[order.shopper.email]] * 2
    assert order.number in mail.outbox[0].body
    alarm = Alarm.objects.get()
    assert alarm.kind == "payment"
    assert "Insufficient funds" in alarm.text


def test_an_order_brought_although_its_hold_ran_out_is_asked_for_once_more() -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)
    sweep_for(days=5)

    capture_payment(order_id=deliver(order).pk, now=LATER + timedelta(days=6))
    for _ in range(3):
        sweep_payments(now=LATER + timedelta(days=6))

    assert order.payments.get().captured_cents == order.total_cents


@pytest.mark.parametrize("answer", [NO, Refused("There is no such card."), ActionRequired("hold_x")])
def test_any_no_is_a_no(answer: Exception) -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)

    with mock.patch.object(BuiltinPayments, "authorise", side_effect=answer):
        sweep_payments(now=LATER)

    payment = order.payments.get()
    assert (payment.status, payment.attempts, payment.refusal != "") == (PaymentStatus.LAPSED, 1, True)


def test_a_gateway_that_is_away_is_no_no() -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)

    with mock.patch.object(BuiltinPayments, "authorise", side_effect=Unavailable("away")):
        for minutes in range(0, 120, 5):
            sweep_payments(now=LATER + timedelta(minutes=minutes))
    sweep_payments(now=LATER + timedelta(hours=3))

    assert order.payments.get().status == PaymentStatus.HELD


def test_an_answer_that_is_lost_is_asked_for_with_the_same_key() -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)
    with mock.patch("orders.actions.renewing._settle"):
        sweep_payments(now=LATER)

    sweep_payments(now=LATER)

    bank = gateway()
    assert isinstance(bank, BuiltinPayments)
    assert order.payments.get().status == PaymentStatus.HELD
    held = bank._books.store.reading().execute("SELECT count(*) FROM holds WHERE status = 'held'").fetchone()[0]
    assert held == 1


def test_an_order_that_is_cancelled_meanwhile_holds_nothing() -> None:
    order = pay(ready_cart())
    run_out(order)
    heard(order)

    cancel_order(order_id=order.pk, by="system", reason="test", now=LATER)
    release_payment(order_id=order.pk, now=LATER)

    bank = gateway()
    assert isinstance(bank, BuiltinPayments)
    assert Payment.objects.get().status == PaymentStatus.VOID
    assert bank._books.store.reading().execute("SELECT count(*) FROM holds WHERE status = 'held'").fetchone()[0] == 0


def test_nothing_is_written_about_what_is_settled_meanwhile() -> None:
    order = pay(ready_cart())

    tell_shopper(payment_id=order.payments.get().pk)

    assert mail.outbox == []
