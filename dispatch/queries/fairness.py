"""How offers and earnings of a market spread over its drivers in the last days: the report for operations (O9)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Q, Sum

from common.clock import local_day
from common.geo import Point
from dispatch.models import Offer, OfferItem
from dispatch.queries.snapshot import TRIPS_AHEAD
from dispatch.states import OfferStatus
from dispatch.terms.fairness import DriverSum, Fairness, area_of, fairness_of
from drivers.models import Trip
from drivers.states import TripStatus
from stores.models import Market

HOUR = timedelta(hours=1)
ACCEPTED = Q(status=OfferStatus.ACCEPTED)


@dataclass(slots=True)
class _Trips:
    """One driver's trips of the period: hours open, largest room, where they set off first, since when they wait."""

    hours: float = 0.0
    room: int = 0
    home: Point | None = None
    waits_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Offered:
    """One driver's offers of the period: seen, and of those taken what they paid and added; when the last was made."""

    seen: int
    earned_cents: int
    added_seconds: int
    last_at: datetime | None


NOTHING = _Offered(0, 0, 0, None)


def market_fairness(*, market: Market, since: datetime, now: datetime) -> Fairness:
    """Add up offers made and trips begun since a moment. Three statements, however many drivers.

    A trip is open from its declaration, at most six hours ahead as matching looks, until it must leave. Home is where
    a driver sets off first: nobody's address is asked for. An offer counts when its driver saw it.
    """
    trips, offered, claimed = _trips(market, since, now), _offered(market, since, now), _claimed(market, since, now)
    middle = Point(market.lat, market.lng)
    return fairness_of(
        [
            DriverSum(
                area=area_of(one.home or middle, middle),
                room=one.room,
                hours=one.hours,
                offers=(sums := offered.get(driver, NOTHING)).seen,
                deliveries=claimed.get(driver, 0),
                earned_cents=sums.earned_cents,
                added_seconds=sums.added_seconds,
                waited_seconds=_waited(one, sums.last_at, now),
            )
            for driver, one in trips.items()
        ]
    )


def _offered(market: Market, since: datetime, now: datetime) -> dict[int, _Offered]:
    """What each driver was offered and took. One statement."""
    seen = Q(seen_at__isnull=False) | Q(status__in=[OfferStatus.ACCEPTED, OfferStatus.DECLINED])
    rows = Offer.objects.filter(market=market, made_at__gte=since, made_at__lte=now).values_list("driver")
    sums = rows.annotate(
        seen=Count("pk", filter=seen),
        earned=Sum(F("pay_cents") + F("tip_cents"), filter=ACCEPTED, default=0),
        added=Sum("added_seconds", filter=ACCEPTED, default=0),
        last=Max("made_at"),
    )
    return {driver: _Offered(*amounts) for driver, *amounts in sums}


def _claimed(market: Market, since: datetime, now: datetime) -> dict[int, int]:
    """How many deliveries each driver claimed. One statement."""
    rows = OfferItem.objects.filter(
        offer__market=market, offer__made_at__gte=since, offer__made_at__lte=now, offer__status=OfferStatus.ACCEPTED
    )
    return dict(rows.values_list("offer__driver").annotate(Count("pk")))


def _trips(market: Market, since: datetime, now: datetime) -> dict[int, _Trips]:
    """Every driver's trips of the period. One statement."""
    rows = Trip.objects.filter(market=market, van=None, departs_at__gte=since, departs_at__lte=now + TRIPS_AHEAD)
    found: defaultdict[int, _Trips] = defaultdict(_Trips)
    first: dict[int, set[object]] = defaultdict(set)
    homes: dict[int, dict[Point, int]] = defaultdict(lambda: defaultdict(int))
    for trip in rows.exclude(status=TripStatus.CANCELLED).order_by("departs_at", "pk").iterator():
        one, day = found[trip.driver_id], local_day(trip.departs_at, market.zone)
        ends = trip.arrive_by if trip.kind == Trip.Kind.ONLINE else trip.departs_until
        opens = max(trip.created_at, trip.departs_at - TRIPS_AHEAD)
        one.hours += max(timedelta(0), min(ends, now) - opens) / HOUR
        one.room = max(one.room, trip.room)
        if trip.status == TripStatus.OPEN and opens <= now < ends:
            one.waits_from = opens
        if day not in first[trip.driver_id]:
            first[trip.driver_id].add(day)
            homes[trip.driver_id][trip.origin] += 1
    for driver, origins in homes.items():
        found[driver].home = max(origins, key=lambda point: origins[point])
    return dict(found)


def _waited(one: _Trips, last: datetime | None, now: datetime) -> int | None:
    if one.waits_from is None:
        return None
    return round((now - max(one.waits_from, last or one.waits_from)).total_seconds())
