"""Lines of a basket as its page shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orders.models import Wish
from orders.pricing import PricedLine
from orders.queries.checkout import Checkout
from stores.models import Item
from stores.queries.shelf import Shelved, shelved_by_item


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
    """All lines of a basket with their alternatives. Two queries, however many lines."""
    item_ids = [line.item_id for line in checkout.lines]
    named = Item.objects.filter(pk__in=item_ids, alternatives__isnull=False).order_by("pk", "alternatives")
    pairs = list(named.values_list("pk", "alternatives"))
    found = shelved_by_item(checkout.cart.store_id, [*item_ids, *(other for _, other in pairs)])
    by_row = {one.store_item_id: one for one in found.values()}
    return [_line(line, pairs, found, by_row) for line in checkout.lines if line.item_id in found]


def _line(
    line: PricedLine,
    pairs: Sequence[tuple[int, int]],
    found: Mapping[int, Shelved],
    by_row: Mapping[int, Shelved],
) -> BasketLine:
    others = [found[other] for one, other in pairs if one == line.item_id and other in found]
    choices = [other for other in others if other.is_sold][:4]
    instead = by_row.get(line.wish_item_id) if line.wish_item_id else None
    return BasketLine(found[line.item_id], line, instead, choices)
