"""Trips that repeat on the same weekdays at the same local time, through every change of the clocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from common.errors import DomainError
from common.geo import Point
from common.sweeping import each
from drivers.actions.locking import lock_driver
from drivers.actions.trip_plans import SHORTEST_TRIP_METRES, BadTrip, NoBudget, NoRoom, Place, TripGoesNowhere, TripPlan
from drivers.actions.trips import open_trip
from drivers.models import RecurringTrip, Trip

DAYS_AHEAD = 3  # declared this far ahead, so that windows being sold can count on them
log = structlog.get_logger(__name__)


class NoWeekday(BadTrip):
    """Choose at least one weekday."""

    code = "no_weekday"


@dataclass(frozen=True, slots=True)
class RecurringPlan:
    """A trip that repeats: weekdays (0 is Monday), local times, and what each of its days offers."""

    weekdays: Sequence[int]
    origin: Place
    destination: Place
    departs: time
    flexible_minutes: int
    arrives_by: time
    max_extra_seconds: int
    max_extra_metres: int
    room: int
    max_orders: int
    has_cold_box: bool


@transaction.atomic(durable=True)
def declare_recurring_trip(*, driver_id: int, declare_key: UUID, plan: RecurringPlan) -> RecurringTrip:
    """Promise a trip on some weekdays until taken back; `repeat_trips` declares each day's. Same key, same row.

    Raises:
        BadTrip: no weekday, no budget, no room, or a trip to where it starts.
    """
    check_recurring(plan)
    driver = lock_driver(driver_id)
    row, _ = RecurringTrip.objects.get_or_create(
        driver=driver,
        public_id=declare_key,
        defaults={
            "weekdays": sorted(set(plan.weekdays)),
            "from_label": plan.origin.label[:120],
            "from_lat": plan.origin.point.lat,
            "from_lng": plan.origin.point.lng,
            "to_label": plan.destination.label[:120],
            "to_lat": plan.destination.point.lat,
            "to_lng": plan.destination.point.lng,
            "departs": plan.departs,
            "flexible_minutes": plan.flexible_minutes,
            "arrives_by": plan.arrives_by,
            "max_extra_seconds": plan.max_extra_seconds,
            "max_extra_metres": plan.max_extra_metres,
            "room": plan.room,
            "max_orders": plan.max_orders,
            "has_cold_box": plan.has_cold_box,
        },
    )
    return row


def check_recurring(plan: RecurringPlan) -> None:
    """Refuse a repeating trip that no day could fulfil."""
    if not plan.weekdays or any(day not in range(7) for day in plan.weekdays):
        raise NoWeekday
    if plan.max_extra_seconds <= 0 or plan.max_extra_metres <= 0:
        raise NoBudget
    if plan.room <= 0 or not 1 <= plan.max_orders <= 4:
        raise NoRoom
    if plan.origin.point.metres_to(plan.destination.point) < SHORTEST_TRIP_METRES:
        raise TripGoesNowhere


@transaction.atomic(durable=True)
def stop_recurring_trip(*, recurring_id: int) -> RecurringTrip:
    """Declare no further days of a repeating trip; days already declared stay. A repeat is a no-op."""
    row = RecurringTrip.objects.select_for_update(no_key=True, of=("self",)).get(pk=recurring_id)
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
    return row


def repeat_trips(*, now: datetime) -> int:
    """Declare the coming days of every repeating trip; return how many trips are new.

    Each day has a key of its own, so running twice changes nothing and a day taken back stays so. A day that is
    refused (another trip then, papers run out) is left out and tried again at the next run.
    """
    rows = RecurringTrip.objects.filter(is_active=True).select_related("driver__market").order_by("pk")
    new: list[int] = []
    each(rows.iterator(), lambda row: new.extend(repeat_on(row, day, now) for day in days_of(row, now)), sweep="repeat")
    return sum(new)


def repeat_trips_of(recurring_id: int, *, now: datetime) -> int:
    """Declare the coming days of one repeating trip; return how many are new."""
    row = RecurringTrip.objects.select_related("driver__market").get(pk=recurring_id)
    return sum(repeat_on(row, day, now) for day in days_of(row, now))


def days_of(row: RecurringTrip, now: datetime) -> list[date]:
    """The coming local dates on which a repeating trip is made."""
    today = now.astimezone(row.driver.market.zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(DAYS_AHEAD))
    return [day for day in days if day.weekday() in row.weekdays]


def repeat_on(row: RecurringTrip, day: date, now: datetime) -> bool:
    """Declare one day of a repeating trip unless it is known; tell whether it is new."""
    key = uuid5(row.public_id, day.isoformat())
    plan = plan_on(row, day, row.driver.market.zone)
    known = Trip.objects.filter(driver_id=row.driver_id, declare_key=key).exists()
    if known or plan.departs_until < now:
        return False
    try:
        open_trip(driver_id=row.driver_id, declare_key=key, plan=plan, recurring_id=row.pk, now=now)
    except DomainError as refusal:
        log.info("recurring_trip_left_out", recurring=str(row.public_id), day=day.isoformat(), code=refusal.code)
        return False
    return True


def plan_on(row: RecurringTrip, day: date, zone: ZoneInfo) -> TripPlan:
    """One day of a repeating trip; an arrival before the departure is on the next day."""
    departs_at = moment(day, row.departs, zone)
    over_midnight = row.arrives_by <= row.departs
    return TripPlan(
        origin=Place(row.from_label, Point(row.from_lat, row.from_lng)),
        destination=Place(row.to_label, Point(row.to_lat, row.to_lng)),
        departs_at=departs_at,
        departs_until=departs_at + timedelta(minutes=row.flexible_minutes),
        arrive_by=moment(day + timedelta(days=over_midnight), row.arrives_by, zone),
        max_extra_seconds=row.max_extra_seconds,
        max_extra_metres=row.max_extra_metres,
        room=row.room,
        max_orders=row.max_orders,
        has_cold_box=row.has_cold_box,
    )


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment of a local time on a day, in UTC.

    A time that the clocks skip in spring is taken an hour later, as a driver's own clock would show it; of one that
    comes twice in autumn the first counts.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
