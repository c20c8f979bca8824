"""The orders a store has to get ready, window by window, with how pressing each is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Q, Sum
from django.utils import timezone

from orders.models import Order, Staging
from orders.states import LineStatus, OrderStatus
from stores.models.catalogue import ColdClass

MOST_ROWS = 300
SECONDS_A_LINE = 50
WRAP_UP = timedelta(minutes=6)
LOAD_AHEAD = timedelta(minutes=20)
DRIVE = timedelta(minutes=25)  # from the bay to the door, usually
TO_PICK_IN = timedelta(minutes=30)  # what is ordered into a window that is about to open or open: picked in this time
COLD_ORDER = [ColdClass.AMBIENT, ColdClass.CHILLED, ColdClass.FROZEN]
FILTERS = ("all", "to_pick", "picking", "ready", "mine")
AHEAD = timedelta(hours=30)


@dataclass(frozen=True, slots=True)
class Risk:
    """How pressing an order is: a tone, an icon and words, never a colour alone."""

    tone: str
    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class QueueCard:
    """One order in the queue."""

    public_id: UUID
    number: str
    shopper: str
    status: str
    status_label: str
    lines: int
    units: int
    decided: int
    waiting: int
    cold_classes: tuple[str, ...]
    age_limit: int
    picker: str
    is_mine: bool
    bags: int
    places: str
    risk: Risk


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """All orders of one window, with when they have to stand ready."""

    title: str
    starts_at: datetime
    ready_by: datetime
    is_over: bool
    cards: Sequence[QueueCard]

    @property
    def left(self) -> int:
        """Orders that are not ready yet."""
        return sum(card.status != OrderStatus.READY for card in self.cards)


@dataclass(frozen=True, slots=True)
class Queue:
    """A store's queue under one filter, and how many orders each filter finds."""

    groups: Sequence[QueueGroup]
    counts: dict[str, int]
    chosen: str

    @property
    def waiting(self) -> list[QueueCard]:
        """Orders somebody still has to pick, one's own first, then the most pressing."""
        cards = [card for group in self.groups for card in group.cards if card.status != OrderStatus.READY]
        return sorted(
            cards, key=lambda card: (not card.is_mine, card.status == OrderStatus.PICKING and not card.is_mine)
        )

    @property
    def first_id(self) -> UUID | None:
        """The order to take up next."""
        return next((card.public_id for card in self.waiting), None)


def queue_of(*, store_id: int, zone: ZoneInfo, user_id: int, now: datetime, chosen: str = "all") -> Queue:
    """What a store has to pick, is picking and holds ready, soonest window first. Two queries."""
    rows = list(
        Order.objects.filter(
            store_id=store_id,
            status__in=[OrderStatus.PLACED, OrderStatus.PICKING, OrderStatus.READY],
            window__starts_at__lt=now + AHEAD,
        )
        .select_related("window", "picker")
        .annotate(
            line_count=Count("lines"),
            unit_count=Sum("lines__quantity", default=0),
            decided_count=Count("lines", filter=~Q(lines__status=LineStatus.TO_PICK)),
            waiting_count=Count("lines__substitution", filter=Q(lines__substitution__status="proposed")),
            colds=ArrayAgg("lines__cold_class", distinct=True, default=[]),
        )
        .order_by("window__starts_at", "placed_at", "pk")[:MOST_ROWS]
    )
    places = _places([row.pk for row in rows if row.status == OrderStatus.READY])
    cards = [(row, _card(row, places.get(row.pk, ""), user_id, zone, now)) for row in rows]
    wanted = [(row, card) for row, card in cards if _fits(card, chosen)]
    counts = {name: sum(_fits(card, name) for _, card in cards) for name in FILTERS}
    return Queue([_group(pairs, zone, now) for pairs in _by_window(wanted)], counts, chosen)


def _by_window(pairs: Iterable[tuple[Order, QueueCard]]) -> Iterable[list[tuple[Order, QueueCard]]]:
    for _, found in groupby(pairs, key=lambda pair: pair[0].window_id):
        yield sorted(found, key=lambda pair: pair[0].status == OrderStatus.READY)


def _group(pairs: Sequence[tuple[Order, QueueCard]], zone: ZoneInfo, now: datetime) -> QueueGroup:
    window = pairs[0][0].window
    return QueueGroup(
        title=window_title(window.starts_at, window.ends_at, zone, now),
        starts_at=window.starts_at,
        ready_by=max(ready_by(row) for row, _ in pairs),
        is_over=now >= window.ends_at,
        cards=[card for _, card in pairs],
    )


