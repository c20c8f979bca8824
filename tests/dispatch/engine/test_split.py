"""A market cut into parts: nothing is lost on the way, little is lost at the borders."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench._metros import metro as evening
from dispatch.engine import split
from dispatch.engine.build import DeliveryRow, TripRow, build_problem
from dispatch.engine.cells import cells_of, part_cells, part_trips
from dispatch.engine.solve import carry_over, solve
from dispatch.engine.subproblem import part_of
from dispatch.engine.validate import validate
from providers.routing.builtin import BuiltinRouting
from tests.dispatch.engine import worlds
from tests.dispatch.engine.worlds import delivery, km, metro, on_plane, trip

HOSTILE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "PART", 40)


@pytest.mark.parametrize("box", [{"iterations": 4_000}, {"seconds": 0.5}, {}])
@pytest.mark.usefixtures("small_parts")
def test_a_market_in_parts_is_one_valid_plan(box: dict[str, Any]) -> None:
    problem = metro(150, 75, seed=2, dense_up_to=0)

    plan = solve(problem, seed=1, split_from=100, workers=2, **box)

    assert validate(problem, plan) == []
    assert plan.served > 0


def test_parts_lose_little_against_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "PART", 100)
    problem = evening(300, 150, 1).problem()
    whole = solve(problem, seed=1, iterations=6_000)

    parts = solve(problem, seed=1, iterations=6_000, split_from=1)

    assert parts.served >= 0.98 * whole.served


@pytest.mark.usefixtures("small_parts")
def test_the_second_cut_serves_across_the_first_border() -> None:
    rng = np.random.default_rng(1)
    west = [delivery(km(-30 - a), km(-31 - a, b), due_s=36_000) for a, b in rng.uniform(0, 4, (60, 2))]
    all_start_in_the_east = [
        trip(km(30, y), km(-40, y), extra_s=2_000, latest_s=36_000, max_orders=4) for y in rng.uniform(0, 4, 30)
    ]
    problem = on_plane(west, all_start_in_the_east)

    plan = solve(problem, seed=1, iterations=2_000, split_from=1)

    assert plan.served == 60


@pytest.mark.usefixtures("small_parts")
def test_the_same_steps_give_the_same_plan_with_one_worker_or_two() -> None:
    problem = metro(120, 60, seed=4, dense_up_to=0)

    one, two = (solve(problem, seed=3, iterations=1_500, split_from=1, workers=workers) for workers in (1, 2))

    assert asdict(one) == asdict(two)


@pytest.mark.usefixtures("small_parts")
def test_a_part_starts_from_the_plan_before() -> None:
    problem = metro(120, 60, seed=6, dense_up_to=0)
    before = solve(problem, seed=1, iterations=4_000)

    after = solve(problem, seed=2, iterations=0, split_from=1, warm=before)

    assert after.served >= before.served


def test_an_earlier_plan_that_stands_is_laid_stop_by_stop() -> None:
    problem = metro(60, 25, seed=8)
    before = solve(problem, seed=1, iterations=4_000)
    same = {i: i for i in range(60)}

    after = solve(problem, seed=2, warm=carry_over(before, deliveries=same, trips=same))

    routes = {t.trip: [(s.delivery, s.is_drop) for s in t.stops] for t in before.trips}
    kept = [t for t in after.trips if [(s.delivery, s.is_drop) for s in t.stops] == routes.get(t.trip)]
    assert len(kept) >= 0.8 * len(routes)
    assert validate(problem, after) == []


def test_a_part_keeps_commitments_and_what_is_barred() -> None:
    rows = [delivery(km(1), km(2)), delivery(km(3), km(4), trip=1), delivery(km(5), km(6))]
    cars = [
        trip(km(0), km(9)),
        trip(km(0, 1), km(9), stops=((1, False), (1, True)), excluded_deliveries=(0, 2), excluded_stores=(7,)),
    ]

    part = part_of(on_plane(rows, cars), np.array([1, 2]), np.array([1])).problem

    assert part.deliveries.trip.tolist() == [0, -1]
    assert part.committed(0) == [0, 1]
    assert part.trips.barred_deliveries.tolist() == [[0, 1]]
    assert part.trips.barred_stores.tolist() == [[0, 7]]


def test_cells_are_shared_out_evenly() -> None:
    cells = cells_of(metro(400, 5, seed=1, dense_up_to=0))

    part = part_cells(cells, 4, heading=0.3)

    sizes = np.bincount(part, cells.deliveries)
    assert len(sizes) == 4
    assert sizes.sum() == 400


def test_parts_of_a_crowded_market_are_even_in_deliveries_and_in_seats() -> None:
    problem = evening(12_000, 6_000, 5).problem()
    cells = cells_of(problem)
    part = part_cells(cells, 40, heading=0.3)

    trips = part_trips(problem, cells, part, cells.deliveries.astype(float), np.arange(6_000))

    sizes = np.bincount(part, cells.deliveries)
    seats = np.bincount(trips, problem.trips.max_orders) / sizes
    assert sizes.max() < 1.25 * sizes.mean()
    assert seats.max() < 1.2 * seats.mean()
    assert seats.min() > 0.8 * seats.mean()


def test_the_time_of_a_cut_is_shared_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(split, "perf_counter", lambda: clock[0])
    problem = metro(60, 5, seed=1, dense_up_to=0)
    parts = [part_of(problem, np.arange(first, last), np.arange(5)) for first, last in ((0, 30), (30, 50), (50, 60))]
    effort = split.Effort(seed=1, seconds=12.0, iterations=None, workers=2, started=100.0)
    shares = split._Shares(effort, parts, 0.0, 0.5)

    first, second = shares.next(parts[0]), shares.next(parts[1])
    clock[0] = 104.0
    third = shares.next(parts[2])

    assert (first.seconds, second.seconds, third.seconds) == (6.0, 4.0, 2.0)


@HOSTILE
@given(
    deliveries=st.lists(worlds.DELIVERY_ROWS, min_size=1, max_size=8),
    trips=st.lists(worlds.TRIP_ROWS, max_size=5),
)
def test_no_row_however_hostile_stops_a_market_in_parts(deliveries: list[DeliveryRow], trips: list[TripRow]) -> None:
    problem = build_problem(deliveries, trips, routing=BuiltinRouting(), at=worlds.NOON, dense_up_to=0)

    assert validate(problem, solve(problem, seed=1, iterations=60, split_from=1)) == []


@HOSTILE
@given(rows=worlds.kind_rows())
def test_runs_under_way_stay_whole_in_a_market_of_parts(rows: tuple[list[DeliveryRow], list[TripRow]]) -> None:
    problem = on_plane(*rows)

    assert validate(problem, solve(problem, seed=1, iterations=100, split_from=1)) == []
