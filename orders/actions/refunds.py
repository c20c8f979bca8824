"""Giving money back: for a line, at the door or later, for a fee, for a whole order, and for a tip that was lowered."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Sum

from common.errors import DomainError, InvalidInput
from common.money import portion
from common.transactions import needs_transaction, outside_transaction
from events.actions.record import record
from orders.actions.books import book_refund
from orders.actions.holding import RETRY_STEPS
from orders.actions.locks import lock_card_of, lock_order
from orders.models import Line, Order, Payment, Refund
from orders.states import OrderStatus, PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import PaymentError
from providers.payments.gateway import gateway

REFUNDABLE = {OrderStatus.HANDED_OVER, OrderStatus.DELIVERED}
REACHABLE = {PaymentStatus.HELD, PaymentStatus.LAPSED, PaymentStatus.CAPTURING, PaymentStatus.CAPTURED}
FEES = {Refund.Fee.DELIVERY: "delivery_fee_cents", Refund.Fee.STATUTORY: "statutory_fee_cents"}
log = structlog.get_logger(__name__)


class RefundTooLarge(DomainError):
    """That is more than was charged for it and not yet given back."""

    code = "refund_too_large"


class NotRefundable(DomainError):
    """Nothing of this order was charged to a card, so nothing can be given back."""

    code = "not_refundable"


class KeyUsed(DomainError):
    """This was sent before with something else in it. Reload the page."""

    code = "key_used"
    status = 422


@transaction.atomic(durable=True)
def refund_line(*, line_id: int, amount_cents: int, reason: str, by: str, key: str, now: datetime) -> Refund:
    """Book money back for goods in a line; its share of tax goes with it. A repeat of the key is the same refund.

    What is not captured yet is taken off the capture; the rest is paid back by the event's task.

    Raises:
        RefundTooLarge: more than the line was charged, less earlier refunds.
        NotRefundable: the order has not left the store, or no card was charged.
        KeyUsed: the key booked another refund.
        InvalidInput: nothing to refund, or no reason.
    """
    order = lock_order(Line.objects.values_list("order_id", flat=True).get(pk=line_id))
    payment = lock_card_of(order.pk)
    before = Refund.objects.filter(key=f"line:{key}").first()
    if before is not None:
        return _same(before, line_id, amount_cents)
    if order.status not in REFUNDABLE or payment is None or payment.status not in REACHABLE:
        raise NotRefundable
    line = Line.objects.select_for_update(no_key=True, of=("self",)).get(pk=line_id)
    tax = _take_off_line(line, amount_cents, reason)
    return book_back(
        payment, amount_cents + tax, tax_cents=tax, line=line, key=f"line:{key}", reason=reason, by=by, now=now
    )


@transaction.atomic(durable=True)
def refund_fee(*, order_id: int, fee: str, amount_cents: int, reason: str, by: str, key: str, now: datetime) -> Refund:
    """Book money back for the delivery fee or the statutory fee of an order; a repeat of the key is the same refund.

    Neither fee is taxed, so no tax goes with it.

    Raises:
        As `refund_line`.
    """
    order, payment = lock_order(order_id), lock_card_of(order_id)
    before = Refund.objects.filter(key=f"{fee}:{key}"[:80]).first()
    if before is not None:
        if (before.order_id, before.amount_cents) != (order_id, amount_cents):
            raise KeyUsed
        return before
    if fee not in FEES or order.status not in REFUNDABLE or payment is None:
        raise NotRefundable
    if payment.status not in REACHABLE:
        raise NotRefundable
    return _book_fee(order, payment, fee, amount_cents, key=f"{fee}:{key}", reason=reason, by=by, now=now)


@transaction.atomic(durable=True)
def refund_order(*, order_id: int, reason: str, by: str, key: str, now: datetime) -> list[Refund]:
    """Book back all that is left of an order's goods, their tax and its fees; the tip stays its driver's.

    A repeat of the key finds nothing left and returns what it booked.

    Raises:
        As `refund_line`.
    """
    order, payment = lock_order(order_id), lock_card_of(order_id)
    booked = list(Refund.objects.filter(order=order, key__startswith=f"all:{key}:").order_by("pk"))
    if booked:
        return booked
    if order.status not in REFUNDABLE or payment is None or payment.status not in REACHABLE:
        raise NotRefundable
    for line in order.lines.select_for_update(no_key=True, of=("self",)).order_by("pk"):
        left = charged_for(line) - line.refunded_cents
        if left > 0:
            tax = _take_off_line(line, left, reason)
            booked.append(
                book_back(
                    payment,
                    left + tax,
                    tax_cents=tax,
                    line=line,
                    key=f"all:{key}:{line.pk}",
                    reason=reason,
                    by=by,
                    now=now,
                )
            )
    for fee in FEES:
        left = fee_left_of(order, fee)
        if left > 0:
            booked.append(_book_fee(order, payment, fee, left, key=f"all:{key}:{fee}", reason=reason, by=by, now=now))
    if not booked:
        raise RefundTooLarge
    return booked


def refuse_at_door(*, line_id: int, by: str, now: datetime) -> Refund:
    """Take a line back at the door and book all that is left of it as refunded (S11); a repeat is the same refund."""
    line = Line.objects.get(pk=line_id)
    key = f"door:{line.public_id}"
    before = Refund.objects.filter(key=f"line:{key}").first()
    left = before.amount_cents - before.tax_cents if before else charged_for(line) - line.refunded_cents
    return refund_line(line_id=line_id, amount_cents=left, reason="Refused at the door", by=by, key=key, now=now)


@needs_transaction
def book_back(
    payment: Payment,
    amount_cents: int,
    *,
    key: str,
    reason: str,
    by: str,
    now: datetime,
    tax_cents: int = 0,
    tip_cents: int = 0,
    line: Line | None = None,
    fee: str = "",
) -> Refund:
    """Write the intent of a refund against a locked payment, and its event.

    Raises:
        RefundTooLarge: more than the payment has left; its tip is left to its driver unless it is what is given back.
    """
    if amount_cents > left_of(payment) - (0 if tip_cents else tip_part_of(payment)):
        raise RefundTooLarge
    refund = Refund.objects.create(
        order_id=payment.order_id or 0,
        line=line,
        fee=fee,
        payment=payment,
        key=key[:80],
        amount_cents=amount_cents,
        tax_cents=tax_cents,
        tip_cents=tip_cents,
        reason=reason[:200],
        author=by,
        created_at=now,
        retry_at=now,
    )
    record("refund.booked", at=now, order_id=payment.order_id, refund_id=refund.pk)
    return refund


@outside_transaction
def pay_refund(*, refund_id: int, now: datetime) -> None:
    """Send a booked refund to the card, once; one that waits for its capture, or is done, is left alone."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.done_at is not None or refund.payment.status != PaymentStatus.CAPTURED:
        return
    try:
        paid = gateway().refund(
            receipt_id=refund.payment.receipt_ref, amount_cents=refund.amount_cents, key=f"refund:{refund.key}"
        )
    except (Unavailable, PaymentError) as trouble:
        log.warning("refund_postponed", refund=str(refund.public_id), trouble=str(trouble))
        postpone_refund(refund_id=refund_id, now=now)
        return
    _settle_refund(refund_id, paid.id, now)


