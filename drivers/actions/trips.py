"""Declaring trips, taking them back, and closing those whose time has passed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from common.errors import DomainError
from common.transactions import needs_transaction, outside_transaction
from drivers.actions.fitness import check_may_drive
from drivers.actions.locking import lock_driver, lock_trip
from drivers.actions.overlaps import LIVE, check_no_overlap
from drivers.actions.trip_plans import Place, TripPlan, check_direct, check_plan
from drivers.models import Booking, Driver, Trip
from drivers.states import TripStatus
from events.actions.move import SYSTEM, move, note_status
from events.actions.record import nudge, record
from providers.routing.base import Leg
from providers.routing.gateway import gateway

SWEEP_BATCH = 200


class TripUnderWay(DomainError):
    """You have claimed a delivery for this trip. Finish it first, or give up the run."""

    code = "trip_under_way"


class TripOfBlock(DomainError):
    """This is the time of your block. End it on the block's own page, which says what that means for its guarantee."""

    code = "trip_of_block"


def declare_trip(
    *,
    driver_id: int,
    declare_key: UUID,
    origin: Place,
    destination: Place,
    departs_at: datetime,
    departs_until: datetime,
    arrive_by: datetime,
    max_extra_seconds: int,
    max_extra_metres: int,
    room: int,
    max_orders: int,
    has_cold_box: bool,
    now: datetime,
    recurring_id: int | None = None,
) -> Trip:
    """Offer a drive that is being made anyway; from now on deliveries along it may be offered.

    The direct way is routed before any lock. The same key again is the same trip.

    Raises:
        Suspended, NotActive, PapersExpired: the driver may not drive today.
        BadTrip: the parts of the trip do not fit together.
        TripOverlaps: the driver has another trip at that time.
    """
    plan = TripPlan(
        origin=origin, destination=destination, departs_at=departs_at, departs_until=departs_until,
        arrive_by=arrive_by, max_extra_seconds=max_extra_seconds, max_extra_metres=max_extra_metres, room=room,
        max_orders=max_orders, has_cold_box=has_cold_box,
    )  # fmt: skip
    return open_trip(driver_id=driver_id, declare_key=declare_key, plan=plan, recurring_id=recurring_id, now=now)


def go_online(
    *,
    driver_id: int,
    declare_key: UUID,
    origin: Place,
    until: datetime,
    max_extra_seconds: int,
    max_extra_metres: int,
    room: int,
    max_orders: int,
    has_cold_box: bool,
    now: datetime,
) -> Trip:
    """Be free for deliveries from here, without a destination, until a moment. The same key again is the same trip.

    Raises:
        Suspended, NotActive, PapersExpired, BadTrip, TripOverlaps: as for a declared trip.
    """
    plan = TripPlan(
        origin=origin, destination=None, departs_at=now, departs_until=until, arrive_by=until,
        max_extra_seconds=max_extra_seconds, max_extra_metres=max_extra_metres, room=room,
        max_orders=max_orders, has_cold_box=has_cold_box,
    )  # fmt: skip
    return open_trip(driver_id=driver_id, declare_key=declare_key, plan=plan, recurring_id=None, now=now)


@outside_transaction
def open_trip(*, driver_id: int, declare_key: UUID, plan: TripPlan, recurring_id: int | None, now: datetime) -> Trip:
    """Check a plan, route it, and write the trip."""
    driver = Driver.objects.select_related("market").get(pk=driver_id)
    known = Trip.objects.filter(driver_id=driver_id, declare_key=declare_key).first()
    if known:
        return known
    check_may_drive(driver, now.astimezone(driver.market.zone).date())
    check_plan(plan, driver.market, now)
    direct = direct_leg(plan)
    check_direct(plan, direct)
    return write_trip(driver_id=driver_id, declare_key=declare_key, plan=plan, direct=direct, recurring_id=recurring_id,
                      now=now)  # fmt: skip


def direct_leg(plan: TripPlan) -> Leg:
    """The drive without any delivery."""
    if plan.destination is None:
        return Leg(0, 0)
    return gateway().leg(plan.origin.point, plan.destination.point, plan.departs_at)


@transaction.atomic(durable=True)
def write_trip(
    *, driver_id: int, declare_key: UUID, plan: TripPlan, direct: Leg, recurring_id: int | None, now: datetime
) -> Trip:
    """Write a trip under the driver's lock, so that two at the same time cannot overlap or double."""
    driver = lock_driver(driver_id)
    known = Trip.objects.filter(driver=driver, declare_key=declare_key).first()
    return known or add_trip(driver, declare_key, plan, direct, recurring_id, now=now)


def change_trip(*, trip_id: int, declare_key: UUID, plan: TripPlan, now: datetime) -> Trip:
    """Replace an open trip by another, whose offers start anew; both or neither. The same key again is the same trip.

    Raises:
        TripUnderWay: a delivery has been claimed for it.
        TripOfBlock: it is the time of a block, which is left otherwise.
        NotAllowedNow: it is over or cancelled.
        Suspended, NotActive, PapersExpired, BadTrip, TripOverlaps: as for a new trip; the old one stays.
    """
    old = Trip.objects.select_related("driver__market").get(pk=trip_id)
    known = Trip.objects.filter(driver=old.driver, declare_key=declare_key).first()
    if known:
        return known
    check_may_drive(old.driver, now.astimezone(old.driver.market.zone).date())
    check_plan(plan, old.driver.market, now)
    direct = direct_leg(plan)
    check_direct(plan, direct)
    with transaction.atomic(durable=True):
        driver = lock_driver(old.driver_id)
        trip = lock_trip(trip_id)
        check_may_go(trip)
        close_trip(trip, TripStatus.CANCELLED, by=driver.user.actor, now=now, reason="changed")
        return add_trip(driver, declare_key, plan, direct, None, now=now)


