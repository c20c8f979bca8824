"""What an order's bags need before a driver may come: a place for each cold class, and what the total became."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.actions.staging import cold_class_of
from orders.models import Line, Order, Staging
from orders.pricing import Finals, finals_of
from orders.states import LineStatus
from stores.models.catalogue import ColdClass

ROOM_OF_A_BAG = 24


@dataclass(frozen=True, slots=True)
class Place:
    """One cold class of an order: how much of it there is, where it may stand, and where it was said to stand."""

    cold_class: str
    label: str
    lines: int
    choices: Sequence[str]
    place: str
    bags: int


@dataclass(frozen=True, slots=True)
class StagePage:
    """Everything the staging page shows."""

    places: Sequence[Place]
    left: int
    short: Sequence[Line]
    substituted: Sequence[Line]
    finals: Finals
    is_staged: bool


def stage_page(order: Order) -> StagePage:
    """An order on its way to its staging places. Two queries."""
    lines = list(order.lines.select_related("substitution__store_item__item").order_by("pk"))
    staged = {one.cold_class: one for one in Staging.objects.filter(order=order)}
    bagged = [line for line in lines if line.status in {LineStatus.PICKED, LineStatus.SUBSTITUTED}]
    places = [
        _place(order, cold, [line for line in bagged if cold_class_of(line) == cold], staged.get(cold))
        for cold in ColdClass
    ]
    needed = [place for place in places if place.lines]
    return StagePage(
        places=needed,
        left=sum(line.status == LineStatus.TO_PICK for line in lines),
        short=[line for line in lines if line.status == LineStatus.SHORT],
        substituted=[line for line in lines if line.status == LineStatus.SUBSTITUTED],
        finals=finals_of(order, lines),
        is_staged=bool(needed) and all(place.bags and place.cold_class in staged for place in needed),
    )


def _place(order: Order, cold: ColdClass, lines: Sequence[Line], staged: Staging | None) -> Place:
    known = order.store.staging_places.get(cold, [])
    room = sum(line.room * line.picked_quantity for line in lines)
    return Place(
        cold_class=cold,
        label=cold.label,
        lines=len(lines),
        choices=known,
        place=staged.place if staged else "",
        bags=staged.bags if staged else max(1, -(-room // ROOM_OF_A_BAG)),
    )
