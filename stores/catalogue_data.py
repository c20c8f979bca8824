"""The demo's catalogue: what a grocer sells, read from stores/data, and what each store asks and holds of it.

No database here: `seed_demo` turns these rows into Item, StoreItem and Aisle.
"""

import csv
import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import blake2b
from pathlib import Path

from stores.data_reader import build, build_from_text

DATA = Path(__file__).parent / "data"
AMBIENT_AISLES = 13
ROOM_OF_A_BAG = 24  # one unit of room is about 0.7 litres


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One item as the grocer lists it, before any store sets its own price and stock."""

    sku: str
    upc: str  # GTIN-12 of the ranges kept for use inside a company: 2 (weighed in store) and 04
    name: str
    maker: str
    department: str
    subcategory: str
    aisle: int  # in the plan that most stores follow
    price_cents: int  # of one piece; of one pound when sold by weight
    unit_amount: Decimal  # the price buys this many `unit`
    unit: str  # lb, oz, ct, fl_oz, gal, sq_ft
    is_weighed: bool
    piece_pounds: Decimal | None  # estimate of one piece; only when sold by weight
    grams: int  # of one piece with its packing
    room: int  # that one piece takes, in units of which 24 are a grocery bag
    cold_class: str  # ambient, chilled, frozen
    age_limit: int  # 0 or 21
    is_taxable: bool  # at the general rate; otherwise it is food and taxed at the grocery rate
    is_snap: bool
    tile: str  # static/tiles/<tile>.svg
    keywords: str
    description: str
    kind: str  # what it is: only the same kind replaces it
    size_group: str  # of a diaper, say
    marks: tuple[str, ...]  # DietMark
    allergens: tuple[str, ...]  # Allergen
    has_alcohol: bool
    name_es: str
    alternatives: tuple[str, ...]  # SKUs of the same subcategory, nearest price first


@dataclass(frozen=True, slots=True)
class Department:
    """A part of the shop; its tiles stand on the square that css calls hw-tint-<tint>."""

    code: str
    name: str
    name_es: str
    tint: str
    tile: str
    position: int


@dataclass(frozen=True, slots=True)
class AisleSign:
    """An aisle and what hangs over it; a pick walks them by `walk_order`, so that cold goods come last."""

    number: int
    name: str
    cold_class: str
    walk_order: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """What one store asks for an item, how many pieces it holds and in which aisle."""

    price_cents: int
    stock: int
    aisle: int


@cache
def items() -> tuple[CatalogueItem, ...]:
    """Every item, in the order of departments."""
    with (DATA / "catalogue.csv").open(newline="", encoding="utf-8") as rows:
        return tuple(build_from_text(CatalogueItem, row) for row in csv.DictReader(rows))


@cache
def departments() -> tuple[Department, ...]:
    """The departments in the order that a shop page shows them."""
    return tuple(build(Department, row) for row in _signs()["departments"])


def aisles(store_slug: str) -> tuple[AisleSign, ...]:
    """The aisles of one store, numbered as that store numbers them."""
    plan = (build(AisleSign, row) for row in _signs()["aisles"])
    placed = (AisleSign(n := aisle_in(store_slug, sign.number), sign.name, sign.cold_class, n) for sign in plan)
    return tuple(sorted(placed, key=lambda sign: sign.walk_order))


def shelf_of(store_slug: str, item: CatalogueItem) -> Shelf:
    """What a store asks and holds: always the same for the same store and item.

    Prices lie within 5 % of the list price and mostly end in 9; about one item in thirty is out of stock.
    """
    dice = blake2b(f"{store_slug}/{item.sku}".encode(), digest_size=8).digest()
    return Shelf(
        price_cents=_price(item.price_cents, dice[0] * 256 + dice[1]),
        stock=_stock(item, dice[2], dice[3]),
        aisle=aisle_in(store_slug, item.aisle),
    )


def aisle_in(store_slug: str, planned: int) -> int:
    """Number of a planned aisle in one store: some stores follow the plan, others turn or shift its dry aisles."""
    if planned > AMBIENT_AISLES:
        return planned
    layout = blake2b(store_slug.encode(), digest_size=1).digest()[0] % 3
    if layout == 1:
        return AMBIENT_AISLES + 1 - planned
    return (planned + 3) % AMBIENT_AISLES + 1 if layout == 2 else planned


def _price(list_cents: int, dice: int) -> int:
    """A price within 5 % of the list price; four in five end in 9 where such a price lies in that range."""
    low, high = -(-list_cents * 95 // 100), list_cents * 105 // 100
    price = low + dice % (high - low + 1)
    nines = [each for each in range(price - 9, price + 10) if each % 10 == 9 and low <= each <= high]
    return min(nines, key=lambda each: abs(each - price)) if nines and dice % 5 else price


def _stock(item: CatalogueItem, luck: int, amount: int) -> int:
    """Pieces on the shelf: 8 of 256 items none, 20 more only a few, large goods fewer than small ones."""
    if luck < 8:
        return 0
    if luck < 28:
        return 1 + amount % 4
    return 10 + amount % (16 if item.room >= ROOM_OF_A_BAG else 60)


@cache
def _signs() -> dict[str, list[dict[str, object]]]:
    signs: dict[str, list[dict[str, object]]] = json.loads((DATA / "departments.json").read_text(encoding="utf-8"))
    return signs
