"""Staff vans: which are free, what they may take, and what they have cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from dispatch.models import Delivery, Run, RunDelivery
from dispatch.states import DeliveryStatus, RunStatus
from drivers.actions.overlaps import LIVE
from drivers.models import Driver, Trip, Van
from drivers.states import DriverStatus, TripStatus
from stores.models import Market

OPERATIONS = Delivery.Step.OPERATIONS
PRESSING = timedelta(minutes=45)  # so long before its window closes a delivery that fits no trip goes with the van


def free_vans(market: Market, now: datetime) -> QuerySet[Trip]:
    """Vans that are out and not on a run."""
    return (
        Trip.objects.filter(
            market=market,
            van__isnull=False,
            status=TripStatus.OPEN,
            arrive_by__gt=now,
            driver__status=DriverStatus.ACTIVE,
        )
        .exclude(Exists(Run.objects.filter(driver=OuterRef("driver"), status=RunStatus.ACTIVE)))
        .select_related("van", "driver__vehicle", "driver__user")
        .order_by("pk")
    )


def vans_out(store_id: int, now: datetime) -> int:
    """How many vans of a store are out, on a run or free."""
    return Trip.objects.filter(
        van__store=store_id,
        status__in=LIVE,
        arrive_by__gt=now,
        driver__status=DriverStatus.ACTIVE,
    ).count()


def left_to_vans(waiting: Sequence[Delivery], unplanned: set[int], now: datetime) -> list[Delivery]:
    """What no driver is left for: its ladder has run out, or it fits no trip and its window soon closes. Pure.

    `unplanned` are the pks of what the cycle's plan gives to no trip.
    """
    return [one for one in waiting if is_left(one, now) and (one.step == OPERATIONS or one.pk in unplanned)]


def is_left(delivery: Delivery, now: datetime) -> bool:
    """Whether a delivery waits and may go with a van, should no trip be planned for it; not while a driver decides."""
    is_waiting = delivery.status == DeliveryStatus.READY and delivery.quarantined_at is None
    presses = delivery.step != Delivery.Step.RESERVED and delivery.due_by <= now + PRESSING
    return is_waiting and (delivery.step == OPERATIONS or presses)


@dataclass(frozen=True, slots=True)
class VanAtStore:
    """One van as its store sees it: who is out with it, and whether that is on a run."""

    van: Van
    trip: Trip | None
    run: Run | None
    is_mine: bool


def vans_of(store_id: int, user_id: int) -> list[VanAtStore]:
    """The vans of a store by name. Three queries, however many."""
    vans = list(Van.objects.filter(store=store_id, is_active=True).order_by("name"))
    trips = {
        trip.van_id: trip for trip in Trip.objects.filter(van__in=vans, status__in=LIVE).select_related("driver__user")
    }
    runs = {run.trip_id: run for run in Run.objects.filter(trip__in=trips.values(), status=RunStatus.ACTIVE)}
    return [
        VanAtStore(
            van,
            trip := trips.get(van.pk),
            runs.get(trip.pk) if trip else None,
            is_mine=trip is not None and trip.driver.user_id == user_id,
        )
        for van in vans
    ]


@dataclass(frozen=True, slots=True)
class VanCost:
    """What bringing one delivery by van has cost so far: its part of the run's time, and who drove."""

    van: Van
    driver: Driver
    seconds: int
    cents: int


def van_cost(delivery: Delivery, now: datetime) -> VanCost | None:
    """The cost of a delivery that a van brings or brought, by hour of the van; None for one that a driver brings.

    The run's deliveries share its time evenly.
    """
    carried = (
        RunDelivery.objects.filter(delivery=delivery, dropped_at=None, run__trip__van__isnull=False)
        .select_related("run__trip__van", "run__driver")
        .first()
    )
    if carried is None or carried.run.trip.van is None:
        return None
    run, van = carried.run, carried.run.trip.van
    together = max(1, run.carried.filter(dropped_at=None).count())
    seconds = int(((run.finished_at or now) - run.started_at).total_seconds()) // together
    return VanCost(van, run.driver, seconds, van.cost_cents(seconds))
