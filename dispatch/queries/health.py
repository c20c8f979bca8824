"""Whether the house moves: what happened today, and what is past its deadline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet

from dispatch.models import Delivery, Offer, OfferItem, Run
from dispatch.states import DeliveryStatus, OfferStatus, RunStatus
from drivers.models import Trip
from drivers.states import TripStatus
from events.models import Event
from orders.models import Order, Payment, Refund, WindowHold
from orders.states import OrderStatus, PaymentStatus
from stores.models import Market

SWEPT = timedelta(seconds=60)  # the slowest sweep runs every 30 s: what is due for longer, no sweep takes
WORKED = timedelta(hours=1)  # people and roads are slower: past the promise by this much is more than late
LONGEST_RUN = timedelta(hours=8)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What happened since midnight, each market by its own clock."""

    orders_placed: int
    ready: int
    offered: int
    claimed: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Stuck:
    """One kind of thing that is past its deadline, and how many there are."""

    kind: str
    count: int
    first: tuple[str, ...] = ()  # the first three, as operations or a database shell finds them


def todays_counts(now: datetime) -> DayCounts:
    """Count today's orders and deliveries by the furthest they came; `offered` counts deliveries, not offers."""
    midnights = {market.pk: _midnight(now, market.zone) for market in Market.objects.all()}
    return DayCounts(
        orders_placed=_since(midnights, Order.objects.all(), market="store__market", at="placed_at").count(),
        ready=_since(midnights, Order.objects.all(), market="store__market", at="ready_at").count(),
        offered=_since(midnights, OfferItem.objects.all(), market="offer__market", at="offer__made_at")
        .values("delivery")
        .distinct()
        .count(),
        claimed=_since(midnights, Delivery.objects.all(), market="market", at="claimed_at").count(),
        delivered=_since(midnights, Delivery.objects.all(), market="market", at="delivered_at").count(),
    )


def stuck(now: datetime) -> list[Stuck]:
    """Everything that is past its deadline, by kind; empty when all is well."""
    counted = ((kind, find(now)) for kind, find in DEADLINES.items())
    return [Stuck(kind, rows.count(), _names(rows)) for kind, rows in counted if rows.exists()]


def _names(rows: QuerySet[Model]) -> tuple[str, ...]:
    return tuple(_name(row) for row in rows.order_by("pk")[:3])


def _name(row: Model) -> str:
    """What a row is called: its number or its public id, else its key."""
    name = getattr(row, "number", None) or getattr(row, "public_id", None)
    return str(name or f"{row._meta.model_name} {row.pk}")


def _events(now: datetime) -> QuerySet[Event]:
    return Event.objects.filter(relayed_at__isnull=True, quarantined_at__isnull=True, at__lt=now - SWEPT)


def events_set_aside(_now: datetime) -> QuerySet[Event]:
    """Events that the relay gave up on."""
    return Event.objects.filter(relayed_at__isnull=True, quarantined_at__isnull=False)


def _holds(now: datetime) -> QuerySet[WindowHold]:
    return WindowHold.objects.filter(released_at__isnull=True, sold_at__isnull=True, expires_at__lt=now - SWEPT)


def _payments(now: datetime) -> QuerySet[Payment]:
    open_intents = [PaymentStatus.HOLDING, PaymentStatus.CAPTURING, PaymentStatus.VOIDING]
    forgotten = Q(retry_at__isnull=True, updated_at__lt=now - WORKED)
    return Payment.objects.filter(Q(retry_at__lt=now - SWEPT) | forgotten, status__in=open_intents)


def _refunds(now: datetime) -> QuerySet[Refund]:
    forgotten = Q(retry_at__isnull=True, created_at__lt=now - WORKED)
    return Refund.objects.filter(Q(retry_at__lt=now - SWEPT) | forgotten, done_at__isnull=True)


def _offers(now: datetime) -> QuerySet[Offer]:
    return Offer.objects.filter(status=OfferStatus.OPEN, expires_at__lt=now - SWEPT)


def _trips(now: datetime) -> QuerySet[Trip]:
    return Trip.objects.filter(status=TripStatus.OPEN, arrive_by__lt=now - SWEPT)


def _orders(now: datetime) -> QuerySet[Order]:
    unpicked = [OrderStatus.PLACED, OrderStatus.PICKING]
    return Order.objects.filter(status__in=unpicked, window__ends_at__lt=now - WORKED)


def _deliveries(now: datetime) -> QuerySet[Delivery]:
    final = [DeliveryStatus.DELIVERED, DeliveryStatus.RETURNED, DeliveryStatus.CANCELLED, DeliveryStatus.PLANNED]
    return Delivery.objects.exclude(status__in=final).filter(due_by__lt=now - WORKED)


def _runs(now: datetime) -> QuerySet[Run]:
    return Run.objects.filter(status=RunStatus.ACTIVE, started_at__lt=now - LONGEST_RUN)


DEADLINES: dict[str, Callable[[datetime], QuerySet[Model]]] = {
    "events not relayed": _events,
    "events set aside": events_set_aside,
    "window holds not released": _holds,
    "payments not finished": _payments,
    "refunds not finished": _refunds,
    "offers not expired": _offers,
    "trips not closed": _trips,
    "orders not picked": _orders,
    "deliveries not brought": _deliveries,
    "runs not ended": _runs,
}


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def _since(midnights: Mapping[int, datetime], rows: QuerySet[M], *, market: str, at: str) -> QuerySet[M]:
    today = Q(pk__in=[])
    for pk, midnight in midnights.items():
        today |= Q(**{market: pk, f"{at}__gte": midnight})
    return rows.filter(today)
