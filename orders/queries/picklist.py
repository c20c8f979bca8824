"""One order as its picker walks it: aisle by aisle, cold last, and what could stand in for what is out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from common.templatetags.homeward import cents as dollars
from orders.actions.picking import most_cents
from orders.actions.substitution import cap_cents, may_go_unasked, unasked_cents
from orders.models import Line, Order, Substitution, Wish
from orders.states import LineStatus
from stores.models import StoreItem
from stores.models.catalogue import ColdClass
from stores.queries.search import search_shelf
from stores.queries.shelf import Choice, Shelved, alternatives, on_shelf, shelved
from stores.queries.substitutes import compare

COLD_RANK = {ColdClass.AMBIENT: 0, ColdClass.CHILLED: 1, ColdClass.FROZEN: 2}
MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class PickLine:
    """One line of a pick list, ready for a page."""

    public_id: UUID
    name: str
    maker: str
    tile: str
    department: str
    upc: str
    aisle: str
    cold_class: str
    quantity: int
    is_weighed: bool
    estimated_pounds: Decimal
    estimated_cents: int
    most_cents: int
    price_cents: int
    age_limit: int
    wish: str
    status: str
    status_label: str
    picked_quantity: int
    picked_pounds: Decimal | None
    final_cents: int | None
    substitute: str
    asked_until: datetime | None

    @property
    def counted(self) -> int:
        """Pieces counted by their code so far, while the line is open."""
        return self.picked_quantity if self.status == LineStatus.TO_PICK else 0

    @property
    def is_open(self) -> bool:
        """Whether the picker still has to do something about it."""
        return self.status == LineStatus.TO_PICK and self.asked_until is None

    @property
    def is_waiting(self) -> bool:
        """Whether the shopper was asked and has not answered."""
        return self.status == LineStatus.TO_PICK and self.asked_until is not None


@dataclass(frozen=True, slots=True)
class PickList:
    """An order on its way into the bags: the line to pick now, those after it, and those behind."""

    now: PickLine | None
    ahead: Sequence[PickLine]
    waiting: Sequence[PickLine]
    done: Sequence[PickLine]

    @property
    def total(self) -> int:
        """All lines."""
        return len(self.ahead) + len(self.waiting) + len(self.done) + (self.now is not None)

    @property
    def decided(self) -> int:
        """Lines behind the picker."""
        return len(self.done)

    @property
    def is_done(self) -> bool:
        """Whether every line is decided."""
        return self.decided == self.total


def pick_list(order: Order, chosen: UUID | None = None) -> PickList:
    """An order's lines in the order of the walk; `chosen` brings another open line to the front. One query."""
    lines = walk(order)
    open_ = [line for line in lines if line.is_open]
    first = next((line for line in open_ if line.public_id == chosen), open_[0] if open_ else None)
    return PickList(
        now=first,
        ahead=[line for line in open_ if line is not first],
        waiting=[line for line in lines if line.is_waiting],
        done=[line for line in lines if line.status != LineStatus.TO_PICK],
    )


def walk(order: Order) -> list[PickLine]:
    """Every line of an order, aisle by aisle as the store is walked, chilled and frozen last (T1). One query."""
    rows = order.lines.select_related(
        "store_item__item__department", "store_item__aisle", "substitution", "wish_item__item", "order__store"
    )
    return [pick_line_of(row) for row in sorted(rows, key=_place)]


def _place(line: Line) -> tuple[int, int, str, int]:
    aisle = line.store_item.aisle
    return COLD_RANK[ColdClass(line.cold_class)], aisle.walk_order if aisle else 9_999, line.name, line.pk


