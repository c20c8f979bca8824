"""What the road does to an order; dispatch calls these inside its own transaction, the order locked first."""

from datetime import datetime

from common.transactions import needs_transaction
from events.actions.move import move
from events.actions.record import record
from orders.models import Order
from orders.states import OrderStatus


@needs_transaction
def hand_over_order(order: Order, *, by: str, now: datetime) -> None:
    """Give the bags of a ready order to its driver.

    Raises:
        NotAllowedNow: it is not ready, or gone already.
    """
    move(order, OrderStatus.HANDED_OVER, now=now, by=by)
    order.handed_over_at = now
    order.save(update_fields=["handed_over_at"])


@needs_transaction
def finish_order(order: Order, *, by: str, now: datetime, offered_tip_cents: int | None = None) -> None:
    """Say that an order is at its door; the money follows from the event.

    `offered_tip_cents` is what the offer that its driver accepted said of the tip; the tip as it stands without one.

    Raises:
        NotAllowedNow: it is not on its way.
    """
    move(order, OrderStatus.DELIVERED, now=now, by=by)
    order.delivered_at = now
    order.offered_tip_cents = order.tip_cents if offered_tip_cents is None else offered_tip_cents
    order.save(update_fields=["delivered_at", "offered_tip_cents"])
    record("order.delivered", at=now, order_id=order.pk)


@needs_transaction
def return_order(order: Order, *, by: str, reason: str, now: datetime) -> None:
    """Say that an order came back to its store: the card's hold is let go, and nothing is charged.

    Raises:
        NotAllowedNow: it is not on its way.
    """
    move(order, OrderStatus.RETURNED, now=now, by=by, reason=reason)
    record("order.returned", at=now, order_id=order.pk)
