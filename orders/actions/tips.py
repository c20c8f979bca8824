"""Changing a tip after checkout: up for a week, down for two hours after delivery and with a reason (S16, S17).

A raise is a hold of its own on the order's card, asked for while the shopper is there to confirm it. Before delivery
it is promised once it is held, after delivery once it is taken.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from common.errors import DomainError, InvalidInput
from common.transactions import needs_transaction, outside_transaction
from events.actions.move import move
from orders.actions.capturing import capture_payment
from orders.actions.holding import (
    ABANDONED_AFTER,
    ActionNeeded,
    Answer,
    GatewayAway,
    ask_for_hold,
    note_no,
    postpone,
    void_payment,
)
from orders.actions.locks import lock_card_of, lock_order, lock_with_order
from orders.actions.refunds import REACHABLE, KeyUsed
from orders.actions.tip_parts import most_tip_of, raises_under_way, rules_of, take_off, write_tip
from orders.models import Order, Payment, TipChange
from orders.queries.checks import TipTooLarge
from orders.states import OrderStatus, PaymentStatus
from providers.payments.base import ActionRequired, Declined, Hold, Refused

ENDED = {OrderStatus.CANCELLED, OrderStatus.RETURNED}
ASKED = {PaymentStatus.HOLDING, PaymentStatus.CHALLENGED}
ASK_AGAIN = timedelta(seconds=60)


class TipTooLate(DomainError):
    """The tip of this order can no longer be changed that way."""

    code = "tip_too_late"


class TipOnlyRises(DomainError):
    """Before delivery a tip can be raised but not lowered: drivers decide by it."""

    code = "tip_only_rises"


class TipReasonNeeded(DomainError):
    """Say why the tip is lowered."""

    code = "tip_reason_needed"
    status = 400


class TipUnderWay(DomainError):
    """Your last change of this tip is still being charged. Wait a moment and look again."""

    code = "tip_under_way"


class TipDeclined(DomainError):
    """Your bank did not allow it. Your tip is as it was."""

    code = "tip_declined"
    status = 402

    def __init__(self, message: str) -> None:
        super().__init__("%(why)s Your tip is as it was.", why=gettext_lazy(message))


class TipNotConfirmed(DomainError):
    """The raise was not confirmed in time and is dropped. Your tip is as it was."""

    code = "tip_not_confirmed"


@outside_transaction
def change_tip(*, order_id: int, tip_cents: int, key: UUID, by: str, reason: str = "", now: datetime) -> Order:
    """Raise or lower the tip of an order; a repeat of the key changes nothing more.

    A raise is authorised on the card at once, or nothing changes. A cut is not taken, or given back; what the driver's
    offer said is made good by the house up to the rule pack's cap.

    Raises:
        TipTooLate, TipTooLarge, TipOnlyRises, TipReasonNeeded, TipUnderWay, InvalidInput: nothing has changed.
        ActionNeeded: the bank wants to see the cardholder; continue with `resume_tip`.
        TipDeclined, TipNotConfirmed: the raise could not be had; the tip is as it was.
        GatewayAway: no answer yet; the sweep goes on.
        KeyUsed: the key changed the tip to something else before.
    """
    if tip_cents < 0:
        raise InvalidInput("A tip cannot be below zero.")
    begun = _begin(order_id, tip_cents, key, by, reason, now)
    return begun if isinstance(begun, Order) else _raised(begun, now)


@outside_transaction
def resume_tip(*, payment_id: int, now: datetime) -> Order:
    """Go on with a raise after the bank's check; a repeat finds it done.

    Raises:
        As `change_tip`.
    """
    return _raised(Payment.objects.get(pk=payment_id, purpose=Payment.Purpose.TIP), now)


@outside_transaction
def hold_tip(*, payment: Payment, now: datetime) -> DomainError | None:
    """Ask the card for a raise whose intent is written, and write down the answer; returns a refusal.

    What the order's delivery has overtaken is taken at once.
    """
    if payment.status in ASKED:
        try:
            answer = ask_for_hold(payment)
        except GatewayAway:
            postpone(payment_id=payment.pk, now=now)
            return GatewayAway("The card service does not answer just now. Your tip is raised as soon as it does.")
        refusal = _settle_hold(payment.pk, answer, now)
        if refusal is not None:
            void_payment(payment_id=payment.pk, now=now)  # returns at once unless the hold is to be let go
            return refusal
    if payment.order_id is not None:
        capture_payment(order_id=payment.order_id, now=now)  # returns at once before delivery
    return _outcome(Payment.objects.get(pk=payment.pk))


def give_up_late_raise(*, payment_id: int, now: datetime) -> bool:
    """Let a raise go that nobody confirmed in time; tell whether it was that late."""
    with transaction.atomic(durable=True):
        _, payment = lock_with_order(payment_id)
        if payment.status not in ASKED or now < payment.created_at + ABANDONED_AFTER:
            return False
        move(payment, PaymentStatus.VOIDING, now=now, reason="abandoned")
    void_payment(payment_id=payment_id, now=now)
    return True


def _raised(payment: Payment, now: datetime) -> Order:
    refusal = hold_tip(payment=payment, now=now)
    if refusal is not None:
        raise refusal
    return Order.objects.get(payments=payment)


def _outcome(payment: Payment) -> DomainError | None:
    """What is to be said of a raise as it stands; nothing when it is part of the tip."""
    if payment.status == PaymentStatus.CHALLENGED:
        return ActionNeeded(payment)
    if payment.status == PaymentStatus.CAPTURED or TipChange.objects.filter(key=payment.tip_key).exists():
        return None
    if payment.status in REACHABLE | ASKED:
        return GatewayAway("The card service does not answer just now. Your tip is raised as soon as it does.")
    return TipDeclined(payment.refusal) if payment.refusal else TipNotConfirmed()


@transaction.atomic(durable=True)
def _begin(order_id: int, tip_cents: int, key: UUID, by: str, reason: str, now: datetime) -> Order | Payment:
    order, card = lock_order(order_id), lock_card_of(order_id)
    before = TipChange.objects.filter(key=key).first()
    if before is not None:
        if (before.order_id, before.to_cents) != (order_id, tip_cents):
            raise KeyUsed
        return order
    tried = Payment.objects.filter(key=f"tip:{key}").first()
    if tried is not None:
        if tried.order_id != order_id:
            raise KeyUsed
        return tried
    if tip_cents == order.tip_cents:
        return order
    if order.status in ENDED or card is None or card.status not in REACHABLE:
        raise TipTooLate
    if tip_cents < order.tip_cents:
        return _lower(order, tip_cents, key, by, reason, now)
    return _raise(order, card, tip_cents, key, now)


def _raise(order: Order, card: Payment, tip_cents: int, key: UUID, now: datetime) -> Payment:
    rules, most = rules_of(order, now), most_tip_of(order, now)
    if order.delivered_at and now > order.delivered_at + timedelta(days=rules.tip_rise_days):
        raise TipTooLate("A tip can be raised for %(days)s days after delivery.", days=rules.tip_rise_days)
    if tip_cents > most:
        raise TipTooLarge(most)
    _make_way(order, now)
    return Payment.objects.create(
        purpose=Payment.Purpose.TIP,
        order=order,
        shopper_id=order.shopper_id,
        key=f"tip:{key}",
        card_token=card.card_token,
        card_brand=card.card_brand,
        card_last4=card.card_last4,
        amount_cents=tip_cents - order.tip_cents,
        tip_cents=tip_cents - order.tip_cents,
        retry_at=now + ASK_AGAIN,
        created_at=now,
        updated_at=now,
    )


def _lower(order: Order, tip_cents: int, key: UUID, by: str, reason: str, now: datetime) -> Order:
    rules = rules_of(order, now)
    if order.delivered_at is None:
        raise TipOnlyRises
    if now > order.delivered_at + timedelta(hours=rules.tip_fall_hours):
        raise TipTooLate("A tip can be lowered for %(hours)s hours after delivery.", hours=rules.tip_fall_hours)
    if not reason.strip():
        raise TipReasonNeeded
    _make_way(order, now)
    fall = order.tip_cents - tip_cents
    take_off(order, fall, write_tip(order, tip_cents, key=key, now=now, reason=reason), by=by, now=now)
    return order


@needs_transaction
def _make_way(order: Order, now: datetime) -> None:
    """Drop an earlier raise that its shopper did not confirm; one that the bank is deciding is waited for."""
    for payment in raises_under_way(order):
        if payment.status != PaymentStatus.CHALLENGED:
            raise TipUnderWay
        payment.retry_at, payment.updated_at = now, now
        move(payment, PaymentStatus.VOIDING, now=now, reason="another raise", also=["retry_at", "updated_at"])


@transaction.atomic(durable=True)
def _settle_hold(payment_id: int, answer: Answer, now: datetime) -> DomainError | None:
    """Write down what the bank said to a raise: held and, before delivery, promised; or a refusal."""
    order, payment = lock_with_order(payment_id)
    assert order is not None  # a raise is of an order from the start
    if payment.status not in ASKED:
        return _outcome(payment)
    if isinstance(answer, ActionRequired | Declined):
        return _refused(payment, answer, now)
    if isinstance(answer, Refused):
        return _refused(payment, Declined("refused", "The card can no longer be used."), now)
    return _held(order, payment, answer, now)


def _refused(payment: Payment, answer: ActionRequired | Declined, now: datetime) -> DomainError:
    refusal = note_no(payment, answer, now=now)
    return refusal if isinstance(refusal, ActionNeeded) else TipDeclined(payment.refusal)


@needs_transaction
def _held(order: Order, payment: Payment, hold: Hold, now: datetime) -> DomainError | None:
    payment.hold_ref, payment.card_token, payment.updated_at = hold.id, hold.card.token, now
    kept = ["hold_ref", "card_token", "updated_at", "retry_at"]
    card = lock_card_of(order.pk)
    if order.status in ENDED or card is None or card.status not in REACHABLE:
        payment.retry_at = now
        move(payment, PaymentStatus.VOIDING, now=now, reason="order ended", also=kept)
        return TipTooLate()
    payment.retry_at = None
    move(payment, PaymentStatus.HELD, now=now, also=kept)
    if order.delivered_at is None:
        order.hold_cents += payment.amount_cents
        order.save(update_fields=["hold_cents"])
        write_tip(order, order.tip_cents + payment.amount_cents, key=payment.tip_key, now=now)
    return None
