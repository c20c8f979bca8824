"""Putting back what was removed from a basket."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import DomainError
from orders.actions.carts import set_quantity, set_wish
from orders.models import CartLine


@dataclass(frozen=True, slots=True)
class Held:
    """One line as it was: shelf row, name, quantity and wish."""

    store_item_id: int
    name: str
    quantity: int
    wish: str
    wish_item_id: int | None


def lines_held(cart_id: int, *, store_item_id: int | None = None) -> list[Held]:
    """What a basket holds, or only its line of one item. One query."""
    lines = CartLine.objects.filter(cart=cart_id).select_related("store_item__item").order_by("pk")
    if store_item_id is not None:
        lines = lines.filter(store_item=store_item_id)
    return [Held(x.store_item_id, x.store_item.item.name, x.quantity, x.wish, x.wish_item_id) for x in lines]


def put_back(*, cart_id: int, held: Sequence[Held]) -> list[str]:
    """Put lines back with their wishes; returns the names of what cannot be had any more. A repeat changes nothing.

    Each line is a change of its own: what cannot be had keeps nothing else out. Of what is in the basket again
    meanwhile, the larger quantity counts.
    """
    has = dict(CartLine.objects.filter(cart=cart_id).values_list("store_item_id", "quantity"))
    return [line.name for line in held if not _put(cart_id, line, has.get(line.store_item_id, 0))]


def _put(cart_id: int, line: Held, has: int) -> bool:
    try:
        if line.quantity > has:
            set_quantity(cart_id=cart_id, store_item_id=line.store_item_id, quantity=line.quantity)
            set_wish(cart_id=cart_id, store_item_id=line.store_item_id, wish=line.wish, wish_item_id=line.wish_item_id)
    except DomainError:
        return False
    return True
