"""Ending every payment that a crash, a lost message or a silent gateway left open."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Q

from events.actions.move import move
from orders.actions.capturing import NEVER_CHARGED, capture_payment, finish_capture, release_payment
from orders.actions.holding import postpone, void_payment
from orders.actions.locks import lock_payment
from orders.actions.refunds import pay_refund
from orders.actions.tips import charge_tip
from orders.models import Payment, Refund
from orders.models.payments import UNFINISHED
from orders.states import OrderStatus, PaymentStatus

BATCH = 100
log = structlog.get_logger(__name__)


def sweep_payments(*, now: datetime, limit: int = BATCH) -> int:
    """Take every due payment and refund one step on; return how many were looked at.

    Each step is the one that would have been taken, so a sweep beside it, or a second one, does no harm.
    """
    due = Payment.objects.filter(status__in=UNFINISHED, retry_at__lte=now).order_by("retry_at")[:limit]
    payments = list(due)
    for payment in payments:
        try:
            finish_payment(payment=payment, now=now)
        except Exception:
            # One payment that breaks must not keep the others from being finished.
            log.exception("payment_stuck", payment=str(payment.public_id), attempts=payment.attempts)
            postpone(payment_id=payment.pk, now=now)
    settled = _settle_ended_orders(now, limit)
    refunds = Refund.objects.filter(
        done_at__isnull=True, retry_at__lte=now, payment__status=PaymentStatus.CAPTURED
    ).order_by("retry_at")
    refund_ids = list(refunds.values_list("pk", flat=True)[:limit])
    for refund_id in refund_ids:
        pay_refund(refund_id=refund_id, now=now)
    return len(payments) + settled + len(refund_ids)


def finish_payment(*, payment: Payment, now: datetime) -> None:
    """Continue one unfinished payment: a tip is charged, a capture asked for again, an abandoned checkout let go."""
    if payment.purpose == Payment.Purpose.TIP:
        charge_tip(payment=payment, now=now)
    elif payment.status == PaymentStatus.CAPTURING:
        finish_capture(payment=payment, now=now)
    else:
        _abandon(payment.pk, now)
        void_payment(payment_id=payment.pk, now=now)


def _settle_ended_orders(now: datetime, limit: int) -> int:
    """Capture or release held payments of orders that have ended, should their event's task be lost."""
    ended = Q(order__status=OrderStatus.DELIVERED) | Q(order__status__in=NEVER_CHARGED)
    held = Payment.objects.filter(ended, status=PaymentStatus.HELD, purpose=Payment.Purpose.ORDER)
    rows = list(held.order_by("pk").values_list("order_id", "order__status")[:limit])
    for order_id, status in rows:
        if status == OrderStatus.DELIVERED:
            capture_payment(order_id=order_id or 0, now=now)
        else:
            release_payment(order_id=order_id or 0, now=now)
    return len(rows)


@transaction.atomic(durable=True)
def _abandon(payment_id: int, now: datetime) -> None:
    """Give up a checkout that nobody came back to: holding or challenged -> voiding."""
    payment = lock_payment(payment_id)
    is_due = payment.retry_at is not None and payment.retry_at <= now
    if is_due and payment.status in {PaymentStatus.HOLDING, PaymentStatus.CHALLENGED}:
        move(payment, PaymentStatus.VOIDING, now=now, reason="abandoned")
