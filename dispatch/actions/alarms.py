"""Telling operations, once, and taking note that somebody has seen to it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from common.live import publish
from common.money import dollars
from common.transactions import needs_transaction
from dispatch.models import Alarm, Delivery
from orders.models import Payment
from orders.states import PaymentStatus


@needs_transaction
def raise_alarm(*, market_id: int, kind: str, text: str, now: datetime, delivery_id: int | None = None) -> bool:
    """Raise an alarm unless the same one is open; tell whether it is new. One open alarm a delivery and kind."""
    alarm = Alarm(market_id=market_id, delivery_id=delivery_id, kind=kind, text=text[:300], at=now)
    about = Q(delivery__isnull=True) if delivery_id is None else Q(delivery=delivery_id)
    if Alarm.objects.filter(about, market=market_id, kind=kind, resolved_at__isnull=True).exists():
        return False
    # Two sweeps may come here at once: the partial unique index lets one of them in.
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    transaction.on_commit(lambda: publish(f"market:{market_id}", {"kind": "alarm"}), robust=True)
    return True


@transaction.atomic(durable=True)
def resolve_alarm(*, alarm_id: int, by: str, now: datetime) -> Alarm:
    """Note that somebody has seen to an alarm; the first who says so stays named."""
    alarm = Alarm.objects.select_for_update(no_key=True).get(pk=alarm_id)
    if alarm.resolved_at is None:
        alarm.resolved_at, alarm.resolved_by = now, by
        alarm.save(update_fields=["resolved_at", "resolved_by"])
        market = alarm.market_id
        transaction.on_commit(lambda: publish(f"market:{market}", {"kind": "alarm"}), robust=True)
    return alarm


@transaction.atomic(durable=True)
def tell_of_payment(*, order_id: int, payment_id: int, now: datetime) -> bool:
    """Tell operations that an order's payment needs people; tell whether that is new."""
    payment = Payment.objects.select_related("order__store").get(pk=payment_id, order_id=order_id)
    assert payment.order is not None  # found by it
    delivery = Delivery.objects.filter(order_id=order_id).order_by("-pk").first()
    text = f"Order {payment.order.number}: {_what_is_wrong(payment)}"
    return raise_alarm(
        market_id=payment.order.store.market_id,
        delivery_id=delivery.pk if delivery else None,
        kind="payment",
        text=text,
        now=now,
    )


def _what_is_wrong(payment: Payment) -> str:
    if payment.disputed_cents:
        return "the cardholder disputes the payment. Answer at the card service."
    if payment.status in {PaymentStatus.VOIDING, PaymentStatus.VOID}:
        what = "a raise of the tip" if payment.purpose == Payment.Purpose.TIP else "the order"
        lost = dollars(payment.to_capture_cents or payment.amount_cents)
        return f"the bank did not pay what it had authorized. {lost} for {what} was not collected. {payment.refusal}"
    if payment.status == PaymentStatus.LAPSED:
        return f"the hold on the card ran out and the bank said no to another. {payment.refusal}"
    return "the card service does not do what we ask. Look at the payment."
