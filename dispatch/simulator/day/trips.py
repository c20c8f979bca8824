"""Trips of the simulated day: some dozen commutes stand open in each market at any time."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from django.db.models import Count

from common.errors import DomainError
from common.geo import Point
from dispatch.models import Delivery, Run
from dispatch.simulator.day.cast import Cast, Commuter
from dispatch.simulator.day.pace import Pace
from dispatch.states import DeliveryStatus, RunStatus
from drivers.actions.bookings import check_in
from drivers.actions.overlaps import LIVE, BlockOverlaps
from drivers.actions.trip_plans import Place
from drivers.actions.trips import declare_trip, go_online
from drivers.models import Booking, Trip
from drivers.states import BookingStatus, TripStatus
from stores.world_data import Spot

LOOK_EVERY = 2.0
WANTED = 12  # open trips a market
AT_ONCE = 6
LEAVES_WITHIN = timedelta(minutes=14)
GUEST_LEAVES_WITHIN = timedelta(minutes=45)
ALLOWED = timedelta(minutes=75)
ONLINE_FOR = timedelta(minutes=50)
ONLINE = 0.2
GUEST_REST = timedelta(minutes=3)  # a visitor who took the trip back may declare another
SHORTEST = timedelta(minutes=45)
UNASKED = (Delivery.Step.NEW, Delivery.Step.BOARD, Delivery.Step.RAISED, Delivery.Step.OPERATIONS)


class Trips:
    """Everyone who is about to drive."""

    def __init__(self, cast: Cast, pace: Pace, dice: Random) -> None:
        """Both ways of every commute are driven."""
        self._cast, self._pace, self._dice = cast, pace, dice

    def tick(self, now: datetime) -> None:
        """Let somebody declare a trip wherever fewer stand open than wanted."""
        if not self._pace.is_over("trips", 0, now):
            return
        self._pace.again("trips", LOOK_EVERY, now)
        self._start_blocks(now)
        live = dict(Trip.objects.filter(status__in=LIVE, arrive_by__gt=now).values_list("driver", "status"))
        busy = set(Run.objects.filter(status=RunStatus.ACTIVE).values_list("driver", flat=True))
        commuters = self._cast.commuters.values()
        is_open = [one for one in commuters if live.get(one.driver.pk) == TripStatus.OPEN]
        standing = Counter(one.driver.market_id for one in is_open)
        idle = [one for one in commuters if one.driver.pk not in live and one.driver.pk not in busy]
        self._dice.shuffle(idle)
        idle.sort(key=_passes_by(stores_in_need(now)))
        declared: Counter[int] = Counter()
        for one in idle:
            market = one.driver.market_id
            if standing[market] + declared[market] < WANTED and declared[market] < AT_ONCE:
                declared[market] += 1
                self._declare(one, now)
        if self._cast.guest is not None and self._cast.guest.driver.pk not in busy:
            self._keep_guest_open(self._cast.guest, now)

    def _start_blocks(self, now: datetime) -> None:
        """Check in whoever has booked a block that begins; the visitor checks in by hand."""
        due = Booking.objects.filter(status=BookingStatus.BOOKED, starts_at__lte=now, check_in_by__gte=now)
        for booking in due.select_related("driver"):
            one = self._cast.commuters.get(booking.driver_id)
            if one is not None:
                with suppress(DomainError):
                    check_in(
                        booking_id=booking.pk, at=None, room=one.facts.vehicle.room, max_orders=one.facts.max_orders,
                        has_cold_box=one.facts.vehicle.has_cold_box, now=now,
                    )  # fmt: skip

    def _declare(self, one: Commuter, now: datetime) -> None:
        with suppress(BlockOverlaps):  # who has booked a block soon declares nothing that would reach into it
            if self._dice.random() < ONLINE:
                self._go_online(one, now)
            else:
                self._commute(one, now, now + LEAVES_WITHIN, now + LEAVES_WITHIN + ALLOWED)

    def _commute(self, one: Commuter, now: datetime, leaves_until: datetime, arrive_by: datetime) -> None:
        facts = one.facts
        start, end = (facts.work, facts.home) if self._dice.random() < 0.6 else (facts.home, facts.work)
        declare_trip(
            driver_id=one.driver.pk,
            declare_key=uuid4(),
            origin=place_of(start),
            destination=place_of(end),
            departs_at=now,
            departs_until=leaves_until,
            arrive_by=arrive_by,
            max_extra_seconds=facts.max_extra_seconds,
            max_extra_metres=facts.max_extra_metres,
            room=facts.vehicle.room,
            max_orders=facts.max_orders,
            has_cold_box=facts.vehicle.has_cold_box,
            now=now,
        )

    def _go_online(self, one: Commuter, now: datetime) -> None:
        facts = one.facts
        go_online(
            driver_id=one.driver.pk,
            declare_key=uuid4(),
            origin=place_of(facts.home),
            until=now + ONLINE_FOR,
            max_extra_seconds=facts.max_extra_seconds,
            max_extra_metres=facts.max_extra_metres,
            room=facts.vehicle.room,
            max_orders=facts.max_orders,
            has_cold_box=facts.vehicle.has_cold_box,
            now=now,
        )

    def _keep_guest_open(self, guest: Commuter, now: datetime) -> None:
        """One open trip for the driver whom visitors sign in as, so that offers wait for them; never a run."""
        trips = Trip.objects.filter(driver=guest.driver)
        coming = trips.filter(status__in=LIVE, arrive_by__gt=now).order_by("departs_at").first()
        if coming is not None and coming.departs_at <= now + SHORTEST:
            return
        if trips.filter(status=TripStatus.CANCELLED, created_at__gt=now - GUEST_REST).exists():
            return
        until = now + GUEST_LEAVES_WITHIN + ALLOWED
        arrive_by = min(until, coming.departs_at) if coming else until
        with suppress(BlockOverlaps):
            self._commute(guest, now, min(now + GUEST_LEAVES_WITHIN, arrive_by - SHORTEST / 2), arrive_by)


def stores_in_need(now: datetime) -> list[Point]:
    """Stores with groceries that nobody has been asked for, those with the most first."""
    waiting = Delivery.objects.filter(status=DeliveryStatus.READY, due_from__lte=now, step__in=UNASKED)
    rows = waiting.values_list("store__lat", "store__lng").annotate(n=Count("pk")).order_by("-n")
    return [Point(lat, lng) for lat, lng, _ in rows]


def _passes_by(stores: Sequence[Point]) -> Callable[[Commuter], float]:
    """How far off somebody lives or works from the nearest store that needs a driver: those near it set out first."""

    def metres(one: Commuter) -> float:
        ends = [Point(spot.lat, spot.lng) for spot in (one.facts.home, one.facts.work)]
        return min((end.metres_to(store) for end in ends for store in stores), default=0.0)

    return metres


def place_of(spot: Spot) -> Place:
    """Where a commute starts or ends, as its driver names it."""
    return Place(spot.label, Point(spot.lat, spot.lng))