@transaction.atomic(durable=True)
def postpone_refund(*, refund_id: int, now: datetime) -> None:
    """Try a refund again later, each time a little later."""
    refund = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    step = RETRY_STEPS[min(refund.attempts, len(RETRY_STEPS) - 1)]
    refund.attempts, refund.retry_at = refund.attempts + 1, now + timedelta(seconds=step)
    refund.save(update_fields=["attempts", "retry_at"])


def left_of(payment: Payment) -> int:
    """Cents of a payment that are not given back, nor promised to be."""
    taken = {
        PaymentStatus.HELD: payment.amount_cents,
        PaymentStatus.LAPSED: payment.to_capture_cents or payment.amount_cents,
        PaymentStatus.CAPTURING: payment.to_capture_cents or 0,
        PaymentStatus.CAPTURED: payment.captured_cents,
    }
    refunds = Refund.objects.filter(payment=payment, is_netted=False)
    back: int = refunds.aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return taken.get(PaymentStatus(payment.status), 0) - back


def tip_part_of(payment: Payment) -> int:
    """Cents of a payment that are tip and not given back."""
    back: int = Refund.objects.filter(payment=payment).aggregate(cents=Sum("tip_cents", default=0))["cents"]
    return payment.tip_cents - back


def fee_left_of(order: Order, fee: str) -> int:
    """Cents of a fee that are not given back."""
    back: int = order.refunds.filter(fee=fee).aggregate(cents=Sum("amount_cents", default=0))["cents"]
    return int(getattr(order, FEES[Refund.Fee(fee)])) - back


@needs_transaction
def _book_fee(
    order: Order, payment: Payment, fee: str, amount_cents: int, *, key: str, reason: str, by: str, now: datetime
) -> Refund:
    if amount_cents <= 0 or not reason.strip():
        raise InvalidInput("Say how much is given back, and why.")
    if amount_cents > fee_left_of(order, fee):
        raise RefundTooLarge
    return book_back(payment, amount_cents, fee=fee, key=key, reason=reason, by=by, now=now)


def charged_for(line: Line) -> int:
    """Cents of goods that a line came to."""
    return line.estimated_cents if line.final_cents is None else line.final_cents


def _same(before: Refund, line_id: int, amount_cents: int) -> Refund:
    if (before.line_id, before.amount_cents - before.tax_cents) != (line_id, amount_cents):
        raise KeyUsed
    return before


def _take_off_line(line: Line, amount_cents: int, reason: str) -> int:
    """Count a refund on its locked line; returns the tax that goes with it, so that parts add up to the whole."""
    if amount_cents <= 0 or not reason.strip():
        raise InvalidInput("Say how much is given back, and why.")
    if line.refunded_cents + amount_cents > charged_for(line):
        raise RefundTooLarge
    before = portion(line.refunded_cents, line.tax_bp)
    line.refunded_cents += amount_cents
    line.save(update_fields=["refunded_cents"])
    return portion(line.refunded_cents, line.tax_bp) - before


@transaction.atomic(durable=True)
def _settle_refund(refund_id: int, receipt_ref: str, now: datetime) -> None:
    refund = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
    if refund.done_at is None:
        refund.done_at, refund.receipt_ref = now, receipt_ref
        refund.save(update_fields=["done_at", "receipt_ref"])
        book_refund(refund=refund, now=now)
