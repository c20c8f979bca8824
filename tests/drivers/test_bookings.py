"""D8: blocks booked ahead, given back freely, checked in at the store, left, or opened to others. Never scored."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from common.errors import DomainError
from drivers.actions.bookings import (
    BlockClosed,
    BlockFull,
    BlockOver,
    FarFromStore,
    StoreExcluded,
    TooEarlyToCheckIn,
    TooLateToCheckIn,
    book_block,
    check_in,
    leave_block,
    release_booking,
    sweep_bookings,
)
from drivers.actions.fitness import PapersExpired, Suspended
from drivers.actions.overlaps import BlockOverlaps
from drivers.actions.trip_plans import TripOverlaps
from drivers.actions.trips import TripOfBlock, TripUnderWay, cancel_trip, go_offline
from drivers.models import Block, Booking, Driver, Trip
from drivers.states import BookingStatus, DriverStatus, TripStatus
from events.actions.move import NotAllowedNow, move
from events.models import Event, StatusChange
from tests import make
from tests.drivers.test_trips import declared, online

pytestmark = pytest.mark.django_db
FOUR = make.NOON + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


def book(driver: Driver, block: Block, key: UUID | None = None, now: datetime = make.NOON) -> Booking:
    """A tap on "Book"."""
    return book_block(block_id=block.pk, driver_id=driver.pk, book_key=key or uuid4(), now=now)


def arrived(booking: Booking, now: datetime = FOUR) -> Trip:
    """A tap on "I am at the store"."""
    return check_in(booking_id=booking.pk, at=None, room=96, max_orders=2, has_cold_box=True, now=now)


@pytest.fixture
def ann() -> Driver:
    return make.driver()


@pytest.fixture
def block(ann: Driver) -> Block:
    return make.block(make.store(in_market=ann.market))


def test_a_booking_keeps_the_terms_it_was_made_with(ann: Driver, block: Block) -> None:
    booking = book(ann, block)

    block.refresh_from_db()
    assert block.booked == 1
    assert (booking.status, booking.starts_at, booking.ends_at) == (BookingStatus.BOOKED, FOUR, block.ends_at)
    assert booking.free_until == FOUR - timedelta(minutes=45)
    assert booking.check_in_by == FOUR + timedelta(minutes=15)
    assert booking.guarantee_cents == 6_000
    assert Event.objects.filter(topic="block.booked", payload__booking_id=booking.pk).count() == 1
    assert StatusChange.objects.get(kind="booking", object_id=booking.pk).actor == ann.user.actor


def test_a_repeated_tap_books_one_place_even_after_it_was_given_back(ann: Driver, block: Block) -> None:
    Block.objects.update(places=3)
    key = uuid4()
    first = book(ann, block, key)

    assert book(ann, block, key).pk == first.pk
    release_booking(booking_id=first.pk, by="user:ann", now=make.NOON)
    again = book(ann, block, key)

    block.refresh_from_db()
    assert (again.pk, again.status, block.booked) == (first.pk, BookingStatus.RELEASED, 0)


def test_the_last_place_goes_to_the_first(ann: Driver, block: Block) -> None:
    book(ann, block)

    with pytest.raises(BlockFull, match="All places"):
        book(make.driver("Bob", in_market=ann.market), block)


def test_the_database_itself_refuses_a_place_too_many(ann: Driver, block: Block) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Block.objects.update(booked=2)


def test_a_closed_block_and_one_nearly_over_cannot_be_booked(ann: Driver, block: Block) -> None:
    with pytest.raises(BlockOver):
        book(ann, block, now=block.ends_at - timedelta(minutes=29))
    Block.objects.update(is_closed=True)
    with pytest.raises(BlockClosed):
        book(ann, block)


def test_a_block_of_another_market_is_not_found(ann: Driver) -> None:
    with pytest.raises(Block.DoesNotExist):
        book(ann, make.block())


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"status": DriverStatus.SUSPENDED}, Suspended),
        ({"licence_expires_on": date(2026, 6, 4)}, PapersExpired),
        ({"insurance_expires_on": None}, PapersExpired),
    ],
)
def test_who_may_not_drive_books_nothing(
    ann: Driver, block: Block, facts: dict[str, object], refusal: type[DomainError]
) -> None:
    Driver.objects.update(**facts)

    with pytest.raises(refusal):
        book(ann, block)


def test_papers_must_hold_on_the_day_of_the_block(ann: Driver) -> None:
    later = make.block(make.store(in_market=ann.market), starts_at=FOUR + timedelta(days=3))
    Driver.objects.update(licence_expires_on=date(2026, 6, 6))

    with pytest.raises(PapersExpired, match="June 6"):
        book(ann, later)


def test_a_store_the_driver_never_goes_to_is_said_to_be_in_the_limits(ann: Driver, block: Block) -> None:
    ann.limits.excluded_stores.add(block.store)

    with pytest.raises(StoreExcluded, match="Change your limits"):
        book(ann, block)


def test_blocks_and_trips_of_one_driver_do_not_overlap(ann: Driver, block: Block) -> None:
    declared(ann)
    with pytest.raises(TripOverlaps, match="5:00 pm to 6:15 pm"):
        book(ann, block)
    Trip.objects.all().delete()

    book(ann, block)
    other = make.block(block.store, starts_at=FOUR + timedelta(hours=2))
    with pytest.raises(BlockOverlaps, match=f"block at {block.store.name} from Fri 4:00 pm to 7:00 pm"):
        book(ann, other)
    with pytest.raises(BlockOverlaps, match="Give it back first"):
        declared(ann)
    with pytest.raises(BlockOverlaps):
        online(ann, until=FOUR + MINUTE)
    assert book(ann, make.block(block.store, starts_at=block.ends_at)).status == BookingStatus.BOOKED


def test_the_database_itself_refuses_two_blocks_at_once(ann: Driver, block: Block) -> None:
    make.booking(ann, on=block)

    with pytest.raises(IntegrityError, match="booking_no_overlap"), transaction.atomic():
        make.booking(ann, on=make.block(block.store, starts_at=FOUR + timedelta(hours=1)))


@pytest.mark.parametrize("minutes", [-240, -44, 0, 15])
def test_a_place_is_given_back_at_any_time_before_checking_in(ann: Driver, block: Block, minutes: int) -> None:
    booking = book(ann, block)

    for _ in range(2):
        booking = release_booking(booking_id=booking.pk, by=ann.user.actor, now=FOUR + minutes * MINUTE)

    block.refresh_from_db()
    assert (booking.status, block.booked) == (BookingStatus.RELEASED, 0)
    assert booking.is_free_to_release(FOUR + minutes * MINUTE) == (minutes < -45)
    assert book(make.driver("Bob", in_market=ann.market), block).status == BookingStatus.BOOKED


def test_checking_in_makes_the_trip_that_is_matched(ann: Driver, block: Block) -> None:
    booking = book(ann, block)

    trip = arrived(booking, FOUR - 10 * MINUTE)

    booking.refresh_from_db()
    assert (booking.status, booking.checked_in_at) == (BookingStatus.STARTED, FOUR - 10 * MINUTE)
    assert (trip.kind, trip.destination, trip.origin) == (Trip.Kind.ONLINE, None, block.store.point)
    assert (trip.departs_at, trip.departs_until, trip.arrive_by) == (FOUR, block.ends_at, block.ends_at)
    assert (trip.room, trip.max_orders, trip.has_cold_box) == (96, 2, True)
    assert arrived(booking, FOUR).pk == trip.pk
    assert Event.objects.filter(topic="trip.declared", payload__trip_id=trip.pk).count() == 1


def test_checking_in_begins_a_quarter_of_an_hour_before(ann: Driver, block: Block) -> None:
    booking = book(ann, block)

    with pytest.raises(TooEarlyToCheckIn, match="from 3:45 pm"):
        arrived(booking, FOUR - 16 * MINUTE)


def test_nobody_checks_in_from_far_away_or_without_valid_papers(ann: Driver, block: Block) -> None:
    booking = book(ann, block)

    with pytest.raises(FarFromStore, match=r"You are \d+\.\d miles"):
        check_in(booking_id=booking.pk, at=make.MADISON, room=96, max_orders=2, has_cold_box=True, now=FOUR)
    Driver.objects.update(insurance_expires_on=date(2026, 6, 1))
    with pytest.raises(PapersExpired):
        arrived(booking)
    assert not Trip.objects.exists()


def test_who_has_not_checked_in_in_time_loses_the_place_to_others(ann: Driver, block: Block) -> None:
    booking = book(ann, block)
    late = booking.check_in_by + MINUTE

    assert sweep_bookings(now=booking.check_in_by) == 0
    with pytest.raises(TooLateToCheckIn, match="not held against you"):
        arrived(booking, late)
    assert [sweep_bookings(now=late), sweep_bookings(now=late)] == [1, 0]

    block.refresh_from_db()
    booking.refresh_from_db()
    assert (booking.status, block.booked) == (BookingStatus.LAPSED, 0)
    with pytest.raises(TooLateToCheckIn):
        arrived(booking, late)
    with pytest.raises(NotAllowedNow):
        release_booking(booking_id=booking.pk, by="user:ann", now=late)


def test_a_place_taken_later_is_guaranteed_for_the_time_that_is_left(ann: Driver, block: Block) -> None:
    booking = book(ann, block, now=FOUR + timedelta(hours=1))

    assert (booking.starts_at, booking.guarantee_cents) == (FOUR + timedelta(hours=1), 4_000)
    assert booking.check_in_by == FOUR + timedelta(minutes=75)
    assert arrived(booking, FOUR + timedelta(minutes=70)).arrive_by == block.ends_at


def test_the_sweep_leaves_who_has_checked_in(ann: Driver, block: Block) -> None:
    booking = book(ann, block)
    arrived(booking)

    assert sweep_bookings(now=FOUR + timedelta(hours=1)) == 0


def test_a_block_is_left_on_its_own_page_only(ann: Driver, block: Block) -> None:
    booking = book(ann, block)
    trip = arrived(booking)

    with pytest.raises(TripOfBlock):
        go_offline(driver_id=ann.pk, by="user:ann", now=FOUR)
    with pytest.raises(TripOfBlock):
        cancel_trip(trip_id=trip.pk, by="user:ann", now=FOUR)
    left = [leave_block(booking_id=booking.pk, by="user:ann", now=FOUR + MINUTE) for _ in range(2)]

    trip.refresh_from_db()
    assert [one.status for one in left] == [BookingStatus.LEFT] * 2
    assert trip.status == TripStatus.CANCELLED
    assert declared(ann).status == TripStatus.OPEN


def test_nobody_leaves_a_block_with_a_delivery_in_the_car_or_before_it_began(ann: Driver, block: Block) -> None:
    booking = book(ann, block)
    with pytest.raises(NotAllowedNow):
        leave_block(booking_id=booking.pk, by="user:ann", now=FOUR)
    trip = arrived(booking)
    with transaction.atomic():
        move(trip, TripStatus.COMMITTED, now=FOUR)

    with pytest.raises(TripUnderWay):
        leave_block(booking_id=booking.pk, by="user:ann", now=FOUR)


def test_no_column_of_blocks_keeps_a_score() -> None:
    columns = [field.name for model in (Block, Booking) for field in model._meta.fields]

    assert not [name for name in columns if any(word in name for word in ("rate", "score", "rank", "late", "count"))]
