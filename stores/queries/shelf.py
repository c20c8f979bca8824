"""What shoppers see on a store's shelf: departments, items, unit prices, what could stand in for what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Abs

from common.money import price
from stores.models import Department, StoreItem
from stores.queries.substitutes import compare, is_priced_alike
from stores.unit_prices import unit_price

PAGE_SIZE = 30
FEW_LEFT = 4
SORTS = {
    "shelf": ("item__subcategory", "item__name", "pk"),
    "low": ("price_cents", "pk"),
    "high": ("-price_cents", "pk"),
    "name": ("item__name", "pk"),
}


@dataclass(frozen=True, slots=True)
class Shelved:
    """One item on one store's shelf, ready for a page.

    `piece_cents` is what one piece costs, estimated for what is sold by weight; `price_cents` is the shelf's own
    price: per piece, or per pound.
    """

    store_item_id: int
    public_id: UUID
    name: str
    maker: str
    description: str
    tile: str
    department: str
    department_name: str
    subcategory: str
    piece_cents: int
    price_cents: int
    unit_price: str
    is_weighed: bool
    piece_pounds: Decimal | None
    stock: int
    is_sold: bool
    is_snap: bool
    age_limit: int
    cold_class: str

    @property
    def is_few(self) -> bool:
        """Whether so little is left that a shopper should know."""
        return self.is_sold and self.stock <= FEW_LEFT


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a department is asked for: a subcategory, SNAP eligible only, in stock only, and in which order."""

    subcategory: str = ""
    only_snap: bool = False
    only_in_stock: bool = False
    sort: str = "shelf"


@dataclass(frozen=True, slots=True)
class Subcategory:
    """A part of a department and how many items of it the store holds."""

    name: str
    count: int


def shelved(piece: StoreItem) -> Shelved:
    """One shelf row for a page; needs `item__department` read along."""
    item = piece.item
    pounds = item.piece_pounds if item.is_weighed else None
    return Shelved(
        store_item_id=piece.pk,
        public_id=item.public_id,
        name=item.local_name,
        maker=item.maker,
        description=item.description,
        tile=item.tile,
        department=item.department.code,
        department_name=item.department.local_name,
        subcategory=item.subcategory,
        piece_cents=piece_cents(piece),
        price_cents=piece.price_cents,
        unit_price=unit_price(piece.price_cents, *((Decimal(1), "lb") if pounds else (item.unit_amount, item.unit))),
        is_weighed=item.is_weighed,
        piece_pounds=pounds,
        stock=piece.stock,
        is_sold=piece.is_available and piece.stock > 0,
        is_snap=item.is_snap,
        age_limit=item.age_limit,
        cold_class=item.cold_class,
    )


def on_shelf(store_id: int) -> "QuerySet[StoreItem]":
    """Everything a store lists, with item and department read along; sold out too, unless taken off the shelf."""
    return StoreItem.objects.filter(store_id=store_id, is_available=True).select_related("item__department")


def departments() -> list[Department]:
    """All departments in the order of the shop. One query."""
    return list(Department.objects.order_by("position", "name"))


def subcategories(store_id: int, department_id: int) -> list[Subcategory]:
    """The parts of a department that a store holds anything of. One query."""
    rows = on_shelf(store_id).filter(item__department_id=department_id).exclude(item__subcategory="")
    counted = rows.values_list("item__subcategory").annotate(found=Count("pk")).order_by("item__subcategory")
    return [Subcategory(name, found) for name, found in counted]


def department_page(store_id: int, department_id: int, choice: Choice, number: int) -> "Page[StoreItem]":
    """One page of a department, filtered and sorted. Two queries."""
    rows = on_shelf(store_id).filter(item__department_id=department_id)
    if choice.subcategory:
        rows = rows.filter(item__subcategory=choice.subcategory)
    if choice.only_snap:
        rows = rows.filter(item__is_snap=True)
    if choice.only_in_stock:
        rows = rows.filter(stock__gt=0)
    return Paginator(rows.order_by(*SORTS.get(choice.sort, SORTS["shelf"])), PAGE_SIZE).get_page(number)


def find_on_shelf(store_id: int, item_id: UUID) -> StoreItem | None:
    """The shelf row of an item known by its public id, or None when the store does not list it. One query."""
    return on_shelf(store_id).filter(item__public_id=item_id).first()


def alternatives(store_id: int, piece: StoreItem, limit: int = 5) -> list[Shelved]:
    """What may replace an item unasked, in stock: the same in all but its maker or flavor. One query.

    The nearest in price comes first.
    """
    original = piece.item
    if not original.kind or original.allergens is None:
        return []
    rows = on_shelf(store_id).filter(
        stock__gt=0,
        item__kind=original.kind,
        item__department_id=original.department_id,
        item__has_alcohol=original.has_alcohol,
        item__cold_class=original.cold_class,
        item__age_limit__lte=original.age_limit,
    )
    fitting = [
        row
        for row in rows.exclude(pk=piece.pk)
        if compare(original, row.item).is_alike
        and is_priced_alike(original, piece_cents(piece), row.item, piece_cents(row))
    ]
    return [shelved(row) for row in sorted(fitting, key=lambda row: _distance(piece, row))[:limit]]


def similar(store_id: int, piece: StoreItem, limit: int = 5) -> list[Shelved]:
    """Other items of the same part of the shop, the nearest in price first: to look at, not to replace. One query."""
    same = {"item__department": piece.item.department_id, "item__subcategory": piece.item.subcategory}
    same["item__has_alcohol"] = piece.item.has_alcohol
    rows = on_shelf(store_id).filter(stock__gt=0, **same).exclude(pk=piece.pk)
    return [shelved(row) for row in _nearest(rows, piece, limit)]


def piece_cents(piece: StoreItem) -> int:
    """What one piece costs, estimated for what is sold by weight."""
    pounds = piece.item.piece_pounds if piece.item.is_weighed else None
    return price(piece.price_cents, pounds) if pounds else piece.price_cents


def _distance(piece: StoreItem, row: StoreItem) -> tuple[int, int, int]:
    return abs(piece_cents(row) - piece_cents(piece)), piece_cents(row), row.pk


def in_season(store_id: int, subcategory_names: Iterable[str], limit: int = 10) -> list[Shelved]:
    """In-stock items of some subcategories, as a shelf on the home page. One query."""
    rows = on_shelf(store_id).filter(stock__gt=FEW_LEFT, item__subcategory__in=list(subcategory_names))
    return [shelved(row) for row in rows.order_by("item__department__position", "item__name")[:limit]]


def shelved_by_item(store_id: int, item_ids: Sequence[int]) -> dict[int, Shelved]:
    """Shelf rows of some items by item pk, those taken off the shelf too. One query."""
    rows = StoreItem.objects.filter(store_id=store_id, item_id__in=item_ids).select_related("item__department")
    return {row.item_id: shelved(row) for row in rows}


def _nearest(rows: "QuerySet[StoreItem]", piece: StoreItem, limit: int) -> list[StoreItem]:
    """Rows whose price lies nearest to an item's, cheaper first among equals."""
    return list(
        rows.annotate(gap=Abs(F("price_cents") - piece.price_cents)).order_by("gap", "price_cents", "pk")[:limit]
    )
