"""A hold that ran out before it was taken: the same card is asked again, a few times, and then somebody is told."""

from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction

from common.transactions import needs_transaction, outside_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.holding import Answer, GatewayAway, ask_for_hold
from orders.actions.locks import lock_with_order
from orders.actions.losing import lose_payment
from orders.models import Order, Payment
from orders.states import OrderStatus, PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import ActionRequired, Declined, Hold, PaymentError, Refused
from providers.payments.gateway import gateway

AGAIN_AFTER = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))  # after each no
AWAY_FOR = timedelta(minutes=5)
MOST_ASKED = len(AGAIN_AFTER) + 1


def has_run_out(payment: Payment) -> bool:
    """Whether the gateway says that a hold is gone untaken; when it does not answer, not yet."""
    try:
        return gateway().look(ref=payment.hold_ref).status == "void"
    except (Unavailable, PaymentError):
        return False


@transaction.atomic(durable=True)
def note_lapse(*, payment_id: int, now: datetime) -> None:
    """Write down that a hold ran out: held or capturing -> lapsed, and due to be asked for again. A repeat returns."""
    order, payment = lock_with_order(payment_id)
    if order is None or payment.status not in {PaymentStatus.HELD, PaymentStatus.CAPTURING}:
        return
    payment.hold_ref = payment.challenge_ref = ""
    payment.renewals, payment.attempts, payment.retry_at, payment.updated_at = payment.renewals + 1, 0, now, now
    _save(payment)
    move(payment, PaymentStatus.LAPSED, now=now, reason="hold_ran_out")
    record("payment.lapsed", at=now, order_id=order.pk, payment_id=payment.pk)


@outside_transaction
def renew_hold(*, payment_id: int, now: datetime) -> None:
    """Ask the card of a lapsed payment to hold the amount again; a repeat asks with the same key.

    The shopper is not there, so a bank that wants to see them has said no. After the last no of a delivered order the
    house bears the loss; of one not delivered yet, the payment waits for people.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != PaymentStatus.LAPSED:
        return
    try:
        answer = ask_for_hold(payment)
    except GatewayAway:
        _later(payment_id, now)
        return
    if isinstance(answer, ActionRequired):
        with suppress(Unavailable, PaymentError):  # nothing is held by a check that nobody meets
            gateway().void(hold_id=answer.challenge_id, key=f"{payment.hold_key}:void")
    _settle(payment, answer, now)


@transaction.atomic(durable=True)
def _settle(asked: Payment, answer: Answer, now: datetime) -> None:
    order, payment = lock_with_order(asked.pk)
    if order is None or payment.status != PaymentStatus.LAPSED or payment.renewals != asked.renewals:
        return
    payment.updated_at = now
    if isinstance(answer, Hold):
        _held_again(payment, answer, now)
    else:
        _refused_again(order, payment, answer, now)


@needs_transaction
def _held_again(payment: Payment, answer: Hold, now: datetime) -> None:
    """Go back to where the hold was when it ran out: a capture under way goes on with the amount it had fixed."""
    is_capturing = payment.to_capture_cents is not None
    payment.hold_ref, payment.card_token = answer.id, answer.card.token
    payment.attempts, payment.retry_at = 0, now if is_capturing else None
    payment.refusal_code = payment.refusal = ""
    _save(payment, "card_token")
    move(payment, PaymentStatus.CAPTURING if is_capturing else PaymentStatus.HELD, now=now, reason="held_again")
    record("payment.held_again", at=now, order_id=payment.order_id, payment_id=payment.pk)


@needs_transaction
def _refused_again(order: Order, payment: Payment, answer: ActionRequired | Declined | Refused, now: datetime) -> None:
    """Note a no, and ask once more later with another key; tell operations at the first no and at the last."""
    code, words = (answer.code, answer.message) if isinstance(answer, Declined) else ("card_unusable", str(answer))
    payment.refusal_code, payment.refusal = code[:40], words[:200]
    payment.attempts += 1
    is_last = payment.attempts >= MOST_ASKED
    payment.renewals += not is_last
    payment.retry_at = None if is_last else now + AGAIN_AFTER[payment.attempts - 1]
    _save(payment)
    if is_last or payment.attempts == 1:
        record("payment.troubled", at=now, order_id=order.pk, payment_id=payment.pk)
    if is_last and order.status == OrderStatus.DELIVERED:
        lose_payment(order, payment, now=now)
        move(payment, PaymentStatus.VOIDING, now=now, reason=code)
        move(payment, PaymentStatus.VOID, now=now, reason="nothing_held")


@transaction.atomic(durable=True)
def _later(payment_id: int, now: datetime) -> None:
    """A gateway that is away has not said no: ask with the same key, and do not count it."""
    Payment.objects.filter(pk=payment_id, status=PaymentStatus.LAPSED).update(retry_at=now + AWAY_FOR)


def _save(payment: Payment, *fields: str) -> None:
    kept = ["hold_ref", "challenge_ref", "renewals", "attempts", "retry_at", "refusal_code", "refusal", "updated_at"]
    payment.save(update_fields=[*kept, *fields])
