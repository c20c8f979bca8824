"""Taking what was held once an order is delivered, and letting it go when it never will be."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from common.transactions import needs_transaction, outside_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.books import book_capture, book_tip_charge, charged_goods, net_refunds
from orders.actions.holding import postpone, void_payment
from orders.actions.locks import lock_order, lock_payment, locked_payments
from orders.actions.losing import lose_payment
from orders.actions.renewing import MOST_ASKED, has_run_out, note_lapse
from orders.actions.tip_parts import write_tip
from orders.models import Order, Payment, Refund, TipChange
from orders.states import OrderStatus, PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import Declined, PaymentError, Receipt
from providers.payments.gateway import gateway

ANSWER_WITHIN = timedelta(seconds=60)  # then the sweep asks again
UNTAKEN = {PaymentStatus.HELD, PaymentStatus.LAPSED}
NEVER_CHARGED = {OrderStatus.CANCELLED, OrderStatus.RETURNED}
log = structlog.get_logger(__name__)


@outside_transaction
def capture_payment(*, order_id: int, now: datetime) -> None:
    """Take a delivered order's final total from its hold, and raises of its tip from theirs; a repeat returns.

    Never more than is held.
    """
    for payment in _begin_captures(order_id, now):
        finish_capture(payment=payment, now=now)


@outside_transaction
def finish_capture(*, payment: Payment, now: datetime) -> None:
    """Ask the gateway for what a capture under way is to take, and write down its answer."""
    asked = payment.to_capture_cents
    assert asked is not None  # written with the intent
    try:
        receipt = gateway().capture(hold_id=payment.hold_ref, amount_cents=asked, key=f"{payment.hold_key}:capture")
    except Unavailable:
        postpone(payment_id=payment.pk, now=now)
    except Declined as answer:
        _settle_loss(payment.pk, answer, now)
    except PaymentError:
        if has_run_out(payment):
            note_lapse(payment_id=payment.pk, now=now)
            return
        # A bug of ours: the sweep keeps asking, and operations are told when that goes on.
        log.exception("capture_refused", payment=str(payment.public_id))
        postpone(payment_id=payment.pk, now=now)
    else:
        _settle_capture(payment.pk, receipt, now)


@outside_transaction
def release_payment(*, order_id: int, now: datetime) -> None:
    """Let go what was held for an order that is cancelled or came back; a repeat returns."""
    for payment_id in _begin_release(order_id, now):
        void_payment(payment_id=payment_id, now=now)


@transaction.atomic(durable=True)
def _begin_captures(order_id: int, now: datetime) -> list[Payment]:
    """Fix what is to be taken of a delivered order's holds."""
    order = lock_order(order_id)
    if order.status != OrderStatus.DELIVERED:
        return []
    payments = locked_payments(order_id).filter(status__in=UNTAKEN, to_capture_cents__isnull=True)
    begun = [_begin_capture(order, payment, now) for payment in payments]
    return [payment for payment in begun if payment is not None]


@needs_transaction
def _begin_capture(order: Order, payment: Payment, now: datetime) -> Payment | None:
    """Fix what is to be taken: held -> capturing. Refunds booked since are taken off rather than paid back.

    Of a hold that ran out the amount is fixed too, and the card asked once more: then it is taken, or lost.
    """
    due = _due_of(order, payment) - net_refunds(payment, now)
    if due <= 0:
        _let_go_for_nothing(order, payment, now)
        return None
    asked = min(due, payment.amount_cents)
    payment.to_capture_cents, payment.retry_at, payment.attempts = asked, now + ANSWER_WITHIN, 0
    payment.updated_at = now
    payment.save(update_fields=["to_capture_cents", "retry_at", "attempts", "updated_at"])
    if payment.status == PaymentStatus.LAPSED:
        payment.retry_at, payment.attempts = now, MOST_ASKED - 1
        payment.save(update_fields=["retry_at", "attempts"])
        return None
    move(payment, PaymentStatus.CAPTURING, now=now)
    return payment


def _due_of(order: Order, payment: Payment) -> int:
    """Cents that one payment of an order is to bring: the tip that it carries, and the order's own the rest."""
    if payment.purpose == Payment.Purpose.TIP:
        return payment.tip_cents
    goods, tax = charged_goods(order)
    return goods + tax + order.delivery_fee_cents + order.statutory_fee_cents + payment.tip_cents


def _let_go_for_nothing(order: Order, payment: Payment, now: datetime) -> None:
    """Nothing is owed: everything was refused at the door and no fee stands, or a raise was taken back."""
    if payment.purpose == Payment.Purpose.ORDER:
        book_capture(order=order, taken_cents=0, tip_cents=0, now=now)
    _to_voiding(payment, now)


@transaction.atomic(durable=True)
def _settle_capture(payment_id: int, receipt: Receipt, now: datetime) -> None:
    """Write down what was taken and book it, as the sale or as a tip: capturing -> captured."""
    order, payment = _locked(payment_id)
    if payment.status != PaymentStatus.CAPTURING:
        return
    payment.captured_cents, payment.receipt_ref = receipt.amount_cents, receipt.id
    payment.retry_at, payment.updated_at = None, now
    payment.save(update_fields=["captured_cents", "receipt_ref", "retry_at", "updated_at"])
    move(payment, PaymentStatus.CAPTURED, now=now)
    if payment.purpose == Payment.Purpose.TIP:
        _book_raise(order, payment, now)
    else:
        book_capture(order=order, taken_cents=receipt.amount_cents, tip_cents=payment.tip_cents, now=now)
    Refund.objects.filter(payment=payment, done_at__isnull=True).update(retry_at=now)
    record("payment.captured", at=now, order_id=order.pk, payment_id=payment.pk)


def _book_raise(order: Order, payment: Payment, now: datetime) -> None:
    """Book a raise that was taken; one that came after delivery is promised only now."""
    book_tip_charge(payment=payment, taken_cents=payment.captured_cents, now=now)
    if not TipChange.objects.filter(key=payment.tip_key).exists():
        write_tip(order, order.tip_cents + payment.captured_cents, key=payment.tip_key, now=now)


@transaction.atomic(durable=True)
def _settle_loss(payment_id: int, answer: Declined, now: datetime) -> None:
    """The bank took its word back: the sale stands and the house bears it; of the tip it makes good what it must."""
    order, payment = _locked(payment_id)
    if payment.status != PaymentStatus.CAPTURING:
        return
    lose_payment(order, payment, now=now)
    payment.refusal_code, payment.refusal = answer.code[:40], answer.message[:200]
    payment.save(update_fields=["refusal_code", "refusal"])
    _to_voiding(payment, now, reason=answer.code)


@transaction.atomic(durable=True)
def _begin_release(order_id: int, now: datetime) -> list[int]:
    if lock_order(order_id).status not in NEVER_CHARGED:
        return []
    payments = list(locked_payments(order_id).filter(status__in=UNTAKEN))
    for payment in payments:
        net_refunds(payment, now)
        _to_voiding(payment, now)
    return [payment.pk for payment in payments]


def _locked(payment_id: int) -> tuple[Order, Payment]:
    """An order and its payment, locked in that order."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = lock_order(order_id or 0)
    return order, lock_payment(payment_id)


def _to_voiding(payment: Payment, now: datetime, reason: str = "") -> None:
    payment.retry_at, payment.attempts, payment.updated_at = now, 0, now
    payment.save(update_fields=["retry_at", "attempts", "updated_at"])
    move(payment, PaymentStatus.VOIDING, now=now, reason=reason)
