"""Plans: what is served, by whom, and that every plan stands up to the independent check."""

import json
from dataclasses import asdict, replace
from math import inf, nan
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.geo import Point
from dispatch.engine import improve
from dispatch.engine.build import DeliveryRow, TripRow, build_problem
from dispatch.engine.explain import Reason, explain
from dispatch.engine.improve import Box, Solver
from dispatch.engine.prepare import prepare
from dispatch.engine.problem import Need, Problem
from dispatch.engine.removal import CHAIN
from dispatch.engine.solve import carry_over, cheapest_insertion, solve
from dispatch.engine.travel import Travel, travel_between
from dispatch.engine.validate import validate
from dispatch.engine.words import sentence
from providers.routing.builtin import BuiltinRouting
from tests.dispatch.engine import worlds
from tests.dispatch.engine.worlds import delivery, km, metro, on_plane, trip

HOSTILE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_a_delivery_on_the_way_adds_nothing() -> None:
    problem = on_plane([delivery(km(2), km(5))], [trip(km(0), km(10))])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.served == 1
    assert plan.trips[0].added_s == 0
    assert [(s.is_drop, s.arrive_s) for s in plan.trips[0].stops] == [(False, 200), (True, 500)]
    assert plan.trips[0].finish_s == 1_000


def test_the_trip_that_passes_closest_gets_it() -> None:
    problem = on_plane([delivery(km(2), km(5))], [trip(km(0, 3), km(10, 3)), trip(km(0, 1), km(10, 1))])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].trip == 1


def test_room_is_made_along_a_chain_of_trips() -> None:
    seats = [trip(km(0, 10 * t), km(10, 10 * t), extra_s=1_400, max_orders=1) for t in range(5)]
    held = [delivery(km(2, 10 * t), km(8, 10 * t + 5)) for t in range(4)]
    before = solve(on_plane(held, seats), seed=1, iterations=50)
    problem = on_plane([*held, delivery(km(2), km(8, -3))], seats)
    solver = Solver(problem, prepare(problem), seed=1)
    solver.first_plan(before)
    first = solver.trip_of.tolist()

    solver.desk.weights[:CHAIN, 0] = 0
    solver.improve(Box(steps=20, seconds=None, started=0))

    assert first == [0, 1, 2, 3, -1]
    assert solver.trip_of.tolist() == [1, 2, 3, 4, 0]


def test_a_van_gets_only_what_no_trip_can_take_whatever_detour_it_would_save() -> None:
    """The van stands at the store and goes out anyway; the trip passes far from both store and door."""
    van = trip(km(2), None, fixed_cost=14_400)
    commute = trip(km(0, 4), km(10, 4))
    problem = on_plane([delivery(km(2), km(5)), delivery(km(2), km(5.1), needs=Need.COLD_BOX)], [
        van, replace(commute, refuses=Need.COLD_BOX),
    ])  # fmt: skip

    plan = solve(problem, seed=1, iterations=60)

    assert validate(problem, plan) == []
    assert {one.trip: one.deliveries for one in plan.trips} == {0: (1,), 1: (0,)}
    assert explain(problem, plan, 1)[0].reason == Reason.OWN_VAN
    assert "own van" in sentence(explain(problem, plan, 1)[0])
    assert solve(problem, seed=1, iterations=60) == plan


def test_a_van_under_way_keeps_its_stops_and_takes_what_is_left() -> None:
    bound, new = delivery(km(2), km(6), trip=0), delivery(km(2), km(5))
    van = trip(km(0), None, fixed_cost=14_400, stops=((0, False), (0, True)))

    plan = solve(problem := on_plane([bound, new], [van]), seed=1, iterations=60)

    assert validate(problem, plan) == []
    assert plan.trips[0].deliveries == (1,)


def test_two_deliveries_along_one_way_share_a_trip() -> None:
    problem = on_plane([delivery(km(2), km(6)), delivery(km(2), km(8))], [trip(km(0), km(10))])

    plan = solve(problem, seed=1, iterations=50)

    assert sorted(plan.trips[0].deliveries) == [0, 1]
    assert plan.extra_s == 0


def test_a_driver_without_a_destination_ends_at_the_last_door() -> None:
    problem = on_plane([delivery(km(2), km(5))], [trip(km(0), None)])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].finish_s == 500
    assert plan.trips[0].added_s == 500


def test_the_urgent_one_is_served_when_only_one_can_be() -> None:
    ordinary, urgent = delivery(km(2), km(5)), delivery(km(2, 1), km(5, 1), urgency=10)
    problem = on_plane([ordinary, urgent], [trip(km(0), km(10), max_orders=1)])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].deliveries == (1,)
    assert plan.unserved == (0,)


