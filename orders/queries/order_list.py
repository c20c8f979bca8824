"""A shopper's orders as lists show them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from orders.models import Line, Order
from orders.states import OrderStatus

PICTURES = 5
ON_THEIR_WAY = (OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY, OrderStatus.HANDED_OVER)


@dataclass(frozen=True, slots=True)
class Picture:
    """One item's tile."""

    tile: str
    department: str
    name: str


def pictures_of(orders: Iterable[Order]) -> Mapping[int, list[Picture]]:
    """The first few items of each order, by its pk. One query."""
    rows = Line.objects.filter(order__in=orders).order_by("order", "pk")
    columns = ("order_id", "store_item__item__tile", "store_item__item__department__code", "name")
    found: dict[int, list[Picture]] = defaultdict(list)
    for order_id, *facts in rows.values_list(*columns):
        if len(found[order_id]) < PICTURES:
            found[order_id].append(Picture(*facts))
    return found


def on_their_way(shopper_id: int) -> list[Order]:
    """A shopper's orders that have not arrived yet, the soonest promised first. One query."""
    rows = Order.objects.filter(shopper_id=shopper_id, status__in=ON_THEIR_WAY)
    return list(rows.select_related("store__market", "window").order_by("window__ends_at", "pk")[:3])
