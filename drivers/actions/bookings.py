"""A driver's place in a block: booked, given back, checked in, left, or lapsed. None of it is ever scored."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from common.errors import DomainError
from common.geo import METRES_PER_MILE, Point
from common.sweeping import each
from common.transactions import needs_transaction
from drivers.actions.fitness import check_may_drive
from drivers.actions.locking import lock_booking, lock_driver, lock_trip
from drivers.actions.overlaps import check_no_overlap, clock
from drivers.actions.trip_plans import NoRoom, Place, TripPlan
from drivers.actions.trips import TripUnderWay, add_trip, close_trip
from drivers.models import Block, Booking, Driver, Trip
from drivers.models.blocks import EARLIEST_CHECK_IN, SHORTEST_STAY
from drivers.states import BookingStatus, TripStatus
from events.actions.move import SYSTEM, NotAllowedNow, move, note_status
from events.actions.record import record
from providers.routing.base import Leg

AROUND_THE_STORE = 5_000  # metres: nearer than that one may check in
METRES_A_SECOND = 22  # more than anybody drives in a city, so that time alone is a block's budget
SWEEP_BATCH = 200


class BlockFull(DomainError):
    """All places of this block are taken. Look again later: places that are given back appear here."""

    code = "block_full"


class BlockClosed(DomainError):
    """The store has closed this block. It cannot be booked any more."""

    code = "block_closed"


class BlockOver(DomainError):
    """This block is over, or nearly. It cannot be booked any more."""

    code = "block_over"


class StoreExcluded(DomainError):
    """You told us never to offer you this store. Change your limits first; then you can book here."""

    code = "store_excluded"


class TooEarlyToCheckIn(DomainError):
    """Check in from 15 minutes before your block starts."""

    code = "too_early_to_check_in"


class TooLateToCheckIn(DomainError):
    """The time to check in has passed, so your place was opened to others. This is not held against you."""

    code = "too_late_to_check_in"


class FarFromStore(DomainError):
    """You are too far from the store to check in. Drive there first."""

    code = "far_from_store"


@transaction.atomic(durable=True)
def book_block(*, block_id: int, driver_id: int, book_key: UUID, now: datetime) -> Booking:
    """Book a place in a block, first come, first served. The same key again is the same booking.

    The driver is locked, then the place is taken by one conditional write, so of two who want the last one of them
    is refused, and no lock on the block is waited for while anything is read.

    Raises:
        BlockFull, BlockClosed, BlockOver: there is no such place.
        Suspended, NotActive, PapersExpired: the driver may not drive on that day.
        StoreExcluded, TripOverlaps, BlockOverlaps: it does not fit what the driver said or has planned.
    """
    driver = lock_driver(driver_id)
    known = Booking.objects.filter(driver=driver, book_key=book_key).first()
    if known is not None:
        return known
    block = Block.objects.select_related("store").get(pk=block_id, store__market_id=driver.market_id)
    starts_at = max(block.starts_at, now)
    check_bookable(block, now)
    check_may_drive(driver, starts_at.astimezone(driver.market.zone).date())
    if driver_excludes(driver, block):
        raise StoreExcluded
    check_no_overlap(driver, starts_at, block.ends_at)
    take_place(block)
    booking = Booking.objects.create(
        block=block,
        driver=driver,
        book_key=book_key,
        starts_at=starts_at,
        ends_at=block.ends_at,
        free_until=block.starts_at - timedelta(minutes=block.release_minutes),
        check_in_by=min(starts_at + timedelta(minutes=block.check_in_minutes), block.ends_at),
        guarantee_cents=block.guarantee_from(starts_at),
        booked_at=now,
    )
    note_status(booking, now=now, by=driver.user.actor)
    record("block.booked", booking_id=booking.pk, at=now)
    return booking


def check_bookable(block: Block, now: datetime) -> None:
    """Refuse a block that is closed or about to end."""
    if block.is_closed:
        raise BlockClosed
    if block.ends_at - now < SHORTEST_STAY:
        raise BlockOver


def driver_excludes(driver: Driver, block: Block) -> bool:
    """Whether a driver said never to be offered the block's store."""
    limits = getattr(driver, "limits", None)
    return limits is not None and limits.excluded_stores.filter(pk=block.store_id).exists()


@needs_transaction
def take_place(block: Block) -> None:
    """Count one more place as taken, unless none is left or the block was closed meanwhile: one write decides."""
    free = Block.objects.filter(pk=block.pk, is_closed=False, booked__lt=F("places"))
    if free.update(booked=F("booked") + 1) != 1:
        block.refresh_from_db(fields=["is_closed"])
        raise BlockClosed if block.is_closed else BlockFull


@needs_transaction
def open_place(booking: Booking, *, now: datetime) -> None:
    """Give the place of a booking that was just moved to one of its ends back to its block."""
    Block.objects.filter(pk=booking.block_id).update(booked=F("booked") - 1)
    record("block.reopened", booking_id=booking.pk, at=now)


@transaction.atomic(durable=True)
def release_booking(*, booking_id: int, by: str, now: datetime) -> Booking:
    """Give a place back before checking in: at any time, never scored. A repeat is a no-op.

    Raises:
        NotAllowedNow: it has begun, or has ended otherwise.
    """
    booking = lock_with_driver(booking_id)
    if booking.status == BookingStatus.RELEASED:
        return booking
    move(booking, BookingStatus.RELEASED, now=now, by=by)
    open_place(booking, now=now)
    return booking


