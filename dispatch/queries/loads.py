"""How much an order is to carry: counts, weight and cold, from its lines as they stand."""

from dataclasses import dataclass

from orders.models import Line, Order
from orders.states import LineStatus
from stores.models.catalogue import ColdClass

COLDEST = (ColdClass.FROZEN, ColdClass.CHILLED, ColdClass.AMBIENT)


@dataclass(frozen=True, slots=True)
class Load:
    """What a driver carries for one order. Weights in grams, room in units of which 24 are a bag."""

    item_count: int
    unit_count: int
    room: int
    grams: int
    heaviest_grams: int
    cold_class: str


@dataclass(frozen=True, slots=True)
class _Pieces:
    quantity: int
    grams: int
    room: int
    cold_class: str


def load_of(order: Order) -> Load:
    """Add up an order: what was ordered until a line is picked, then what is in the bags. One query."""
    lines = Line.objects.filter(order=order).select_related("substitution__store_item__item")
    pieces = [found for line in lines if (found := _pieces(line)).quantity > 0]
    cold = {piece.cold_class for piece in pieces}
    return Load(
        item_count=len(pieces),
        unit_count=sum(piece.quantity for piece in pieces),
        room=sum(piece.room * piece.quantity for piece in pieces),
        grams=sum(piece.grams * piece.quantity for piece in pieces),
        heaviest_grams=max((piece.grams for piece in pieces), default=0),
        cold_class=next((str(kind) for kind in COLDEST if kind in cold), str(ColdClass.AMBIENT)),
    )


def _pieces(line: Line) -> _Pieces:
    if line.status == LineStatus.SUBSTITUTED:
        swapped = line.substitution
        item = swapped.store_item.item
        return _Pieces(swapped.quantity, item.grams, item.room, item.cold_class)
    quantity = line.quantity if line.status == LineStatus.TO_PICK else line.picked_quantity
    return _Pieces(quantity, line.grams, line.room, line.cold_class)
