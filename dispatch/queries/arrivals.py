"""Drivers at a store's bays and on their way to it, and what they come for (T6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Prefetch

from dispatch.models import Stop
from dispatch.states import RunStatus
from orders.models import Staging
from orders.queries.queue import short_name

SOON_WAIT = 5  # minutes after which a wait is pressing
LONG_WAIT = 10


@dataclass(frozen=True, slots=True)
class Bagged:
    """One order a driver is here for."""

    stop_id: UUID
    order_id: UUID
    number: str
    shopper: str
    status: str
    bags: int
    places: str
    code: str
    age_limit: int
    is_return: bool
    is_handed_over: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """One driver, at a bay or on the way."""

    driver: str
    vehicle: str
    plate: str
    bay: int | None
    arrived_at: datetime | None
    eta_at: datetime
    minutes: int
    tone: str
    orders: Sequence[Bagged]

    @property
    def left(self) -> int:
        """Orders that have not changed hands."""
        return sum(not one.is_handed_over for one in self.orders)


@dataclass(frozen=True, slots=True)
class Arrivals:
    """A store's board: who is here, longest wait first, and who comes next."""

    here: Sequence[Arrival]
    coming: Sequence[Arrival]


def arrivals_at(*, store_id: int, now: datetime) -> Arrivals:
    """Drivers at one store and on their way to it. Two queries."""
    rows = (
        Stop.objects.filter(
            delivery__store_id=store_id, run__status=RunStatus.ACTIVE, is_dropped=False, done_at__isnull=True
        )
        .exclude(kind=Stop.Kind.DROP)
        .select_related("run__driver__vehicle", "delivery__order")
        .prefetch_related(Prefetch("delivery__order__stagings", queryset=Staging.objects.order_by("pk")))
        .order_by("run_id", "position")
    )
    found = [_arrival(list(stops), now) for _, stops in groupby(rows, key=lambda stop: stop.run_id)]
    here = sorted((one for one in found if one.arrived_at), key=lambda one: one.arrived_at or now)
    coming = sorted((one for one in found if one.arrived_at is None), key=lambda one: one.eta_at)
    return Arrivals(here=here, coming=coming)


def _arrival(stops: Sequence[Stop], now: datetime) -> Arrival:
    driver = stops[0].run.driver
    vehicle = getattr(driver, "vehicle", None)
    arrived = min((stop.arrived_at for stop in stops if stop.arrived_at), default=None)
    eta = min(stop.eta_at for stop in stops)
    minutes = int(((now - arrived) if arrived else (eta - now)).total_seconds() // 60)
    return Arrival(
        driver=driver.first_name,
        vehicle=vehicle.description if vehicle else "",
        plate=vehicle.plate if vehicle else "",
        bay=next((stop.bay for stop in stops if stop.bay), None),
        arrived_at=arrived,
        eta_at=eta,
        minutes=max(0, minutes),
        tone=_tone(minutes) if arrived else "quiet",
        orders=[_bagged(stop) for stop in stops],
    )


def _tone(minutes: int) -> str:
    if minutes >= LONG_WAIT:
        return "refuse"
    return "time" if minutes >= SOON_WAIT else "go"


def _bagged(stop: Stop) -> Bagged:
    order, is_return = stop.delivery.order, stop.kind == Stop.Kind.RETURN
    return Bagged(
        stop_id=stop.public_id,
        order_id=order.public_id,
        number=order.number,
        shopper=short_name(order.contact_name),
        status=order.status,
        bags=order.bag_count,
        places=places_of(order.stagings.all()),
        code=order.handover_code,
        age_limit=order.age_limit,
        is_return=is_return,
        is_handed_over=stop.handed_over_at is not None and not is_return,
    )


def places_of(stagings: Iterable[Staging]) -> str:
    """Where the bags stand, in words: A3 (2), C1 (1)."""
    return ", ".join(f"{one.place} ({one.bags})" for one in stagings)
