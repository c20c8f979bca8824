"""Ending every payment that a crash, a lost message or a silent gateway left open."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.sweeping import each
from events.actions.move import move
from orders.actions.capturing import NEVER_CHARGED, UNTAKEN, capture_payment, finish_capture, release_payment
from orders.actions.holding import postpone, void_payment
from orders.actions.locks import lock_payment
from orders.actions.refunds import pay_refund, postpone_refund
from orders.actions.renewing import renew_hold
from orders.actions.tips import ASKED, give_up_late_raise, hold_tip
from orders.models import Payment, Refund
from orders.models.payments import UNFINISHED
from orders.states import OrderStatus, PaymentStatus

BATCH = 100


def sweep_payments(*, now: datetime, limit: int = BATCH) -> int:
    """Take every due payment and refund one step on; return how many were looked at.

    Each step is the one that would have been taken, so a sweep beside it, or a second one, does no harm. A payment
    that breaks is put off like one whose gateway is away, and keeps no other from being finished.
    """
    due = Payment.objects.filter(status__in=UNFINISHED, retry_at__lte=now).order_by("retry_at")[:limit]
    payments = list(due)
    for payment in each(payments, lambda one: finish_payment(payment=one, now=now), sweep="payments"):
        postpone(payment_id=payment.pk, now=now)
    settled = _settle_ended_orders(now, limit)
    refunds = Refund.objects.filter(
        done_at__isnull=True, retry_at__lte=now, payment__status=PaymentStatus.CAPTURED
    ).order_by("retry_at")
    refund_ids = list(refunds.values_list("pk", flat=True)[:limit])
    for refund_id in each(refund_ids, lambda pk: pay_refund(refund_id=pk, now=now), sweep="refunds"):
        postpone_refund(refund_id=refund_id, now=now)
    return len(payments) + settled + len(refund_ids)


def finish_payment(*, payment: Payment, now: datetime) -> None:
    """Continue one unfinished payment: a raise of a tip, a capture or a hold again, or let an old checkout go."""
    if payment.purpose == Payment.Purpose.TIP and payment.status in ASKED:
        if not give_up_late_raise(payment_id=payment.pk, now=now):
            hold_tip(payment=payment, now=now)
    elif payment.status == PaymentStatus.CAPTURING:
        finish_capture(payment=payment, now=now)
    elif payment.status == PaymentStatus.LAPSED:
        renew_hold(payment_id=payment.pk, now=now)
    else:
        _abandon(payment.pk, now)
        void_payment(payment_id=payment.pk, now=now)


def _settle_ended_orders(now: datetime, limit: int) -> int:
    """Capture or release held payments of orders that have ended, should their event's task be lost."""
    ended = Q(order__status=OrderStatus.DELIVERED) | Q(order__status__in=NEVER_CHARGED)
    is_due = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    held = Payment.objects.filter(ended, is_due, status__in=UNTAKEN, to_capture_cents__isnull=True)
    payments = list(held.select_related("order").order_by("pk")[:limit])
    for payment in each(payments, lambda one: _settle_ended(one, now), sweep="ended orders"):
        postpone(payment_id=payment.pk, now=now)
    return len(payments)


def _settle_ended(payment: Payment, now: datetime) -> None:
    assert payment.order is not None  # found by its status
    settle = capture_payment if payment.order.status == OrderStatus.DELIVERED else release_payment
    settle(order_id=payment.order.pk, now=now)


@transaction.atomic(durable=True)
def _abandon(payment_id: int, now: datetime) -> None:
    """Give up a checkout that nobody came back to: holding or challenged -> voiding."""
    payment = lock_payment(payment_id)
    is_due = payment.retry_at is not None and payment.retry_at <= now
    if is_due and payment.status in {PaymentStatus.HOLDING, PaymentStatus.CHALLENGED}:
        move(payment, PaymentStatus.VOIDING, now=now, reason="abandoned")
