"""What a driver says about a trip, and what of it is refused before anything is written."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from common.errors import DomainError, InvalidInput
from common.geo import Point
from providers.routing.base import Leg
from stores.models import Market

MARKET_RADIUS_METRES = 80_000  # a commute into a metro starts at most some 50 miles from its middle
SHORTEST_TRIP_METRES = 300
LONGEST_TRIP = timedelta(hours=12)
LATEST_DECLARATION = timedelta(days=14)


class BadTrip(InvalidInput):
    """Something about this trip does not fit together."""

    code = "bad_trip"


class ArrivesBeforeItDeparts(BadTrip):
    """You would have to arrive before you leave. Choose a later arrival or an earlier departure."""

    code = "arrives_before_it_departs"


class TripInThePast(BadTrip):
    """This departure has already passed. Choose one that is still to come."""

    code = "trip_in_the_past"


class TripTooFarAhead(BadTrip):
    """Trips can be declared up to two weeks ahead, and last 12 hours at most."""

    code = "trip_too_far_ahead"


class NoBudget(BadTrip):
    """Say how many extra minutes and miles you would drive: with none at all, no delivery fits your trip."""

    code = "no_budget"


class NoRoom(BadTrip):
    """Say how many bags fit in your car, and take one to four orders: with no room, no delivery fits your trip."""

    code = "no_room"


class OutsideMarket(BadTrip):
    """One end of this trip is too far from the stores here. Both ends must be within about 50 miles of the city."""

    code = "outside_market"


class TripGoesNowhere(BadTrip):
    """This trip starts and ends at the same place. To drive without a destination, go online instead."""

    code = "trip_goes_nowhere"


class TripOverlaps(DomainError):
    """You already have a trip at that time. Cancel it first, or choose another time."""

    code = "trip_overlaps"


@dataclass(frozen=True, slots=True)
class Place:
    """A point with the words people know it by."""

    label: str
    point: Point


@dataclass(frozen=True, slots=True)
class TripPlan:
    """A trip as its driver tells it; one without a destination is being online until `arrive_by`."""

    origin: Place
    destination: Place | None
    departs_at: datetime
    departs_until: datetime
    arrive_by: datetime
    max_extra_seconds: int
    max_extra_metres: int
    room: int
    max_orders: int
    has_cold_box: bool


def check_plan(plan: TripPlan, market: Market, now: datetime) -> None:
    """Refuse a trip that no delivery could ever fit.

    Raises:
        BadTrip: with the sentence that says which part and what to change.
    """
    if plan.departs_until < plan.departs_at or plan.arrive_by <= plan.departs_at:
        raise ArrivesBeforeItDeparts
    if plan.departs_until < now or plan.arrive_by <= now:
        raise TripInThePast
    if plan.arrive_by - plan.departs_at > LONGEST_TRIP or plan.departs_at - now > LATEST_DECLARATION:
        raise TripTooFarAhead
    if plan.max_extra_seconds <= 0 or plan.max_extra_metres <= 0:
        raise NoBudget
    if plan.room <= 0 or not 1 <= plan.max_orders <= 4:
        raise NoRoom
    check_places(plan, market)


def check_places(plan: TripPlan, market: Market) -> None:
    """Refuse ends that lie outside the market, or on top of each other."""
    ends = [plan.origin, *([plan.destination] if plan.destination else [])]
    if any(end.point.metres_to(market.point) > MARKET_RADIUS_METRES for end in ends):
        raise OutsideMarket
    if plan.destination and plan.origin.point.metres_to(plan.destination.point) < SHORTEST_TRIP_METRES:
        raise TripGoesNowhere


def check_direct(plan: TripPlan, direct: Leg) -> None:
    """Refuse a latest arrival that even the direct drive cannot keep."""
    if plan.departs_at + timedelta(seconds=direct.seconds) > plan.arrive_by:
        minutes = -(-direct.seconds // 60)
        raise ArrivesBeforeItDeparts(
            "This drive takes about %(minutes)s min, so you would arrive too late. Choose a later arrival.",
            minutes=minutes,
        )
