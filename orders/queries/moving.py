"""What a change of store would do to a basket, to be agreed to first."""

from dataclasses import dataclass

from orders.models import Cart, CartLine
from stores.models import Store, StoreItem


@dataclass(frozen=True, slots=True)
class Preview:
    """Names of items: those that come along, those of which there are fewer, those that are not sold there, those that
    come back from what was set aside, and those that lie in another basket of the shopper's in that store."""

    coming: tuple[str, ...]
    fewer: tuple[str, ...]
    missing: tuple[str, ...]
    back: tuple[str, ...]
    joining: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to ask about."""
        return not (self.coming or self.fewer or self.missing or self.joining)


def preview_move(cart: Cart, store: Store) -> Preview:
    """What a store would have of a basket, as its shelf is now. Four queries."""
    lines = list(cart.lines.select_related("store_item__item").order_by("pk"))
    parked = list(cart.parked.select_related("item").order_by("pk"))
    items = [line.store_item.item_id for line in lines] + [row.item_id for row in parked]
    rows = StoreItem.objects.filter(store=store, item_id__in=items, is_available=True, stock__gt=0)
    stock = dict(rows.values_list("item_id", "stock"))
    here = {line.store_item.item_id for line in lines}
    of_line = {line.store_item.item.name: stock.get(line.store_item.item_id, 0) - line.quantity for line in lines}
    missing = tuple(line.store_item.item.name for line in lines if line.store_item.item_id not in stock)
    return Preview(
        coming=tuple(name for name, left in of_line.items() if left >= 0),
        fewer=tuple(name for name, left in of_line.items() if left < 0 and name not in missing),
        missing=missing,
        back=tuple(row.item.name for row in parked if row.item_id in stock and row.item_id not in here),
        joining=_in_other(cart, store, here),
    )


def _in_other(cart: Cart, store: Store, here: set[int]) -> tuple[str, ...]:
    if cart.shopper_id is None:
        return ()
    there = CartLine.objects.filter(cart__shopper=cart.shopper_id, cart__store=store, cart__ordered_at__isnull=True)
    names = there.exclude(store_item__item_id__in=here).order_by("pk")
    return tuple(names.values_list("store_item__item__name", flat=True))
