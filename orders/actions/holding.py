"""Setting money aside on a card, and letting it go: intent, call, result, each on its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from common.transactions import needs_transaction, outside_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.locks import lock_payment
from orders.models import Payment
from orders.states import PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import ActionRequired, Declined, Hold, PaymentError, Refused
from providers.payments.gateway import gateway

ABANDONED_AFTER = timedelta(minutes=15)
RETRY_STEPS = (10, 30, 60, 300, 900)  # seconds
TOLD_AFTER = 8  # tries, which is about an hour
log = structlog.get_logger(__name__)

Answer = Hold | ActionRequired | Declined | Refused


class GatewayAway(DomainError):
    """Card payments aren't working right now. Your card was not charged and your basket is saved: try again."""

    code = "gateway_away"
    status = 503


class CheckoutExpired(DomainError):
    """This checkout took too long and was canceled. Nothing was charged and your basket is saved: order again."""

    code = "checkout_expired"


class CardDeclined(DomainError):
    """The card was declined. Try another card."""

    code = "card_declined"
    status = 402

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason
        super().__init__("%(why)s Nothing was charged and your basket is saved.", why=gettext_lazy(message))


class ActionNeeded(DomainError):
    """Your bank wants you to confirm this payment."""

    code = "action_needed"
    status = 402

    def __init__(self, payment: Payment) -> None:
        self.payment = payment
        self.url = payment.challenge_url
        super().__init__()


@dataclass(frozen=True, slots=True)
class CardGiven:
    """A card as the checkout page hands it over: a token, and what may be shown of it."""

    token: str
    brand: str
    last4: str


@outside_transaction
def ask_for_hold(payment: Payment) -> Answer:
    """Ask the gateway to hold a payment's amount; the same payment again gets the same answer.

    A payment that waits for the bank's check asks how that went: a vendor forgets keys sooner than checks.

    Raises:
        GatewayAway: no answer; the intent stays open, so a later try asks with the same key.
    """
    try:
        if payment.challenge_ref:
            return gateway().confirm(challenge_id=payment.challenge_ref)
        return gateway().authorise(
            amount_cents=payment.amount_cents,
            card_token=payment.card_token,
            key=payment.hold_key,
            metadata={"payment": str(payment.public_id)},
        )
    except (ActionRequired, Declined, Refused) as answer:
        return answer
    except Unavailable as trouble:
        raise GatewayAway from trouble


@needs_transaction
def note_no(payment: Payment, answer: ActionRequired | Declined, *, now: datetime) -> DomainError:
    """Write down on a locked payment that the bank said no or wants to see the cardholder; returns the refusal."""
    if isinstance(answer, Declined):
        if payment.status != PaymentStatus.DECLINED:
            payment.refusal_code, payment.refusal = answer.code[:40], answer.message[:200]
            payment.save(update_fields=["refusal_code", "refusal"])
            move(payment, PaymentStatus.DECLINED, now=now, reason=answer.code)
        return CardDeclined(payment.refusal_code, payment.refusal)
    if payment.status != PaymentStatus.CHALLENGED:
        payment.challenge_ref, payment.challenge_url = answer.challenge_id, answer.url
        payment.retry_at = now + ABANDONED_AFTER
        payment.save(update_fields=["challenge_ref", "challenge_url", "retry_at"])
        move(payment, PaymentStatus.CHALLENGED, now=now)
    return ActionNeeded(payment)


@outside_transaction
def void_payment(*, payment_id: int, now: datetime) -> None:
    """Let the hold of a payment in `voiding` go; a repeat finds it void and returns.

    When the gateway does not answer, the sweep tries again.
    """
    payment = Payment.objects.get(pk=payment_id)
    if payment.status != PaymentStatus.VOIDING:
        return
    try:
        hold_id = payment.hold_ref or payment.challenge_ref or _find_hold(payment)
        if hold_id:
            gateway().void(hold_id=hold_id, key=f"{payment.hold_key}:void")
    except Unavailable:
        postpone(payment_id=payment_id, now=now)
        return
    except PaymentError:
        # Cannot be while our table holds: a void hold voids again, and a captured one is never voiding.
        log.exception("void_refused", payment=str(payment.public_id))
        postpone(payment_id=payment_id, now=now)
        return
    _settle_void(payment_id, now)


@transaction.atomic(durable=True)
def postpone(*, payment_id: int, now: datetime) -> None:
    """Try an unfinished payment again later, each time a little later; operations hear of one that goes on too long."""
    payment = lock_payment(payment_id)
    step = RETRY_STEPS[min(payment.attempts, len(RETRY_STEPS) - 1)]
    payment.attempts, payment.retry_at = payment.attempts + 1, now + timedelta(seconds=step)
    payment.save(update_fields=["attempts", "retry_at"])
    if payment.attempts == TOLD_AFTER and payment.order_id is not None:
        record("payment.troubled", at=now, order_id=payment.order_id, payment_id=payment.pk)


def _find_hold(payment: Payment) -> str:
    """The hold that an intent may have placed before we heard of it: the same key gets the same answer."""
    try:
        answer = ask_for_hold(payment)
    except GatewayAway as trouble:
        raise Unavailable from trouble
    if isinstance(answer, Hold):
        return answer.id
    return answer.challenge_id if isinstance(answer, ActionRequired) else ""


@transaction.atomic(durable=True)
def _settle_void(payment_id: int, now: datetime) -> None:
    payment = lock_payment(payment_id)
    if payment.status == PaymentStatus.VOIDING:
        move(payment, PaymentStatus.VOID, now=now)
