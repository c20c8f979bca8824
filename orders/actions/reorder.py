"""Ordering the same again."""

from dataclasses import dataclass
from datetime import datetime

from common.errors import DomainError
from orders.actions.carts import open_cart, set_quantity, set_wish
from orders.models import Address, Cart, CartLine, Line


@dataclass(frozen=True, slots=True)
class Refilled:
    """The basket after a reorder, and the names of what the store does not have just now."""

    cart: Cart
    missing: tuple[str, ...]


def reorder(*, order_id: int, shopper_id: int, now: datetime) -> Refilled:
    """Put an order's items into the shopper's basket for the same store and address; a repeat changes nothing.

    What is in the basket already stays, at the larger quantity. Of what is short, as many as there are.
    Each item is a change of its own: what cannot be had keeps nothing else out.
    """
    lines = list(Line.objects.filter(order_id=order_id).select_related("store_item", "order").order_by("pk"))
    order = lines[0].order
    where = Address.objects.filter(shopper_id=shopper_id, line1=order.line1, line2=order.line2, zip_code=order.zip_code)
    cart = open_cart(
        store_id=order.store_id,
        shopper_id=shopper_id,
        zip_code=order.zip_code,
        address_id=where.values_list("pk", flat=True).first(),
    )
    has = dict(CartLine.objects.filter(cart=cart).values_list("store_item_id", "quantity"))
    missing = [line.name for line in lines if not _put_back(cart, line, has.get(line.store_item_id, 0))]
    return Refilled(cart, tuple(missing))


def _put_back(cart: Cart, line: Line, has: int) -> bool:
    wanted = max(has, min(line.quantity, line.store_item.stock))
    if wanted == has:
        return has > 0
    try:
        set_quantity(cart_id=cart.pk, store_item_id=line.store_item_id, quantity=wanted)
        set_wish(cart_id=cart.pk, store_item_id=line.store_item_id, wish=line.wish, wish_item_id=line.wish_item_id)
    except DomainError:
        return False
    return True
