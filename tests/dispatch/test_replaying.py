"""What a failed cycle was given can be solved again."""

import json
from datetime import timedelta
from io import StringIO
from math import inf, nan
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from common.geo import Point
from dispatch.actions.matching import match_market
from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Need, Problem
from dispatch.models import Cycle
from dispatch.queries.cycle_rows import CycleRows
from dispatch.terms.replaying import NotKept, rows_of, stored
from tests import make

FOUR = make.NOON + timedelta(hours=4)
NUMBERS = st.floats(allow_nan=False) | st.integers(-10, 10_000)
PLACES = st.builds(Point, st.floats(-90, 90), st.floats(-180, 180))
NEEDS = st.integers(0, 127).map(Need)
DELIVERIES = st.builds(
    DeliveryRow, pickup=PLACES, dropoff=PLACES, store=st.integers(0, 9), ready_s=NUMBERS, due_s=NUMBERS, ride_s=NUMBERS,
    needs=NEEDS, trip=st.integers(-1, 3),
)  # fmt: skip
TRIPS = st.builds(
    TripRow, origin=PLACES, destination=PLACES | st.none(), latest_s=NUMBERS, refuses=NEEDS,
    stops=st.lists(st.tuples(st.integers(0, 9), st.booleans())).map(tuple),
    excluded_stores=st.lists(st.integers(0, 9)).map(tuple),
)  # fmt: skip


@given(st.lists(DELIVERIES, max_size=3), st.lists(TRIPS, max_size=3))
def test_rows_come_back_as_they_went(deliveries: list[DeliveryRow], trips: list[TripRow]) -> None:
    kept = json.loads(json.dumps(stored(CycleRows(deliveries, [], trips)), allow_nan=False))

    assert rows_of(kept) == (deliveries, trips)


def test_what_is_no_number_stays_none() -> None:
    row = DeliveryRow(pickup=Point(nan, inf), dropoff=Point(1.0, 2.0), store=0, ready_s=nan, due_s=inf)

    (back,), _ = rows_of(json.loads(json.dumps(stored(CycleRows([row], [], [])))))

    assert str(back) == str(row)


@pytest.mark.parametrize("kept", [{}, {"deliveries": [{"nothing": 1}], "trips": []}, {"deliveries": [1], "trips": []}])
def test_what_is_no_cycle_is_refused(kept: dict[str, object]) -> None:
    with pytest.raises(NotKept, match="not the rows of a cycle"):
        rows_of(kept)


def broken(problem: Problem, **_: object) -> Plan:
    """A solver that always dies."""
    raise ZeroDivisionError


@pytest.mark.django_db
def test_the_command_solves_a_failed_cycle_again_and_writes_its_rows(tmp_path: Path) -> None:
    delivery = make.delivery()
    make.trip(make.driver("Ann", in_market=delivery.market))
    match_market(market_id=delivery.market_id, now=FOUR, solver=broken)
    said, file = StringIO(), tmp_path / "rows.json"

    call_command("replay_cycle", "--seconds", "0.1", "--write", str(file), stdout=said)

    assert "search_failed" in said.getvalue()
    assert "1 served" in said.getvalue()
    assert "The plan keeps every rule." in said.getvalue()
    assert len(json.loads(file.read_text())["trips"]) == 1


@pytest.mark.django_db
def test_a_cycle_that_went_well_kept_nothing() -> None:
    delivery = make.delivery()
    make.trip(make.driver("Ann", in_market=delivery.market))
    match_market(market_id=delivery.market_id, now=FOUR)

    with pytest.raises(CommandError, match="kept its rows"):
        call_command("replay_cycle", str(Cycle.objects.get().pk))
    with pytest.raises(CommandError, match="No cycle"):
        call_command("replay_cycle")