@transaction.atomic(durable=True)
def check_in(
    *, booking_id: int, at: Point | None, room: int, max_orders: int, has_cold_box: bool, now: datetime
) -> Trip:
    """Begin a booked block at its store: from now on deliveries are offered until its end. A repeat is the same trip.

    `at` is where the phone is, if it tells; without it the driver's word that they are at the store is taken.

    Raises:
        TooEarlyToCheckIn, TooLateToCheckIn, FarFromStore, NoRoom
        Suspended, NotActive, PapersExpired: the driver may not drive today.
        NotAllowedNow: the place was given back or called off.
    """
    booking = lock_with_driver(booking_id)
    known = Trip.objects.filter(booking=booking).first()
    if known is not None:
        return known
    driver = booking.driver
    check_time(booking, now)
    check_may_drive(driver, now.astimezone(driver.market.zone).date())
    check_near(booking, at)
    if room <= 0 or not 1 <= max_orders <= 4:
        raise NoRoom
    booking.checked_in_at = now
    move(booking, BookingStatus.STARTED, now=now, by=driver.user.actor, also=["checked_in_at"])
    plan = plan_of(booking, at, room=room, max_orders=max_orders, has_cold_box=has_cold_box, now=now)
    return add_trip(driver, booking.public_id, plan, Leg(0, 0), None, now=now, booking=booking)


def check_time(booking: Booking, now: datetime) -> None:
    """Refuse to check in before the doors open, or when the place has gone to others."""
    if booking.status == BookingStatus.LAPSED or (booking.status == BookingStatus.BOOKED and now > booking.check_in_by):
        raise TooLateToCheckIn
    opens_at = booking.starts_at - EARLIEST_CHECK_IN
    if now < opens_at:
        local = opens_at.astimezone(booking.driver.market.zone)
        raise TooEarlyToCheckIn("Check in from %(time)s, 15 minutes before your block starts.", time=clock(local))


def check_near(booking: Booking, at: Point | None) -> None:
    """Refuse a phone that is not around the store."""
    metres = booking.block.store.point.metres_to(at) if at else 0
    if metres > AROUND_THE_STORE:
        miles = f"{metres / METRES_PER_MILE:.1f}"
        raise FarFromStore("You are %(miles)s miles from the store. Check in when you are there.", miles=miles)


def plan_of(
    booking: Booking, at: Point | None, *, room: int, max_orders: int, has_cold_box: bool, now: datetime
) -> TripPlan:
    """A block as a trip: online around its store until its end, by which the last door is reached."""
    store, starts_at = booking.block.store, max(booking.starts_at, now)
    seconds = int((booking.ends_at - starts_at).total_seconds())
    return TripPlan(
        origin=Place(store.name, at or store.point), destination=None, departs_at=starts_at,
        departs_until=booking.ends_at, arrive_by=booking.ends_at, max_extra_seconds=seconds,
        max_extra_metres=seconds * METRES_A_SECOND, room=room, max_orders=max_orders, has_cold_box=has_cold_box,
    )  # fmt: skip


@transaction.atomic(durable=True)
def leave_block(*, booking_id: int, by: str, now: datetime) -> Booking:
    """End one's block early: paid is what was delivered, without the guarantee; never scored. A repeat is a no-op.

    Raises:
        TripUnderWay: a delivery is still being carried.
        NotAllowedNow: it has not begun.
    """
    booking = lock_with_driver(booking_id)
    if booking.status in {BookingStatus.LEFT, BookingStatus.ENDED}:
        return booking
    if booking.status != BookingStatus.STARTED:
        raise NotAllowedNow
    end_early(booking, by=by, reason="left the block", now=now)
    return booking


@needs_transaction
def drop_out(*, booking_id: int, now: datetime) -> None:
    """End the block of a driver who claimed a delivery and did not come for it; called where the run is taken back."""
    booking = lock_with_driver(booking_id)
    if booking.status == BookingStatus.STARTED:
        end_early(booking, by=SYSTEM, reason="did not come for a claimed delivery", now=now)


@needs_transaction
def end_early(booking: Booking, *, by: str, reason: str, now: datetime) -> None:
    """End a locked booking with its trip; where the trip has ended too near to the end, nothing is left early.

    Raises:
        TripUnderWay: a delivery is still being carried.
    """
    trip = lock_trip(Trip.objects.values_list("pk", flat=True).get(booking=booking))
    if trip.status == TripStatus.COMMITTED:
        raise TripUnderWay
    if trip.status == TripStatus.OPEN:
        close_trip(trip, TripStatus.CANCELLED, by=by, now=now, reason=reason)
        move(booking, BookingStatus.LEFT, now=now, by=by, reason=reason)


def sweep_bookings(*, now: datetime) -> int:
    """Open the places of drivers who have not checked in in time; return how many. Safe to run twice at once."""
    due = Booking.objects.filter(status=BookingStatus.BOOKED, check_in_by__lt=now).order_by("check_in_by", "pk")
    lapsed: list[bool] = []
    pks = list(due.values_list("pk", flat=True)[:SWEEP_BATCH])
    each(pks, lambda pk: lapsed.append(lapse_booking(booking_id=pk, now=now)), sweep="bookings")
    return sum(lapsed)


@transaction.atomic(durable=True)
def lapse_booking(*, booking_id: int, now: datetime) -> bool:
    """Open one place nobody has checked in for, unless somebody has in the meantime; tell whether it was."""
    booking = lock_with_driver(booking_id)
    if booking.status != BookingStatus.BOOKED or now <= booking.check_in_by:
        return False
    move(booking, BookingStatus.LAPSED, now=now, by=SYSTEM)
    open_place(booking, now=now)
    return True


@needs_transaction
def lock_with_driver(booking_id: int) -> Booking:
    """Lock a booking in the fixed order: its driver first."""
    driver = lock_driver(Booking.objects.values_list("driver_id", flat=True).get(pk=booking_id))
    booking = lock_booking(booking_id)
    booking.driver = driver
    return booking
