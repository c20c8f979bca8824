"""Trips that repeat, by the local clock through every change of it (R18)."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from drivers.actions.recurring import (
    NoWeekday,
    RecurringPlan,
    declare_recurring_trip,
    repeat_trips,
    stop_recurring_trip,
)
from drivers.actions.trip_plans import Place
from drivers.actions.trips import cancel_trip
from drivers.models import Driver, RecurringTrip
from tests import make

pytestmark = pytest.mark.django_db


def commute(of: Driver, **changes: Any) -> RecurringTrip:
    """Ann's way home on every weekday at ten past five."""
    told: dict[str, Any] = {
        "weekdays": [0, 1, 2, 3, 4],
        "origin": Place("Downtown", make.DOWNTOWN),
        "destination": Place("Madison", make.MADISON),
        "departs": time(17, 10),
        "flexible_minutes": 20,
        "arrives_by": time(18, 30),
        "max_extra_seconds": 1_200,
        "max_extra_metres": 9_000,
        "room": 96,
        "max_orders": 2,
        "has_cold_box": False,
    }
    return declare_recurring_trip(driver_id=of.pk, declare_key=uuid4(), plan=RecurringPlan(**(told | changes)))


def test_the_coming_weekdays_are_declared_once_however_often_it_runs() -> None:
    ann = make.driver()
    commute(ann)

    counts = [repeat_trips(now=make.NOON) for _ in range(3)]  # Friday: then comes the weekend

    trip = ann.trips.get()
    assert counts == [1, 0, 0]
    assert trip.departs_at == datetime(2026, 6, 5, 22, 10, tzinfo=UTC)
    assert trip.departs_until - trip.departs_at == timedelta(minutes=20)


def test_a_day_taken_back_is_not_declared_again() -> None:
    ann = make.driver()
    commute(ann)
    repeat_trips(now=make.NOON)
    cancel_trip(trip_id=ann.trips.get().pk, by=ann.user.actor, now=make.NOON)

    assert repeat_trips(now=make.NOON) == 0


def test_a_stopped_commute_declares_nothing_more() -> None:
    row = commute(make.driver())
    stop_recurring_trip(recurring_id=row.pk)

    assert repeat_trips(now=make.NOON) == 0


def test_a_day_that_overlaps_another_trip_is_left_out_and_comes_later() -> None:
    ann = make.driver()
    commute(ann)
    other = make.trip(ann, departs_at=datetime(2026, 6, 5, 22, 0, tzinfo=UTC))
    assert repeat_trips(now=make.NOON) == 0

    cancel_trip(trip_id=other.pk, by=ann.user.actor, now=make.NOON)

    assert repeat_trips(now=make.NOON) == 1


def test_no_weekday_is_refused() -> None:
    with pytest.raises(NoWeekday):
        commute(make.driver(), weekdays=[])


@pytest.mark.parametrize("zone", ["America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"])
@pytest.mark.parametrize(
    ("first_day", "days"), [("2026-03-06", 5), ("2026-10-30", 5), ("2028-02-27", 4), ("2026-12-30", 4)]
)
def test_local_time_stays_through_clock_changes_leap_day_and_new_year(zone: str, first_day: str, days: int) -> None:
    ann = make.driver(in_market=make.market(timezone=zone), licence_expires_on=date(2030, 1, 1),
                      insurance_expires_on=date(2030, 1, 1))  # fmt: skip
    commute(ann, weekdays=range(7))
    start = datetime.fromisoformat(first_day).replace(hour=6, tzinfo=ZoneInfo(zone))

    for hour in range(0, days * 24, 4):
        repeat_trips(now=(start.astimezone(UTC) + timedelta(hours=hour)))

    departures = [at.astimezone(ZoneInfo(zone)) for at in ann.trips.values_list("departs_at", flat=True)]
    dates = sorted(at.date() for at in departures)
    assert {at.time() for at in departures} == {time(17, 10)}
    assert dates == [start.date() + timedelta(days=n) for n in range(len(dates))]
    assert len(dates) >= days


def test_a_time_the_clocks_skip_is_driven_an_hour_later_and_once() -> None:
    ann = make.driver()
    commute(ann, weekdays=[6], departs=time(2, 30), arrives_by=time(4, 30))

    repeat_trips(now=datetime(2026, 3, 7, 18, 0, tzinfo=UTC))

    assert ann.trips.get().departs_at == datetime(2026, 3, 8, 8, 30, tzinfo=UTC)  # 3:30 CDT
