"""What a basket sets aside when it moves to a store that lacks it, and brings back when it can."""

from dataclasses import dataclass

from common.transactions import needs_transaction
from orders.actions.carts import MOST_OF_ONE
from orders.models import Cart, CartLine, ParkedLine
from stores.models import StoreItem


@dataclass(frozen=True, slots=True)
class Restocked:
    """Names of items: fewer than were wanted, none at all, and back from what was set aside before."""

    fewer: tuple[str, ...]
    missing: tuple[str, ...]
    back: tuple[str, ...]


@dataclass(slots=True)
class _Wanted:
    """One item of a locked basket: its line, what was set aside of it, or both."""

    line: CartLine | None
    parked: ParkedLine | None

    @property
    def item_id(self) -> int:
        """The item, by pk."""
        if self.line is not None:
            return self.line.store_item.item_id
        assert self.parked is not None
        return self.parked.item_id

    @property
    def name(self) -> str:
        """What people call it."""
        if self.line is not None:
            return self.line.store_item.item.name
        assert self.parked is not None
        return self.parked.item.name

    @property
    def wish(self) -> str:
        """What to do when it is out; a wish for one named item goes no further than that store."""
        one = self.line or self.parked
        assert one is not None
        return one.wish

    @property
    def quantity(self) -> int:
        """How many the shopper wants in all."""
        asked = (self.line.quantity if self.line else 0) + (self.parked.quantity if self.parked else 0)
        return min(asked, MOST_OF_ONE)


@needs_transaction
def restock(cart: Cart, store_id: int) -> Restocked:
    """Point a locked basket's lines at a store's shelf; what is lacking there is set aside, what was may come back."""
    wanted = _wanted(cart)
    shelf = {
        row.item_id: row
        for row in StoreItem.objects.filter(
            store_id=store_id, item_id__in=[one.item_id for one in wanted], is_available=True, stock__gt=0
        )
    }
    fewer, missing, back = [], [], []
    for one in wanted:
        there = shelf.get(one.item_id)
        taken = min(one.quantity, there.stock) if there else 0
        if one.line is None and taken:
            back.append(one.name)
        elif one.line is not None and not taken:
            missing.append(one.name)
        elif one.line is not None and taken < one.line.quantity:
            fewer.append(one.name)
        _settle(cart, one, there, taken)
    return Restocked(tuple(fewer), tuple(missing), tuple(back))


@needs_transaction
def bring_parked(source: Cart, *, into: Cart) -> None:
    """Give what one locked basket has set aside to another; what both have set aside stays as the other has it."""
    has = set(into.parked.values_list("item_id", flat=True))
    source.parked.exclude(item_id__in=has).update(cart=into)


def _wanted(cart: Cart) -> list[_Wanted]:
    parked = {row.item_id: row for row in cart.parked.select_related("item").order_by("pk")}
    lines = cart.lines.select_related("store_item__item").order_by("pk")
    found = [_Wanted(line, parked.pop(line.store_item.item_id, None)) for line in lines]
    return [*found, *(_Wanted(None, row) for row in parked.values())]


def _settle(cart: Cart, one: _Wanted, there: StoreItem | None, taken: int) -> None:
    """Write an item's line and what is set aside of it."""
    left, wish = one.quantity - taken, one.wish
    if one.line is not None and taken == 0:
        one.line.delete()
    if taken and there is not None:
        line = one.line or CartLine(cart=cart, wish=wish)
        line.store_item, line.quantity = there, taken
        line.wish_item = None  # it named something on the old store's shelf
        line.save()
    if left:
        ParkedLine.objects.update_or_create(cart=cart, item_id=one.item_id, defaults={"quantity": left, "wish": wish})
    elif one.parked is not None:
        one.parked.delete()
