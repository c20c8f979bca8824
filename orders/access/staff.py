"""The only road from an id in a staff request to an order, line or store: own stores only, else 404."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from accounts.models import User
from orders.models import Line, Order
from stores.access import desk_of


def order_at_desk(user: User, public_id: UUID) -> Order:
    """An order of a store this person works in."""
    orders = Order.objects.select_related("store__market", "window", "picker")
    return get_object_or_404(desk_of(user).scope(orders, "store_id"), public_id=public_id)


def line_at_desk(user: User, public_id: UUID) -> Line:
    """A line of an order of a store this person works in."""
    lines = Line.objects.select_related("order__store__market", "store_item__item__department", "store_item__aisle")
    return get_object_or_404(desk_of(user).scope(lines, "order__store_id"), public_id=public_id)
