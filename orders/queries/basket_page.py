"""Lines of a basket as its page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orders.models import Wish
from orders.pricing import PricedLine
from orders.queries.checkout import Checkout
from stores.models import Item, StoreItem
from stores.queries.shelf import Shelved, on_shelf, shelved, shelved_by_item
from stores.queries.substitutes import compare

MOST_CHOICES = 4


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line: the item on its shelf, the amount, what to do when it is out, and what could stand in."""

    item: Shelved
    priced: PricedLine
    instead: Shelved | None
    choices: Sequence[Shelved]

    @property
    def is_short(self) -> bool:
        """Whether the shelf holds fewer than wanted, but some."""
        return self.item.is_sold and self.priced.stock < self.priced.quantity

    @property
    def wish(self) -> str:
        """The chosen value among the page's radio buttons: a wish, or the id of the item wanted instead."""
        if self.priced.wish == Wish.THIS and self.instead is not None:
            return str(self.instead.public_id)
        return Wish.BEST.value if self.priced.wish == Wish.THIS else self.priced.wish


def basket_lines(checkout: Checkout) -> list[BasketLine]:
    """All lines of a basket with what may replace them. Three queries at most, however many lines."""
    item_ids = [line.item_id for line in checkout.lines]
    items = Item.objects.in_bulk(item_ids)
    found = shelved_by_item(checkout.cart.store_id, item_ids)
    wished = StoreItem.objects.filter(pk__in=[line.wish_item_id for line in checkout.lines if line.wish_item_id])
    kinds = {item.kind for item in items.values() if item.kind}
    shelf = list(
        on_shelf(checkout.cart.store_id).filter(item__kind__in=kinds, stock__gt=0).order_by("price_cents", "pk")
    )
    by_row = {row.pk: shelved(row) for row in [*wished.select_related("item__department"), *shelf]}
    return [
        _line(line, found[line.item_id], items[line.item_id], shelf, by_row)
        for line in checkout.lines
        if line.item_id in found
    ]


def _line(
    line: PricedLine, item: Shelved, original: Item, shelf: Sequence[StoreItem], by_row: Mapping[int, Shelved]
) -> BasketLine:
    alike = [row for row in shelf if row.item_id != original.pk and compare(original, row.item).is_alike]
    choices = [by_row[row.pk] for row in alike[:MOST_CHOICES]]
    instead = by_row.get(line.wish_item_id) if line.wish_item_id else None
    return BasketLine(item, line, instead, choices)
