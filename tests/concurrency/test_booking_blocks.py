"""D8: places of a block are never overbooked, and a driver who books and declares at once is in one place only."""

import time
from collections import Counter
from datetime import timedelta
from unittest.mock import patch
from uuid import uuid4

import pytest

from drivers.actions import bookings, trips
from drivers.actions.bookings import BlockFull, book_block, check_in, lapse_booking, release_booking
from drivers.actions.overlaps import BlockOverlaps, check_no_overlap
from drivers.actions.trip_plans import TripOverlaps
from drivers.models import Block, Booking, Driver, Trip
from drivers.states import BookingStatus
from tests import make
from tests.concurrency.at_once import at_once
from tests.drivers.test_trips import FIVE, declared

DRIVERS, PLACES, ROUNDS = 16, 3, 5

pytestmark = pytest.mark.django_db(transaction=True)


def rush() -> tuple[Block, Counter[str]]:
    """Let sixteen drivers ask for one of three places at the same moment."""
    block = make.block(places=PLACES)
    drivers = [make.driver(in_market=block.store.market) for _ in range(DRIVERS)]

    def book(driver: Driver) -> Booking:
        return book_block(block_id=block.pk, driver_id=driver.pk, book_key=uuid4(), now=make.NOON)

    answers = at_once(book, drivers)
    block.refresh_from_db()
    return block, Counter(type(answer).__name__ for answer in answers)


def test_sixteen_drivers_get_exactly_the_three_places() -> None:
    for _ in range(ROUNDS):
        block, answers = rush()

        assert answers == {Booking.__name__: PLACES, BlockFull.__name__: DRIVERS - PLACES}
        assert block.booked == block.bookings.count() == PLACES


def test_control_a_place_that_is_read_and_then_written_is_booked_twice() -> None:
    def careless(block: Block) -> None:
        fresh = Block.objects.get(pk=block.pk)
        if not fresh.places_left:
            raise BlockFull
        time.sleep(0.05)
        Block.objects.filter(pk=block.pk).update(booked=fresh.booked + 1)

    with patch.object(bookings, "take_place", careless):
        block, _ = rush()

    assert block.bookings.count() > PLACES


def book_and_declare(ann: Driver) -> Counter[str]:
    """Book a block and declare a trip through it at the same moment."""
    block = make.block(make.store(in_market=ann.market), starts_at=FIVE)

    def act(what: str) -> Booking | Trip:
        if what == "trip":
            return declared(ann)
        return book_block(block_id=block.pk, driver_id=ann.pk, book_key=uuid4(), now=make.NOON)

    return Counter(type(answer).__name__ for answer in at_once(act, ["trip", "block"]))


def test_booking_and_declaring_at_once_never_both_succeed() -> None:
    for _ in range(ROUNDS):
        answers = book_and_declare(make.driver())

        assert answers in ({"Trip": 1, TripOverlaps.__name__: 1}, {"Booking": 1, BlockOverlaps.__name__: 1})


def test_control_without_the_drivers_lock_both_succeed() -> None:
    def unlocked(driver_id: int) -> Driver:
        return Driver.objects.select_related("market", "user").get(pk=driver_id)

    def slowly(*args: object, **kwargs: object) -> None:
        check_no_overlap(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        time.sleep(0.3)

    with (
        patch.object(bookings, "lock_driver", unlocked), patch.object(trips, "lock_driver", unlocked),
        patch.object(bookings, "check_no_overlap", slowly), patch.object(trips, "check_no_overlap", slowly),
    ):  # fmt: skip
        answers = book_and_declare(make.driver())

    assert answers == {"Trip": 1, "Booking": 1}


def test_checking_in_giving_back_and_lapsing_at_once_end_in_one_way() -> None:
    for _ in range(ROUNDS):
        booking = make.booking()

        def act(what: str, booking: Booking = booking) -> object:
            if what == "check in":
                at = booking.check_in_by
                return check_in(booking_id=booking.pk, at=None, room=96, max_orders=2, has_cold_box=False, now=at)
            if what == "release":
                return release_booking(booking_id=booking.pk, by="user:ann", now=booking.check_in_by)
            return lapse_booking(booking_id=booking.pk, now=booking.check_in_by + timedelta(seconds=1))

        at_once(act, ["check in", "release", "lapse", "release", "lapse", "check in"])

        booking.refresh_from_db()
        booked = Block.objects.get(pk=booking.block_id).booked
        assert booked == (booking.status == BookingStatus.STARTED)
        assert Trip.objects.filter(booking=booking).count() == booked
