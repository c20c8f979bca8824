"""Changing a tip after checkout: up for a week, down for two hours after delivery and with a reason (S16, S17)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum

from common.clock import local_day
from common.errors import DomainError, InvalidInput
from common.transactions import needs_transaction, outside_transaction
from events.actions.move import move
from events.actions.record import record
from orders.actions.books import book_tip_charge, book_tip_forgone, book_tip_made_good
from orders.actions.carts import MOST_TIP_CENTS
from orders.actions.holding import CardDeclined, GatewayAway, postpone
from orders.actions.locks import lock_card_of, lock_order, lock_payment
from orders.actions.refunds import KeyUsed, book_back, left_of
from orders.models import Order, Payment, TipChange
from orders.states import OrderStatus, PaymentStatus
from providers.errors import Unavailable
from providers.payments.base import Declined, PaymentError, Receipt
from providers.payments.gateway import gateway
from rules.pack import RulePack
from rules.packs_on_file import pack_for

ENDED = {OrderStatus.CANCELLED, OrderStatus.RETURNED}
TAKEN = {PaymentStatus.CAPTURING, PaymentStatus.CAPTURED}
CHARGEABLE = TAKEN | {PaymentStatus.HELD}


class TipTooLate(DomainError):
    """The tip of this order can no longer be changed that way."""

    code = "tip_too_late"


class TipOnlyRises(DomainError):
    """Before delivery a tip can only be raised: the driver accepted the order with it."""

    code = "tip_only_rises"


class TipReasonNeeded(DomainError):
    """Say why the tip is lowered."""

    code = "tip_reason_needed"
    status = 400


class TipUnderWay(DomainError):
    """Your last change of this tip is still being charged. Wait a moment and look again."""

    code = "tip_under_way"


@outside_transaction
def change_tip(*, order_id: int, tip_cents: int, key: UUID, by: str, reason: str = "", now: datetime) -> Order:
    """Raise or lower the tip of an order; a repeat of the key changes nothing more.

    While the card is only held, the capture will take the new tip. After that a raise is charged apart, and a cut
    is paid back; what a driver was offered is made good by the house up to the rule pack's cap.

    Raises:
        TipTooLate, TipOnlyRises, TipReasonNeeded, TipUnderWay, InvalidInput: nothing has changed.
        CardDeclined, GatewayAway: the raise could not be charged; the tip is as it was.
        KeyUsed: the key changed the tip to something else before.
    """
    if not 0 <= tip_cents <= MOST_TIP_CENTS:
        raise InvalidInput("A tip is between $0 and $500.")
    begun = _begin(order_id, tip_cents, key, by, reason, now)
    if isinstance(begun, Order):
        return begun
    refusal = charge_tip(payment=begun, now=now)
    if refusal is not None:
        raise refusal
    return Order.objects.get(pk=order_id)


@outside_transaction
def charge_tip(*, payment: Payment, now: datetime) -> DomainError | None:
    """Charge a tip whose intent is written, and write down the answer; returns a refusal rather than raise it."""
    try:
        answer: Receipt | Declined = gateway().charge(
            amount_cents=payment.amount_cents,
            card_token=payment.card_token,
            key=payment.key,
            metadata={"payment": str(payment.public_id)},
        )
    except Unavailable:
        postpone(payment_id=payment.pk, now=now)
        return GatewayAway("The card service does not answer just now. Your tip is charged as soon as it does.")
    except Declined as no:
        answer = no
    except PaymentError as no:
        answer = Declined("refused", str(no))
    return _settle_charge(payment.pk, answer, now)


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
        if tried.status == PaymentStatus.DECLINED:
            raise CardDeclined(tried.refusal_code, tried.refusal)
        return tried
    if tip_cents == order.tip_cents:
        return order
    if order.status in ENDED or card is None or card.status not in CHARGEABLE:
        raise TipTooLate
    if tip_cents < order.tip_cents:
        return _lower(order, card, tip_cents, key, by, reason, now)
    return _raise(order, card, tip_cents, key, now)


def _raise(order: Order, card: Payment, tip_cents: int, key: UUID, now: datetime) -> Order | Payment:
    rules = _rules(order, now)
    if order.delivered_at and now > order.delivered_at + timedelta(days=rules.tip_rise_days):
        raise TipTooLate("A tip can be raised for %(days)s days after delivery.", days=rules.tip_rise_days)
    if card.status == PaymentStatus.HELD:
        _change(order, tip_cents, key, now)
        return order
    if _is_charging(order):
        raise TipUnderWay
    return Payment.objects.create(
        purpose=Payment.Purpose.TIP,
        order=order,
        shopper_id=order.shopper_id,
        key=f"tip:{key}",
        card_token=card.card_token,
        card_brand=card.card_brand,
        card_last4=card.card_last4,
        amount_cents=tip_cents - order.tip_cents,
        retry_at=now + timedelta(seconds=60),
        created_at=now,
        updated_at=now,
    )


def _lower(order: Order, card: Payment, tip_cents: int, key: UUID, by: str, reason: str, now: datetime) -> Order:
    rules = _rules(order, now)
    if order.delivered_at is None:
        raise TipOnlyRises
    if now > order.delivered_at + timedelta(hours=rules.tip_fall_hours):
        raise TipTooLate("A tip can be lowered for %(hours)s hours after delivery.", hours=rules.tip_fall_hours)
    if not reason.strip():
        raise TipReasonNeeded
    if _is_charging(order):
        raise TipUnderWay
    fall, unpaid = order.tip_cents - tip_cents, _unpaid(order)
    change = _change(order, tip_cents, key, now, reason=reason)
    if card.status in TAKEN:
        forgone = min(fall, unpaid)
        book_tip_forgone(change=change, cents=forgone, now=now)
        _pay_back(order, fall - forgone, change, by, now)
    return order


def _is_charging(order: Order) -> bool:
    return order.payments.filter(purpose=Payment.Purpose.TIP, status=PaymentStatus.HOLDING).exists()


def _unpaid(order: Order) -> int:
    """Cents of the tip that the bank refused and the house pays: they fall first, for there is nothing to pay back."""
    rest = order.payments.filter(key__endswith=":rest", status=PaymentStatus.DECLINED).first()
    if rest is None:
        return 0
    since = order.tip_changes.filter(at__gte=rest.created_at, to_cents__lt=F("from_cents"))
    fallen: int = since.aggregate(cents=Sum(F("from_cents") - F("to_cents"), default=0))["cents"]
    paid_back: int = order.refunds.aggregate(cents=Sum("tip_cents", default=0))["cents"]
    return rest.amount_cents - (fallen - paid_back)


def _pay_back(order: Order, cents: int, change: TipChange, by: str, now: datetime) -> None:
    """Pay a lowered tip back: from tips charged apart first, newest first, then from the order's own payment."""
    payments = order.payments.select_for_update(no_key=True, of=("self",)).filter(status__in=TAKEN)
    for number, payment in enumerate(payments.order_by("-purpose", "-pk")):
        part = min(cents, left_of(payment))
        if part > 0:
            reason = f"Tip lowered: {change.reason}"
            book_back(payment, part, tip_cents=part, key=f"tip:{change.key}:{number}", reason=reason, by=by, now=now)
            cents -= part
    assert cents == 0  # what was paid for a tip is still there to pay back: refunds of goods leave it alone