@pytest.mark.parametrize(
    ("row", "car"),
    [
        ({"units": 9}, {"units": 8}),
        ({"grams": 50_000}, {"grams": 40_000}),
        ({"heaviest_grams": 20_000}, {"item_grams": 15_000}),
        ({"needs": Need.ALCOHOL}, {"refuses": Need.ALCOHOL | Need.STAIRS}),
        ({"needs": Need.COLD_BOX}, {"refuses": Need.COLD_BOX}),
        ({"ride_s": 200}, {"refuses": Need.COLD_BOX}),
        ({"store": 4}, {"excluded_stores": (3, 4)}),
        ({}, {"excluded_deliveries": (0,)}),
        ({"due_s": 400}, {}),
        ({"pick_by_s": 199}, {}),
        ({"drop_from_s": 1_000}, {"latest_s": 1_499}),
        ({"ready_s": 1_200, "pick_by_s": 600}, {"depart_s": -5_000}),
        ({"drop_from_s": 1_200, "due_s": 600}, {"depart_s": -5_000}),
        ({"ready_s": 8_000, "due_s": 9_000}, {}),
        ({}, {"latest_s": 900}),
        ({}, {"leave_by_s": -5}),
        ({}, {"max_orders": 0}),
        ({}, {"route_m": 9_000}),
        ({"pickup": km(2, 4)}, {"extra_m": 1_000}),
        ({"pickup": km(2, 4)}, {"extra_s": 100}),
        ({"pickup": km(2, 4)}, {"extra_s": 0}),
    ],
)
def test_a_hard_limit_is_never_broken(row: dict[str, Any], car: dict[str, Any]) -> None:
    plain = delivery(km(2), km(5))
    problem = on_plane([delivery(**{"pickup": km(2), "dropoff": km(5), **row})], [trip(km(0), km(10), **car)])

    assert solve(on_plane([plain], [trip(km(0), km(10))]), seed=1, iterations=20).served == 1
    assert solve(problem, seed=1, iterations=20).served == 0


def test_cold_goods_ride_long_only_with_a_cold_box() -> None:
    chilled = delivery(km(2), km(5), ride_s=200)

    plan = solve(on_plane([chilled], [trip(km(0), km(10))]), seed=1, iterations=20)

    assert plan.served == 1


def test_a_run_under_way_takes_one_more_and_keeps_its_promises() -> None:
    loaded, new = delivery(km(4), km(6), trip=0, due_s=650), delivery(km(3), km(8))
    problem = on_plane([loaded, new], [trip(km(2), km(10), stops=((0, True),))])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].deliveries == (1,)
    assert [(s.delivery, s.is_drop) for s in plan.trips[0].stops] == [(1, False), (0, True), (1, True)]
    assert plan.trips[0].added_s == 0


def test_a_run_that_is_late_already_is_not_made_later() -> None:
    loaded = delivery(km(4), km(6), trip=0, due_s=10)
    aside, after = delivery(km(4, 1), km(8)), delivery(km(7), km(9))
    problem = on_plane([loaded, aside, after], [trip(km(2), km(10), stops=((0, True),))])

    plan = solve(problem, seed=1, iterations=100)

    stops = {(s.delivery, s.is_drop): s.arrive_s for s in plan.trips[0].stops}
    assert stops[0, True] == 400
    assert validate(problem, plan) == []


def test_who_comes_before_the_window_waits_at_the_door() -> None:
    problem = on_plane([delivery(km(2), km(5), drop_from_s=1_000)], [trip(km(0), km(10))])

    drop = solve(problem, seed=1, iterations=20).trips[0].stops[1]

    assert (drop.arrive_s, drop.start_s) == (500, 1_000)


def test_the_driver_leaves_late_rather_than_waits() -> None:
    problem = on_plane([delivery(km(2), km(5), ready_s=600)], [trip(km(0), km(10), leave_by_s=300)])

    plan = solve(problem, seed=1, iterations=20)

    assert plan.trips[0].depart_s == 300
    assert plan.trips[0].stops[0].arrive_s == 500
    assert plan.trips[0].stops[0].start_s == 600


def test_a_poisoned_delivery_never_stops_the_others() -> None:
    poison = [
        delivery(Point(nan, 0), km(5)),
        delivery(km(2), km(5), ready_s=nan),
        delivery(km(2), km(5), units=-3),
        delivery(km(2), km(5), grams=inf),
        delivery(km(2), km(5), urgency=nan),
    ]
    problem = on_plane([*poison, delivery(km(2), km(5))], [trip(km(0), km(10)), trip(Point(0, nan), km(1))])

    plan = solve(problem, seed=1, iterations=50)

    assert plan.trips[0].deliveries == (5,)
    assert plan.invalid == (0, 1, 2, 3, 4)
    assert plan.invalid_trips == (1,)
    assert validate(problem, plan) == []


@pytest.mark.parametrize(("deliveries", "trips"), [(0, 0), (3, 0), (0, 3)])
def test_nothing_to_do_is_an_empty_plan(deliveries: int, trips: int) -> None:
    problem = metro(deliveries, trips, seed=1)

    plan = solve(problem, seed=1, iterations=20)

    assert plan.served == 0
    assert len(plan.unserved) == deliveries
    assert validate(problem, plan) == []


def test_everything_at_one_point_costs_nothing() -> None:
    here = km(1, 1)
    problem = on_plane([delivery(here, here) for _ in range(6)], [trip(here, here, extra_s=0) for _ in range(2)])

    plan = solve(problem, seed=1, iterations=100)

    assert plan.served == 6
    assert plan.extra_s == 0


