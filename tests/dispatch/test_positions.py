"""Where a run is: throttled, kept sparsely, and only while it lasts."""

from datetime import timedelta

import pytest

from common.errors import InvalidInput
from dispatch.actions.positions import record_position, refresh_etas
from dispatch.actions.running import give_up_run
from dispatch.models import Position, Run
from tests import make
from tests.dispatch import walk

pytestmark = pytest.mark.django_db
HERE = make.DOWNTOWN


def test_a_position_each_three_seconds_is_shown_and_each_fifteen_kept() -> None:
    run = walk.claimed()

    taken = [
        record_position(run_id=run.pk, lat=HERE.lat, lng=HERE.lng, now=walk.ONE + timedelta(seconds=second))
        for second in range(31)
    ]

    assert sum(taken) == 11
    assert Position.objects.count() == 3
    assert Run.objects.get(pk=run.pk).located_at == walk.ONE + timedelta(seconds=30)


def test_no_place_is_kept_once_the_run_is_over() -> None:
    run = walk.claimed()
    record_position(run_id=run.pk, lat=HERE.lat, lng=HERE.lng, now=make.NOON)
    give_up_run(run_id=run.pk, reason="unsafe", now=walk.ONE)

    assert not record_position(run_id=run.pk, lat=HERE.lat, lng=HERE.lng, now=walk.ONE)
    assert not Position.objects.exists()


def test_a_place_that_is_not_on_earth_is_refused() -> None:
    with pytest.raises(InvalidInput):
        record_position(run_id=walk.claimed().pk, lat=91, lng=0, now=walk.ONE)


def test_estimates_follow_the_road_from_where_the_driver_is() -> None:
    run = walk.claimed(on=make.trip(departs_at=make.NOON))
    record_position(run_id=run.pk, lat=HERE.lat, lng=HERE.lng, now=walk.ONE)

    refresh_etas(run_id=run.pk, now=walk.ONE)

    pickup, door = walk.pickup(run).eta_at, walk.door(run).eta_at
    assert walk.ONE + timedelta(minutes=4) < pickup < walk.ONE + timedelta(minutes=15)
    assert pickup + timedelta(minutes=2) < door < pickup + timedelta(minutes=20)
    assert walk.delivery_of(run).promised_by == door


def test_a_driver_who_has_not_set_out_is_expected_after_the_trips_departure() -> None:
    run = walk.claimed()  # the trip leaves at four
    record_position(run_id=run.pk, lat=HERE.lat, lng=HERE.lng, now=walk.ONE)

    refresh_etas(run_id=run.pk, now=walk.ONE)

    assert walk.pickup(run).eta_at > run.trip.departs_at
