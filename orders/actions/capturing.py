"""Taking what was held once an order is delivered, and letting it go when it never will be."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from common.transactions import outside_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.books import book_capture, book_loss, charged_goods, net_refunds
from orders.actions.holding import postpone, void_payment
from orders.actions.locks import lock_card_of, lock_order, lock_payment
from orders.actions.renewing import MOST_ASKED, has_run_out, note_lapse
from orders.models import Order, Payment, Refund
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
    """Take a delivered order's final total from its hold, once; a repeat finds it taken and returns.

    Never more than is held: what a tip raised since adds beyond it is charged apart.
    """
    payment = _begin_capture(order_id, now)
    if payment is not None:
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
    payment_id = _begin_release(order_id, now)
    if payment_id is not None:
        void_payment(payment_id=payment_id, now=now)


@transaction.atomic(durable=True)
def _begin_capture(order_id: int, now: datetime) -> Payment | None:
    """Fix what is to be taken: held -> capturing. Refunds booked since are taken off rather than paid back.

    Of a hold that ran out the amount is fixed too, and the card asked once more: then it is taken, or lost.
    """
    order, payment = lock_order(order_id), lock_card_of(order_id)
    if payment is None or payment.status not in UNTAKEN or order.status != OrderStatus.DELIVERED:
        return None
    if payment.to_capture_cents is not None:
        return None
    goods, tax = charged_goods(order)
    netted = net_refunds(payment, now)
    due = goods + tax + order.delivery_fee_cents + order.statutory_fee_cents + order.tip_cents - netted
    if due <= 0:
        _let_go_for_nothing(order, payment, now)
        return None
    asked = min(due, payment.amount_cents)
    payment.to_capture_cents, payment.retry_at, payment.attempts = asked, now + ANSWER_WITHIN, 0
    payment.updated_at = now
    payment.save(update_fields=["to_capture_cents", "retry_at", "attempts", "updated_at"])
    _charge_rest_of_tip(order, payment, min(due - asked, order.tip_cents), now)
    if payment.status == PaymentStatus.LAPSED:
        payment.retry_at, payment.attempts = now, MOST_ASKED - 1
        payment.save(update_fields=["retry_at", "attempts"])
        return None
    move(payment, PaymentStatus.CAPTURING, now=now)
    return payment


def _charge_rest_of_tip(order: Order, payment: Payment, rest_cents: int, now: datetime) -> None:
    """A tip that was raised beyond the hold: the sweep charges it as the tip it is."""
    if rest_cents > 0:
        Payment.objects.create(
            purpose=Payment.Purpose.TIP,
            order=order,
            shopper_id=payment.shopper_id,
            key=f"{payment.key}:rest",
            card_token=payment.card_token,
            card_brand=payment.card_brand,
            card_last4=payment.card_last4,
            amount_cents=rest_cents,
            retry_at=now,
            created_at=now,
            updated_at=now,
        )


def _let_go_for_nothing(order: Order, payment: Payment, now: datetime) -> None:
    """Nothing is owed: everything was refused at the door and no fee stands."""
    book_capture(order=order, payment=payment, taken_cents=0, asked_cents=0, now=now)
    _to_voiding(payment, now)


@transaction.atomic(durable=True)
def _settle_capture(payment_id: int, receipt: Receipt, now: datetime) -> None:
    """Write down what was taken and book the sale: capturing -> captured."""
    order, payment = _locked(payment_id)
    if payment.status != PaymentStatus.CAPTURING:
        return
    payment.captured_cents, payment.receipt_ref = receipt.amount_cents, receipt.id
    payment.retry_at, payment.updated_at = None, now
    payment.save(update_fields=["captured_cents", "receipt_ref", "retry_at", "updated_at"])
    move(payment, PaymentStatus.CAPTURED, now=now)
    taken = receipt.amount_cents
    book_capture(order=order, payment=payment, taken_cents=taken, asked_cents=taken, now=now)
    Refund.objects.filter(payment=payment, done_at__isnull=True).update(retry_at=now)
    record("payment.captured", at=now, order_id=order.pk, payment_id=payment.pk)


@transaction.atomic(durable=True)
def _settle_loss(payment_id: int, answer: Declined, now: datetime) -> None:
    """The bank took its word back: the sale stands, the house bears it, and the driver's tip is paid all the same."""
    order, payment = _locked(payment_id)
    if payment.status != PaymentStatus.CAPTURING:
        return
    book_loss(order=order, payment=payment, now=now)
    payment.refusal_code, payment.refusal = answer.code[:40], answer.message[:200]
    payment.save(update_fields=["refusal_code", "refusal"])
    _to_voiding(payment, now, reason=answer.code)
    record("payment.failed", at=now, order_id=order.pk, payment_id=payment.pk)


@transaction.atomic(durable=True)
def _begin_release(order_id: int, now: datetime) -> int | None:
    order, payment = lock_order(order_id), lock_card_of(order_id)
    if payment is None or payment.status not in UNTAKEN or order.status not in NEVER_CHARGED:
        return None
    net_refunds(payment, now)
    _to_voiding(payment, now)
    return payment.pk


def _locked(payment_id: int) -> tuple[Order, Payment]:
    """An order and its payment, locked in that order."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = lock_order(order_id or 0)
    return order, lock_payment(payment_id)


def _to_voiding(payment: Payment, now: datetime, reason: str = "") -> None:
    payment.retry_at, payment.attempts, payment.updated_at = now, 0, now
    payment.save(update_fields=["retry_at", "attempts", "updated_at"])
    move(payment, PaymentStatus.VOIDING, now=now, reason=reason)
