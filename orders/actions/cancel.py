"""Calling an order off."""

from collections import Counter
from datetime import datetime

from django.db import transaction
from django.db.models import F

from common.errors import DomainError
from events.actions.move import move
from events.actions.record import record
from orders.actions.live import nudge_pages
from orders.actions.locks import lock_order
from orders.actions.windows import give_seat_back
from orders.models import Line, Order
from orders.states import LineStatus, OrderStatus
from stores.models import StoreItem


class TooLateToCancel(DomainError):
    """The store has already started on your order, so it can no longer be canceled here."""

    code = "too_late_to_cancel"


@transaction.atomic(durable=True)
def cancel_order(*, order_id: int, by: str, reason: str, now: datetime, only_before_picking: bool = False) -> Order:
    """Call an order off that has not left the store: seat and pieces go back, and the hold is let go by its event.

    A second call changes nothing. A shopper may do so only before picking starts.

    Raises:
        TooLateToCancel: picking has started, and the caller may not go further.
        NotAllowedNow: it has left the store.
    """
    order = lock_order(order_id)
    if order.status == OrderStatus.CANCELLED:
        return order
    if only_before_picking and order.status != OrderStatus.PLACED:
        raise TooLateToCancel
    move(order, OrderStatus.CANCELLED, now=now, by=by, reason=reason)
    order.cancel_reason = reason[:200]
    order.save(update_fields=["cancel_reason"])
    _put_back(order)
    give_seat_back(order.window_id)
    record("order.cancelled", at=now, order_id=order.pk)
    nudge_pages(order)
    return order


def _put_back(order: Order) -> None:
    """Return pieces to the shelf, rows in order of pk; what was found missing was never there to return."""
    pieces: Counter[int] = Counter()
    for line in order.lines.select_related("substitution"):
        pieces[line.store_item_id] += _own_pieces(line)
        found = getattr(line, "substitution", None)
        if found is not None:
            pieces[found.store_item_id] += found.taken
    for store_item_id, count in sorted(pieces.items()):
        if count:
            StoreItem.objects.filter(pk=store_item_id).update(stock=F("stock") + count)


def _own_pieces(line: Line) -> int:
    """How many pieces of the article itself are in a bag, or still promised to it."""
    if line.status == LineStatus.TO_PICK:
        return line.quantity
    return line.picked_quantity if line.status == LineStatus.PICKED else 0