@needs_transaction
def add_trip(
    driver: Driver,
    declare_key: UUID,
    plan: TripPlan,
    direct: Leg,
    recurring_id: int | None,
    *,
    now: datetime,
    booking: Booking | None = None,
) -> Trip:
    """Write a trip of a locked driver and ask for offers; the trip of a booking is the time in its block."""
    check_no_overlap(driver, plan.departs_at, plan.arrive_by, booking=booking)
    to = plan.destination
    trip = Trip.objects.create(
        driver=driver,
        market_id=driver.market_id,
        recurring_id=recurring_id,
        booking=booking,
        kind=Trip.Kind.DECLARED if to else Trip.Kind.ONLINE,
        declare_key=declare_key,
        from_label=plan.origin.label[:120],
        from_lat=plan.origin.point.lat,
        from_lng=plan.origin.point.lng,
        to_label=to.label[:120] if to else "",
        to_lat=to.point.lat if to else None,
        to_lng=to.point.lng if to else None,
        departs_at=plan.departs_at,
        departs_until=plan.departs_until,
        arrive_by=plan.arrive_by,
        max_extra_seconds=plan.max_extra_seconds,
        max_extra_metres=plan.max_extra_metres,
        direct_seconds=direct.seconds,
        direct_metres=direct.metres,
        room=plan.room,
        max_orders=plan.max_orders,
        has_cold_box=plan.has_cold_box,
        created_at=now,
    )
    note_status(trip, now=now, by=driver.user.actor)
    record("trip.declared", trip_id=trip.pk, market_id=trip.market_id, at=now)
    nudge("dispatch.tasks.match_market", market_id=trip.market_id)
    return trip


def check_may_go(trip: Trip) -> None:
    """Refuse to end a locked trip that carries something, or that a block stands on."""
    if trip.status == TripStatus.COMMITTED:
        raise TripUnderWay
    if trip.booking_id is not None:
        raise TripOfBlock


@transaction.atomic(durable=True)
def cancel_trip(*, trip_id: int, by: str, now: datetime) -> Trip:
    """Take a trip back before anything is claimed for it; never scored. Its open offers are withdrawn.

    Raises:
        TripUnderWay: a delivery has been claimed for it.
        TripOfBlock: it is the time of a block, which is left otherwise.
    """
    trip = lock_with_driver(trip_id)
    if trip.status not in LIVE:
        return trip
    check_may_go(trip)
    return close_trip(trip, TripStatus.CANCELLED, by=by, now=now)


@transaction.atomic(durable=True)
def go_offline(*, driver_id: int, by: str, now: datetime) -> Trip | None:
    """End being online now; None when the driver was not.

    Raises:
        TripUnderWay: a delivery is still being carried.
        TripOfBlock: it is the time of a block, which is left otherwise.
    """
    driver = lock_driver(driver_id)
    live = Trip.objects.filter(driver=driver, kind=Trip.Kind.ONLINE, status__in=LIVE).order_by("departs_at").first()
    if live is None:
        return None
    trip = lock_trip(live.pk)
    check_may_go(trip)
    return close_trip(trip, TripStatus.CANCELLED, by=by, now=now, reason="went offline")


@transaction.atomic(durable=True)
def sweep_trips(*, now: datetime) -> int:
    """Close open trips whose departure has passed unclaimed; return how many. Safe to run twice at once."""
    due = (
        Trip.objects.select_for_update(no_key=True, skip_locked=True)
        .filter(Q(departs_until__lt=now) | Q(arrive_by__lte=now), status=TripStatus.OPEN)
        .order_by("pk")[:SWEEP_BATCH]
    )
    trips = list(due)
    for trip in trips:
        close_trip(trip, TripStatus.EXPIRED, by=SYSTEM, now=now)
    return len(trips)


def lock_with_driver(trip_id: int) -> Trip:
    """Lock a trip in the fixed order: its driver first."""
    lock_driver(Trip.objects.values_list("driver_id", flat=True).get(pk=trip_id))
    return lock_trip(trip_id)


@needs_transaction
def close_trip(trip: Trip, to: TripStatus, *, by: str, now: datetime, reason: str = "") -> Trip:
    """Move a locked trip to one of its ends and tell dispatch, which withdraws what was offered for it."""
    move(trip, to, now=now, by=by, reason=reason)
    record("trip.closed", trip_id=trip.pk, market_id=trip.market_id, at=now)
    return trip


@needs_transaction
def resume_online(trip: Trip, *, lat: float, lng: float, now: datetime) -> None:
    """Open a locked online trip again after its run, from where the driver now is."""
    move(trip, TripStatus.OPEN, now=now)
    Trip.objects.filter(pk=trip.pk).update(
        from_lat=lat, from_lng=lng, from_label="Last delivery", departs_at=now, departs_until=F("arrive_by")
    )
    nudge("dispatch.tasks.match_market", market_id=trip.market_id)
