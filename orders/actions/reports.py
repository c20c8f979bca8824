"""Hearing from the card gateway: each report is kept once, and then the gateway itself is asked what is true (R15)."""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from common.errors import DomainError
from common.sweeping import each
from common.transactions import needs_transaction, outside_transaction
from events.actions.record import record
from orders.actions.books import book_dispute, book_refund
from orders.actions.capturing import capture_payment, finish_capture
from orders.actions.checkout import resume_checkout
from orders.actions.holding import RETRY_STEPS, void_payment
from orders.actions.locks import lock_with_order
from orders.actions.renewing import note_lapse
from orders.actions.tips import ASKED, hold_tip
from orders.models import GatewayReport, Order, Payment, Refund
from orders.states import PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import Refused, Standing, WebhookEvent
from providers.payments.gateway import gateway

OF_MONEY = ("hold.", "receipt.")
BATCH = 100
log = structlog.get_logger(__name__)


class StillMoving(Exception):
    """A refund of ours is on its way, so what the gateway shows cannot be told from it yet."""


@transaction.atomic(durable=True)
def keep_report(*, event: WebhookEvent, now: datetime) -> GatewayReport:
    """Keep a genuine report and ask for it to be applied; the same one again is the first one."""
    is_of_money = event.kind.startswith(OF_MONEY)
    report, is_new = GatewayReport.objects.get_or_create(
        gateway=gateway().name,
        event_id=event.id[:120],
        defaults={
            "kind": event.kind[:80],
            "object_ref": event.object_id[:120],
            "happened_at": event.happened_at,
            "received_at": now,
            "retry_at": now if is_of_money else None,
            "done_at": None if is_of_money else now,
        },
    )
    if is_new and is_of_money:
        record("gateway.reported", at=now, report_id=report.pk)
    return report


@outside_transaction
def apply_report(*, report_id: int, now: datetime) -> None:
    """Bring the payment that a report is about to what the gateway says of it now; a repeat finds nothing to do.

    The report itself is not believed: in whichever order reports come, the last look decides. One about nothing of
    ours is done at once.
    """
    report = GatewayReport.objects.get(pk=report_id)
    if report.done_at is not None:
        return
    try:
        payment_id = _payment_of(report.object_ref)
        if payment_id is not None:
            reconcile_payment(payment_id=payment_id, ref=report.object_ref, now=now)
    except (Unavailable, StillMoving):
        _put_off(report_id, now)
        return
    except Refused:
        log.warning("report_about_nothing", report=report.event_id)
    _close(report_id, now)


@outside_transaction
def reconcile_payment(*, payment_id: int, ref: str, now: datetime) -> None:
    """Ask the gateway how a payment stands and write that down.

    Looks are numbered before they are made: an older answer that comes late changes nothing.

    Raises:
        Unavailable, Refused: the gateway does not answer, or knows no such payment.
        StillMoving: a refund of ours is under way; look again.
    """
    look = _begin_look(payment_id)
    standing = gateway().look(ref=ref)
    _go_on(Payment.objects.select_related("order").get(pk=payment_id), standing, now)
    _write_down(payment_id, standing, look, now)


def sweep_reports(*, now: datetime, limit: int = BATCH) -> int:
    """Apply reports whose task was lost or whose gateway was away; return how many were looked at."""
    due = GatewayReport.objects.filter(done_at__isnull=True, retry_at__lte=now).order_by("retry_at")
    ids = list(due.values_list("pk", flat=True)[:limit])
    for report_id in each(ids, lambda pk: apply_report(report_id=pk, now=now), sweep="reports"):
        _put_off(report_id, now)
    return len(ids)


def _payment_of(ref: str) -> int | None:
    """The payment that a hold or receipt belongs to; one whose answer never reached us is found by its own name."""
    known = Q(hold_ref=ref) | Q(receipt_ref=ref) | Q(challenge_ref=ref)
    found = Payment.objects.filter(known).order_by("pk").values_list("pk", flat=True).first()
    if found is not None or not (name := gateway().look(ref=ref).payment):
        return found
    return Payment.objects.filter(public_id=name).values_list("pk", flat=True).first()