def _fits(card: QueueCard, chosen: str) -> bool:
    return {
        "to_pick": card.status == OrderStatus.PLACED,
        "picking": card.status == OrderStatus.PICKING,
        "ready": card.status == OrderStatus.READY,
        "mine": card.is_mine and card.status == OrderStatus.PICKING,
    }.get(chosen, True)


def _places(order_ids: Sequence[int]) -> dict[int, str]:
    """Where the bags of some orders stand, in words. One query."""
    found: dict[int, list[str]] = {}
    for staging in Staging.objects.filter(order__in=order_ids).order_by("pk"):
        found.setdefault(staging.order_id, []).append(f"{staging.place} ({staging.bags})")
    return {order_id: ", ".join(words) for order_id, words in found.items()}


def _card(row: "Order", places: str, user_id: int, zone: ZoneInfo, now: datetime) -> QueueCard:
    counted = vars(row)  # the annotations
    left = counted["line_count"] - counted["decided_count"]
    return QueueCard(
        public_id=row.public_id,
        number=row.number,
        shopper=short_name(row.contact_name),
        status=row.status,
        status_label=row.get_status_display(),
        lines=counted["line_count"],
        units=counted["unit_count"],
        decided=counted["decided_count"],
        waiting=counted["waiting_count"],
        cold_classes=tuple(one for one in COLD_ORDER if one in counted["colds"] and one != ColdClass.AMBIENT),
        age_limit=row.age_limit,
        picker=row.picker.first_name if row.picker else "",
        is_mine=row.picker_id == user_id,
        bags=row.bag_count,
        places=places,
        risk=risk_of(row, left, now),
    )


def ready_by(order: Order) -> datetime:
    """When an order has to stand ready: before its window opens, or half an hour after it was placed if that is later.

    Never so late that a driver cannot bring it before the window closes.
    """
    window = order.window
    wanted = max(window.starts_at - LOAD_AHEAD, order.placed_at + TO_PICK_IN)
    return min(wanted, max(window.ends_at - DRIVE, window.starts_at - LOAD_AHEAD))


def risk_of(order: Order, lines_left: int, now: datetime) -> Risk:
    """How pressing an order is: what is left to pick, against the moment a driver has to leave with it."""
    window = order.window
    if now >= window.ends_at:
        late = _minutes(now - window.ends_at)
        return Risk("refuse", "exclamation-triangle", f"{late} min late" if late else "Due now")
    if order.status == OrderStatus.READY:
        return _risk_of_ready(order, now)
    due = ready_by(order)
    ready_at = now + timedelta(seconds=lines_left * SECONDS_A_LINE) + WRAP_UP
    if ready_at > due + LOAD_AHEAD:
        return Risk("refuse", "exclamation-triangle", f"Late risk: {_minutes(ready_at - due)} min behind")
    if due - ready_at < timedelta(minutes=30):
        return Risk("time", "clock", "Start now" if order.status == OrderStatus.PLACED else "Little time left")
    return Risk("go", "check", "On time")


def _risk_of_ready(order: Order, now: datetime) -> Risk:
    if now > order.window.starts_at + timedelta(minutes=15):
        return Risk(
            "time", "clock", f"Waits for a driver, {_minutes(now - order.window.starts_at)} min into the window"
        )
    return Risk("go", "check", "Waits for a driver")


def _minutes(span: timedelta) -> int:
    return -(-int(span.total_seconds()) // 60)


LONGEST_NAME = 20  # of a first name, on a label and on a card of the queue


def short_name(name: str) -> str:
    """A person as staff need to know them: Sam Ellison -> Sam E."""
    words = name.split() or [name]
    first = words[0] if len(words[0]) <= LONGEST_NAME else f"{words[0][:LONGEST_NAME].rstrip()}…"
    return f"{first} {words[-1][0]}." if len(words) > 1 else first


def window_title(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """A window as people say it: Today, 4-6 pm."""
    starts, ends, today = (timezone.localtime(at, zone) for at in (starts_at, ends_at, now))
    days = (starts.date() - today.date()).days
    day = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get(days, f"{starts:%A}, {starts:%B} {starts.day}")
    return f"{day}, {hours(starts, ends)}"


def hours(starts: datetime, ends: datetime) -> str:
    """Two local moments as hours: 4-6 pm, 11:30 am-1 pm."""
    first, last = _hour(starts), _hour(ends)
    half = "" if f"{starts:%p}" == f"{ends:%p}" else f" {starts:%p}".lower()
    return f"{first}{half}\N{EN DASH}{last} {ends:%p}".replace("AM", "am").replace("PM", "pm")


def _hour(moment: datetime) -> str:
    return f"{moment.hour % 12 or 12}" + (f":{moment.minute:02d}" if moment.minute else "")