def test_many_stops_fit_in_one_run() -> None:
    problem = on_plane(
        [delivery(km(i * 0.1), km(30 + i * 0.1), due_s=inf) for i in range(250)],
        [trip(km(0), km(60), max_orders=inf, latest_s=inf)],
    )

    plan = cheapest_insertion(problem)

    assert plan.served >= 100
    assert validate(problem, plan) == []


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = metro(40, 20, seed=3)

    first, again = (solve(problem, seed=9, iterations=400) for _ in range(2))

    assert json.dumps(asdict(first)) == json.dumps(asdict(again))


def test_searching_never_ends_below_the_first_plan() -> None:
    for seed in range(5):
        problem = metro(40, 20, seed)
        first, searched = cheapest_insertion(problem), solve(problem, seed=1, iterations=2_000)
        worth = problem.deliveries.urgency
        gained = [sum(int(worth[d]) for t in plan.trips for d in t.deliveries) for plan in (first, searched)]
        assert (gained[1], -searched.extra_s) >= (gained[0], -first.extra_s)


@pytest.mark.parametrize("box", [{"iterations": 3_000}, {"seconds": 0.3}])
def test_two_workers_share_one_problem(monkeypatch: pytest.MonkeyPatch, box: dict[str, Any]) -> None:
    monkeypatch.setattr(improve, "HALVE_FROM", 10)
    problem = metro(120, 60, seed=4, dense_up_to=0)

    alone, together = solve(problem, seed=1), solve(problem, seed=1, workers=2, **box)

    assert validate(problem, together) == []
    assert together.served > alone.served
    assert together.iterations > 0


def test_two_workers_give_the_same_plan_for_the_same_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(improve, "HALVE_FROM", 10)
    problem = metro(80, 40, seed=4, dense_up_to=0)

    first, again = (solve(problem, seed=3, iterations=2_000, workers=2) for _ in range(2))

    assert asdict(first) == asdict(again)


def test_a_warm_start_keeps_what_still_fits() -> None:
    problem = metro(40, 20, seed=5)
    before = solve(problem, seed=1, iterations=3_000)

    same = {i: i for i in range(40)}
    after = solve(problem, seed=2, iterations=0, warm=carry_over(before, deliveries=same, trips=same))

    assert after.served >= before.served


def test_a_warm_start_from_other_rows_is_still_a_valid_plan() -> None:
    before = solve(metro(40, 20, seed=5), seed=1, iterations=500)
    other = metro(30, 25, seed=6)
    moved = carry_over(before, deliveries={i: (i * 7) % 30 for i in range(30)}, trips={i: i for i in range(20)})

    plan = solve(other, seed=1, iterations=200, warm=moved)

    assert validate(other, plan) == []


def test_a_large_problem_asks_the_road_engine_by_cells() -> None:
    rng = np.random.default_rng(1)
    points = [Point(36.1 + float(a), -86.8 + float(b)) for a, b in rng.uniform(-0.15, 0.15, (700, 2))]
    routing = BuiltinRouting()

    sparse = travel_between(points, routing, worlds.NOON)

    assert not sparse.is_dense
    exact = routing.table(points[:40], points[40:80], worlds.NOON).seconds
    guess = np.array([[sparse.leg(i, j)[0] for j in range(40, 80)] for i in range(40)])
    assert np.median(np.abs(guess - exact) / exact) < 0.05


def test_a_hostile_table_is_only_a_lack_of_ways() -> None:
    base = on_plane([delivery(km(2), km(5)), delivery(km(3), km(6))], [trip(km(0), km(10))])
    seconds = np.full((6, 6), 100.0)
    seconds[0, 1], seconds[1, 3], seconds[4, 2] = nan, -inf, -7

    problem = Problem(base.deliveries, base.trips, Travel.dense(seconds))

    assert validate(problem, solve(problem, seed=1, iterations=50)) == []


@HOSTILE
@given(seed=st.integers(0, 10_000), deliveries=st.integers(0, 30), trips=st.integers(0, 12))
def test_every_plan_of_a_random_town_stands(seed: int, deliveries: int, trips: int) -> None:
    problem = metro(deliveries, trips, seed)

    assert validate(problem, cheapest_insertion(problem)) == []
    assert validate(problem, solve(problem, seed=seed, iterations=150)) == []


@HOSTILE
@given(rows=worlds.kind_rows())
def test_every_plan_around_runs_under_way_stands(rows: tuple[list[DeliveryRow], list[TripRow]]) -> None:
    problem = on_plane(*rows)

    assert validate(problem, solve(problem, seed=1, iterations=100)) == []


@HOSTILE
@given(
    deliveries=st.lists(worlds.DELIVERY_ROWS, max_size=8),
    trips=st.lists(worlds.TRIP_ROWS, max_size=5),
)
def test_no_row_however_hostile_stops_the_engine(deliveries: list[DeliveryRow], trips: list[TripRow]) -> None:
    problem = build_problem(deliveries, trips, routing=BuiltinRouting(), at=worlds.NOON)

    assert validate(problem, solve(problem, seed=1, iterations=60)) == []