@transaction.atomic(durable=True)
def _begin_look(payment_id: int) -> int:
    Payment.objects.filter(pk=payment_id).update(looks=F("looks") + 1)
    return Payment.objects.values_list("looks", flat=True).get(pk=payment_id)


def _go_on(payment: Payment, standing: Standing, now: datetime) -> None:
    """Take the step that waits for what the gateway shows; each is the one that a sweep would take."""
    status = payment.status
    if payment.purpose == Payment.Purpose.TIP and status in ASKED:
        hold_tip(payment=payment, now=now)
    elif status == PaymentStatus.CHALLENGED and standing.status != "open":
        with suppress(DomainError):  # said on the checkout page when the shopper comes back
            resume_checkout(payment_id=payment.pk, shopper_id=payment.shopper_id, now=now)
    elif status == PaymentStatus.CAPTURING:
        finish_capture(payment=payment, now=now)
    elif status == PaymentStatus.VOIDING:
        void_payment(payment_id=payment.pk, now=now)
    elif status == PaymentStatus.HELD and standing.status == "void":
        note_lapse(payment_id=payment.pk, now=now)
    elif status == PaymentStatus.HELD and standing.status == "captured" and payment.order is not None:
        capture_payment(order_id=payment.order.pk, now=now)


@transaction.atomic(durable=True)
def _write_down(payment_id: int, standing: Standing, look: int, now: datetime) -> None:
    """Book refunds and disputes that came about without us, unless a newer look was written down already."""
    order, payment = lock_with_order(payment_id)
    if look <= payment.seen_look or payment.status != PaymentStatus.CAPTURED or order is None:
        return
    _book_refunds(order, payment, standing, now)
    change = standing.disputed_cents - payment.disputed_cents
    if change:
        book_dispute(payment=payment, change_cents=change, look=look, now=now)
    if change > 0:
        record("payment.troubled", at=now, order_id=order.pk, payment_id=payment.pk)
    payment.disputed_cents, payment.seen_look = standing.disputed_cents, look
    payment.save(update_fields=["disputed_cents", "seen_look"])


@needs_transaction
def _book_refunds(order: Order, payment: Payment, standing: Standing, now: datetime) -> None:
    """Book what was given back at the gateway's own desk: each refund there once, by its id.

    Raises:
        StillMoving: one of them may be ours, whose answer is not written down yet.
    """
    ours = Refund.objects.filter(payment=payment, is_netted=False)
    known = set(ours.values_list("receipt_ref", flat=True))
    new = {ref: cents for ref, cents in sorted(standing.refunds.items()) if ref not in known}
    if new and ours.filter(done_at__isnull=True).exists():
        raise StillMoving
    for ref, cents in new.items():
        refund = Refund.objects.create(
            order=order, payment=payment, key=f"outside:{ref}"[:80], amount_cents=cents,
            reason="Given back at the card gateway", author="gateway",
            created_at=now, done_at=now, receipt_ref=ref,
        )  # fmt: skip
        book_refund(refund=refund, now=now)


@transaction.atomic(durable=True)
def _put_off(report_id: int, now: datetime) -> None:
    report = GatewayReport.objects.select_for_update(no_key=True).get(pk=report_id)
    step = RETRY_STEPS[min(report.attempts, len(RETRY_STEPS) - 1)]
    report.attempts, report.retry_at = report.attempts + 1, now + timedelta(seconds=step)
    report.save(update_fields=["attempts", "retry_at"])


@transaction.atomic(durable=True)
def _close(report_id: int, now: datetime) -> None:
    GatewayReport.objects.filter(pk=report_id, done_at__isnull=True).update(done_at=now, retry_at=None)
