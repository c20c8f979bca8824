"""Declaring trips, cancelling them, going online, and what is refused in plain words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from common.errors import DomainError
from common.geo import Point
from drivers.actions.fitness import NotActive, PapersExpired, Suspended
from drivers.actions.trip_plans import (
    ArrivesBeforeItDeparts,
    NoBudget,
    NoRoom,
    OutsideMarket,
    Place,
    TripGoesNowhere,
    TripInThePast,
    TripOverlaps,
    TripTooFarAhead,
)
from drivers.actions.trips import TripUnderWay, cancel_trip, declare_trip, go_offline, go_online, sweep_trips
from drivers.models import Driver, Trip
from drivers.states import DriverStatus, TripStatus
from events.models import Event, StatusChange
from tests import make

pytestmark = pytest.mark.django_db
FIVE = make.NOON + timedelta(hours=5)
MEMPHIS = Point(35.1495, -90.0490)


def declared(driver: Driver, **changes: Any) -> Trip:
    """Ann's way home at five."""
    told: dict[str, Any] = {
        "declare_key": uuid4(),
        "origin": Place("Downtown", make.DOWNTOWN),
        "destination": Place("Madison", make.MADISON),
        "departs_at": FIVE,
        "departs_until": FIVE + timedelta(minutes=15),
        "arrive_by": FIVE + timedelta(minutes=75),
        "max_extra_seconds": 1_200,
        "max_extra_metres": 9_000,
        "room": 96,
        "max_orders": 2,
        "has_cold_box": True,
        "now": make.NOON,
    }
    return declare_trip(driver_id=driver.pk, **(told | changes))


def online(driver: Driver, **changes: Any) -> Trip:
    """Ann is free for two hours from now on."""
    told: dict[str, Any] = {
        "declare_key": uuid4(),
        "origin": Place("Downtown", make.DOWNTOWN),
        "until": make.NOON + timedelta(hours=2),
        "max_extra_seconds": 3_600,
        "max_extra_metres": 40_000,
        "room": 96,
        "max_orders": 2,
        "has_cold_box": False,
        "now": make.NOON,
    }
    return go_online(driver_id=driver.pk, **(told | changes))


def test_a_declared_trip_is_open_and_knows_its_direct_way() -> None:
    ann = make.driver()

    trip = declared(ann)

    assert (trip.status, trip.kind, trip.market_id) == (TripStatus.OPEN, Trip.Kind.DECLARED, ann.market_id)
    assert 600 < trip.direct_seconds < 2_400
    assert 10_000 < trip.direct_metres < 20_000
    assert Event.objects.filter(topic="trip.declared", payload__trip_id=trip.pk).count() == 1
    assert StatusChange.objects.get(kind="trip", object_id=trip.pk).actor == ann.user.actor


def test_the_same_key_declares_the_same_trip_once() -> None:
    ann, key = make.driver(), uuid4()

    first, second = declared(ann, declare_key=key), declared(ann, declare_key=key)

    assert first.pk == second.pk
    assert ann.trips.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"arrive_by": FIVE - timedelta(minutes=1)}, ArrivesBeforeItDeparts),
        ({"departs_until": FIVE - timedelta(minutes=1)}, ArrivesBeforeItDeparts),
        ({"arrive_by": FIVE + timedelta(minutes=4)}, ArrivesBeforeItDeparts),
        ({"now": FIVE + timedelta(minutes=16)}, TripInThePast),
        ({"arrive_by": FIVE + timedelta(hours=13)}, TripTooFarAhead),
        ({"now": make.NOON - timedelta(days=15)}, TripTooFarAhead),
        ({"max_extra_seconds": 0}, NoBudget),
        ({"max_extra_metres": 0}, NoBudget),
        ({"room": 0}, NoRoom),
        ({"max_orders": 5}, NoRoom),
        ({"destination": Place("Memphis", MEMPHIS)}, OutsideMarket),
        ({"destination": Place("Downtown", make.DOWNTOWN)}, TripGoesNowhere),
    ],
)
def test_a_trip_that_cannot_be_is_refused_with_a_sentence(changes: dict[str, Any], refusal: type[DomainError]) -> None:
    ann = make.driver()

    with pytest.raises(refusal) as refused:
        declared(ann, **changes)

    assert refused.value.message.endswith(".")
    assert not ann.trips.exists()


