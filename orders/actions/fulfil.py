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
def finish_order(order: Order, *, by: str, now: datetime) -> None:
    """Say that an order is at its door; the money follows from the event.

    Raises:
        NotAllowedNow: it is not on its way.
    """
    move(order, OrderStatus.DELIVERED, now=now, by=by)
    order.delivered_at = now
    order.save(update_fields=["delivered_at"])
    record("order.delivered", at=now, order_id=order.pk)


@needs_transaction
def return_order(order: Order, *, by: str, reason: str, now: datetime) -> None:
    """Say that an order came back to its store: the card's hold is let go, and nothing is charged.

    Raises:
        NotAllowedNow: it is not on its way.
    """
    move(order, OrderStatus.RETURNED, now=now, by=by, reason=reason)
    record("order.returned", at=now, order_id=order.pk)
