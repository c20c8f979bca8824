"""What a simulated shopper puts in a basket."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from common.money import price
from stores.models import Store, StoreItem

ENOUGH_LEFT = 6
MOST_OF_ONE = 4
LEAST_LINES, MOST_LINES = 4, 10
MOST_ROOM = 160  # a basket fits in a small car


@dataclass(frozen=True, slots=True)
class Article:
    """One place on a shelf, as far as filling a basket goes."""

    pk: int
    cents: int
    room: int
    department: str
    age_limit: int


def articles_of(store: Store) -> list[Article]:
    """What a store has enough of. One query."""
    shelf = StoreItem.objects.filter(store=store, is_available=True, stock__gte=ENOUGH_LEFT).order_by("pk")
    return [
        Article(
            pk=row.pk,
            cents=price(row.price_cents, row.item.piece_pounds or 1) if row.item.is_weighed else row.price_cents,
            room=row.item.room,
            department=row.item.department.code,
            age_limit=row.item.age_limit,
        )
        for row in shelf.select_related("item__department")
    ]


def basket(articles: Sequence[Article], least_cents: int, dice: Random) -> dict[int, int]:
    """Pieces by place on the shelf: worth a little more than the minimum or much more, and never more than fits."""
    if not articles:
        return {}
    wanted = dice.randint(LEAST_LINES, MOST_LINES)
    worth = least_cents + dice.randint(300, 6_000)
    allows_alcohol = dice.random() < 0.08
    chosen: dict[int, int] = {}
    cents = room = 0
    for one in dice.sample(list(articles), len(articles)):
        if one.age_limit and not allows_alcohol:
            continue
        pieces = dice.choices((1, 2, 3, MOST_OF_ONE), weights=(60, 25, 10, 5))[0]
        if room + pieces * one.room > MOST_ROOM:
            continue
        chosen[one.pk] = pieces
        cents, room = cents + pieces * one.cents, room + pieces * one.room
        if len(chosen) >= wanted and cents >= worth:
            break
    return chosen