def test_a_second_trip_at_the_same_time_is_refused_and_names_the_first() -> None:
    ann = make.driver()
    declared(ann)

    with pytest.raises(TripOverlaps, match="5:00 pm to 6:15 pm"):
        declared(ann, departs_at=FIVE + timedelta(minutes=10))


def test_trips_that_only_touch_do_not_overlap() -> None:
    ann = make.driver()
    first = declared(ann)

    second = declared(
        ann, departs_at=first.arrive_by, departs_until=first.arrive_by, arrive_by=first.arrive_by + timedelta(hours=1)
    )

    assert second.status == TripStatus.OPEN


@pytest.mark.parametrize(
    ("change", "refusal", "words"),
    [
        ({"status": DriverStatus.SUSPENDED}, Suspended, "suspended"),
        ({"status": DriverStatus.APPLIED}, NotActive, "not active"),
        ({"insurance_expires_on": date(2026, 6, 4)}, PapersExpired, "insurance ran out on June 4"),
        ({"licence_expires_on": None}, PapersExpired, "driving licence is not on file"),
    ],
)
def test_a_driver_who_may_not_drive_is_told_why(change: dict[str, Any], refusal: type[DomainError], words: str) -> None:
    ann = make.driver(**change)

    with pytest.raises(refusal, match=words):
        declared(ann)


def test_papers_are_good_through_their_last_day_by_the_clock_of_the_market() -> None:
    ann = make.driver(insurance_expires_on=date(2026, 6, 5))
    late_evening = datetime(2026, 6, 6, 3, 0, tzinfo=UTC)  # still the 5th in Nashville

    trip = declared(
        ann, now=late_evening, departs_at=late_evening, departs_until=late_evening,
        arrive_by=late_evening + timedelta(hours=1),
    )  # fmt: skip

    assert trip.status == TripStatus.OPEN


def test_cancelling_twice_is_cancelling_once() -> None:
    trip = declared(make.driver())

    for _ in range(2):
        cancelled = cancel_trip(trip_id=trip.pk, by=trip.driver.user.actor, now=make.NOON)

    assert cancelled.status == TripStatus.CANCELLED
    assert Event.objects.filter(topic="trip.closed", payload__trip_id=trip.pk).count() == 1


@pytest.mark.parametrize("end", [lambda t: cancel_trip(trip_id=t.pk, by="x", now=make.NOON),
                                 lambda t: go_offline(driver_id=t.driver_id, by="x", now=make.NOON)])  # fmt: skip
def test_a_trip_with_a_claimed_delivery_is_not_taken_back(end: Callable[[Trip], object]) -> None:
    trip = make.trip(end=None, status=TripStatus.COMMITTED, departs_at=make.NOON)

    with pytest.raises(TripUnderWay):
        end(trip)


def test_going_online_needs_no_destination_and_ends_when_going_offline() -> None:
    ann = make.driver()

    trip = online(ann)
    closed = go_offline(driver_id=ann.pk, by=ann.user.actor, now=make.NOON + timedelta(minutes=5))

    assert (trip.kind, trip.destination, trip.departs_until) == (Trip.Kind.ONLINE, None, trip.arrive_by)
    assert closed is not None
    assert (closed.pk, closed.status) == (trip.pk, TripStatus.CANCELLED)
    assert go_offline(driver_id=ann.pk, by=ann.user.actor, now=make.NOON) is None


def test_only_trips_whose_departure_has_passed_are_swept() -> None:
    gone, coming, online_now = declared(make.driver()), declared(make.driver()), online(make.driver())
    Trip.objects.filter(pk=coming.pk).update(departs_until=FIVE + timedelta(hours=1))

    swept = sweep_trips(now=FIVE + timedelta(minutes=16)), sweep_trips(now=FIVE + timedelta(minutes=16))

    assert swept == (2, 0)
    status = dict(Trip.objects.values_list("pk", "status"))
    assert (status[gone.pk], status[coming.pk], status[online_now.pk]) == ("expired", "open", "expired")