def pick_line_of(line: Line) -> PickLine:
    """One line for a page; needs what `walk` reads along."""
    item, found = line.store_item.item, getattr(line, "substitution", None)
    asked = found if found and found.status == Substitution.Status.PROPOSED else None
    return PickLine(
        public_id=line.public_id,
        name=line.name,
        maker=item.maker,
        tile=item.tile,
        department=item.department.code,
        upc=item.upc,
        aisle=line.store_item.aisle.name if line.store_item.aisle else "",
        cold_class=line.cold_class,
        quantity=line.quantity,
        is_weighed=line.is_weighed,
        estimated_pounds=line.estimated_pounds,
        estimated_cents=line.estimated_cents,
        most_cents=most_cents(line),
        price_cents=line.price_cents,
        age_limit=line.age_limit,
        wish=wish_of(line),
        status=line.status,
        status_label=line.get_status_display(),
        picked_quantity=line.picked_quantity,
        picked_pounds=line.picked_pounds,
        final_cents=line.final_cents,
        substitute=found.name if found else "",
        asked_until=asked.decide_by if asked else None,
    )


def wish_of(line: Line) -> str:
    """What the shopper wants when it is out, in words."""
    if line.wish == Wish.THIS and line.wish_item:
        return f"If it is out: {line.wish_item.item.name}"
    return "If it is out: no substitute" if line.wish == Wish.NONE else "If it is out: best match"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One item that could stand in for a line: what it costs beside the original, and what the shopper would pay.

    `at_most_cents` is charged when it goes straight into the bag (S10); `asked_cents` when the shopper agrees first.
    Both are for `pieces` pieces; for what is sold by weight they are estimates, and caps all the same.
    """

    item: Shelved
    pieces: int
    pounds: Decimal | None
    total_cents: int
    difference_cents: int
    at_most_cents: int
    asked_cents: int
    is_wish: bool
    may_take: bool
    why: str


def candidates(line: Line, text: str = "") -> list[Candidate]:
    """What could stand in for a line: the shopper's own wish first, then what is alike; or a search of the shelf."""
    keys: list[int] = []
    if line.wish == Wish.THIS and line.wish_item_id:
        keys.append(line.wish_item_id)
    if text.strip():
        page = search_shelf(line.order.store_id, text, Choice(only_in_stock=True), 1).page
        keys += [row.pk for row in page.object_list]
    else:
        keys += [one.store_item_id for one in alternatives(line.order.store_id, line.store_item, MOST_CANDIDATES)]
    rows = on_shelf(line.order.store_id).filter(stock__gt=0, item__age_limit__lte=line.age_limit).in_bulk(keys)
    unique = [rows[key] for key in dict.fromkeys(keys) if key in rows and key != line.store_item_id]
    found = [_candidate(line, row) for row in unique if not compare(line.store_item.item, row.item).never]
    return sorted(found, key=lambda one: not one.may_take)[:MOST_CANDIDATES]


def _candidate(line: Line, row: StoreItem) -> Candidate:
    item = shelved(row)
    pieces = min(line.quantity, row.stock)
    total = item.piece_cents * pieces
    before = cap_cents(line, pieces)
    likely = Substitution(line=line, store_item=row, quantity=pieces, pounds=item.piece_pounds)
    return Candidate(
        item=item,
        pieces=pieces,
        pounds=(item.piece_pounds or Decimal(0)) * pieces if item.is_weighed else None,
        total_cents=total,
        difference_cents=total - before,
        at_most_cents=min(total, unasked_cents(line, likely)),
        asked_cents=min(total, most_cents(line)),
        is_wish=line.wish == Wish.THIS and line.wish_item_id == row.pk,
        may_take=line.wish != Wish.NONE and may_go_unasked(line, row),
        why=why_of(line, row, total - before),
    )


def why_of(line: Line, row: StoreItem, difference_cents: int) -> str:
    """Why an article is suggested, or how it differs, in one line: "Same kind, same size, $0.20 less"."""
    found = compare(line.store_item.item, row.item)
    if found.differences:
        words = ", ".join(found.differences)
        return _("Different: %(how)s") % {"how": words}
    size = _("same size") if found.is_same_size else _("about the same size")
    if difference_cents == 0:
        return _("Same kind, %(size)s, same price") % {"size": size}
    amount = dollars(abs(difference_cents))
    if difference_cents < 0:
        return _("Same kind, %(size)s, %(amount)s less") % {"size": size, "amount": amount}
    return _("Same kind, %(size)s, %(amount)s more on the shelf") % {"size": size, "amount": amount}
