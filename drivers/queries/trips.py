"""Reading a driver's trips."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.dates import WEEKDAYS_ABBR

from drivers.models import Booking, Driver, RecurringTrip, Trip
from drivers.models.blocks import HOLDING
from drivers.states import TripStatus

LIVE = (TripStatus.OPEN, TripStatus.COMMITTED)
PAST_SHOWN = 10
SOONEST = timedelta(minutes=30)
PROPOSED_DAYS = 14
PROPOSED_SPAN = timedelta(minutes=75)  # as long as a new trip is proposed to take


@dataclass(frozen=True, slots=True)
class TripLine:
    """A trip in one line: from, to, when, and how much of it is to spare."""

    trip: Trip
    spare_seconds: int
    is_today: bool


@dataclass(frozen=True, slots=True)
class TripsPage:
    """What the page of trips shows; `online` is the present time online, if any."""

    coming: list[TripLine]
    recurring: list[tuple[RecurringTrip, str]]
    past: list[Trip]
    online: Trip | None


def trips_page(driver: Driver, now: datetime) -> TripsPage:
    """Everything about a driver's trips: what comes, what repeats, the last few. Three queries."""
    today = now.astimezone(driver.market.zone).date()
    live = list(Trip.objects.filter(driver=driver, status__in=LIVE).select_related("booking").order_by("departs_at"))
    past = Trip.objects.filter(driver=driver).exclude(status__in=LIVE).order_by("-departs_at")[:PAST_SHOWN]
    recurring = RecurringTrip.objects.filter(driver=driver, is_active=True).order_by("departs")
    return TripsPage(
        coming=[line_of(trip, driver, today) for trip in live],
        recurring=[(row, ", ".join(str(WEEKDAYS_ABBR[day]) for day in row.weekdays)) for row in recurring],
        past=list(past),
        online=next((trip for trip in live if trip.kind == Trip.Kind.ONLINE and trip.booking is None), None),
    )


def next_trip(driver: Driver, now: datetime) -> TripLine | None:
    """The trip a driver is on or makes next."""
    coming = Trip.objects.filter(driver=driver, status__in=LIVE, arrive_by__gt=now).select_related("booking")
    trip = coming.order_by("departs_at").first()
    return line_of(trip, driver, now.astimezone(driver.market.zone).date()) if trip else None


def line_of(trip: Trip, driver: Driver, today: date) -> TripLine:
    """A trip with what it has to spare: the driver's budget, or less where the latest arrival leaves less."""
    slack = int((trip.arrive_by - trip.departs_at).total_seconds()) - trip.direct_seconds
    departs_on = trip.departs_at.astimezone(driver.market.zone).date()
    return TripLine(trip=trip, spare_seconds=max(0, min(trip.max_extra_seconds, slack)), is_today=departs_on == today)


def next_departure(now: datetime, driver: Driver) -> datetime:
    """What the form proposes: ten past five on the first day on which the driver is free then, on the market's clock.

    Today only when that is more than half an hour away. Two queries.
    """
    local = now.astimezone(driver.market.zone)
    first = datetime.combine(local.date(), time(17, 10), tzinfo=driver.market.zone)
    days = [
        first + timedelta(days=day) for day in range(PROPOSED_DAYS) if first + timedelta(days=day) > local + SOONEST
    ]
    taken = [
        *Trip.objects.filter(driver=driver, status__in=LIVE).values_list("departs_at", "arrive_by"),
        *Booking.objects.filter(driver=driver, status__in=HOLDING).values_list("starts_at", "ends_at"),
    ]
    free = (at for at in days if not any(start < at + PROPOSED_SPAN and end > at for start, end in taken))
    return next(free, days[0])
