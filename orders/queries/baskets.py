"""Baskets and past orders as the shop's pages show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Max

from orders.models import Address, Cart, CartLine, Line
from orders.pricing import estimate

BUY_AGAIN = 10


@dataclass(frozen=True, slots=True)
class Glance:
    """What every shop page knows of the basket: pieces by store item, their sum, and what is missing to the minimum."""

    quantities: Mapping[int, int]
    subtotal_cents: int = 0
    minimum_cents: int = 0

    @property
    def units(self) -> int:
        """Pieces in the basket."""
        return sum(self.quantities.values())

    @property
    def missing_cents(self) -> int:
        """What has to be added before it can be ordered."""
        return max(0, self.minimum_cents - self.subtotal_cents)


def glance_at(cart: Cart | None) -> Glance:
    """The basket in short; needs `store` read along. One query, none without a basket."""
    if cart is None:
        return Glance({})
    lines = list(CartLine.objects.filter(cart=cart).select_related("store_item__item"))
    total = 0
    for line in lines:
        item = line.store_item.item
        pounds = item.piece_pounds if item.is_weighed else None
        total += estimate(line.store_item.price_cents, line.quantity, pounds)[1]
    return Glance({line.store_item_id: line.quantity for line in lines}, total, cart.store.min_basket_cents)


def bought_before(shopper_id: int, limit: int = BUY_AGAIN) -> list[int]:
    """Items a shopper has ordered, the most often ordered first, by pk. One query."""
    rows = Line.objects.filter(order__shopper_id=shopper_id).values("store_item__item")
    often = rows.annotate(times=Count("order"), last=Max("order__placed_at")).order_by("-times", "-last")
    return list(often.values_list("store_item__item", flat=True)[:limit])


def addresses_of(shopper_id: int) -> list[Address]:
    """A shopper's address book, newest first. One query."""
    return list(Address.objects.filter(shopper_id=shopper_id).order_by("-created_at", "-pk"))