@needs_transaction
def _change(order: Order, tip_cents: int, key: UUID, now: datetime, *, reason: str = "") -> TipChange:
    """Write a new tip on a locked order, with what the house makes good of it, its history and its event."""
    rise = tip_cents - order.tip_cents
    change = TipChange.objects.create(
        order=order,
        key=key,
        from_cents=order.tip_cents,
        to_cents=tip_cents,
        made_good_cents=_made_good(order, tip_cents, now),
        reason=reason.strip()[:200],
        at=now,
    )
    book_tip_made_good(change=change, now=now)
    order.tip_cents, order.total_cents = tip_cents, order.total_cents + rise
    if order.final_total_cents is not None:
        order.final_total_cents += rise
    order.save(update_fields=["tip_cents", "total_cents", "final_total_cents"])
    record("tip.changed", at=now, order_id=order.pk, tip_change_id=change.pk)
    return change


def _made_good(order: Order, tip_cents: int, now: datetime) -> int:
    """What the house adds at a new tip, or takes back of what it added, when the shopper gives it again.

    The tip at the door is made good, and no more: what was raised after it was never part of an offer.
    """
    if order.delivered_at is None:
        return 0
    since = order.tip_changes.filter(at__gte=order.delivered_at).order_by("pk").first()
    at_the_door = since.from_cents if since else order.tip_cents
    given: int = order.tip_changes.aggregate(cents=Sum("made_good_cents", default=0))["cents"]
    return min(_rules(order, now).tip_made_good_cap_cents, max(0, at_the_door - tip_cents)) - given


@transaction.atomic(durable=True)
def _settle_charge(payment_id: int, answer: Receipt | Declined, now: datetime) -> DomainError | None:
    """Write down a tip's charge: holding -> captured or declined.

    A tip promised before the capture is in the order already: the driver gets it although the bank refuses.
    """
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order, payment = lock_order(order_id or 0), lock_payment(payment_id)
    was_promised = payment.key.endswith(":rest")
    if payment.status != PaymentStatus.HOLDING:
        return None
    if isinstance(answer, Declined):
        payment.refusal_code, payment.refusal = answer.code[:40], answer.message[:200]
        payment.save(update_fields=["refusal_code", "refusal"])
        move(payment, PaymentStatus.DECLINED, now=now, reason=answer.code)
        if was_promised:
            book_tip_charge(payment=payment, taken_cents=0, now=now)
        return CardDeclined(payment.refusal_code, payment.refusal)
    payment.captured_cents, payment.receipt_ref, payment.retry_at = answer.amount_cents, answer.id, None
    payment.save(update_fields=["captured_cents", "receipt_ref", "retry_at"])
    move(payment, PaymentStatus.CAPTURED, now=now)
    book_tip_charge(payment=payment, taken_cents=answer.amount_cents, now=now)
    if not was_promised:
        _change(order, order.tip_cents + payment.amount_cents, UUID(payment.key.removeprefix("tip:")), now)
    return None


def _rules(order: Order, now: datetime) -> RulePack:
    market = order.store.market
    return pack_for(market.rule_pack, local_day(now, market.zone))
