"""The third level of the objective: among equal detours, who has waited longest comes first."""

from dataclasses import replace

import numpy as np
import pytest

from dispatch.engine import waiting
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Objective, Problem
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate
from dispatch.engine.waiting import longest_waiting_first
from tests.dispatch.engine.worlds import delivery, km, metro, on_plane, trip

HOUR = 3_600


def who_drives(problem: Problem) -> list[int]:
    plan = solve(problem, seed=1, iterations=60)
    assert validate(problem, plan) == []
    return [one.trip for one in plan.trips]


def waited(problem: Problem, plan: Plan) -> int:
    return int(problem.trips.waited_s[[one.trip for one in plan.trips]].sum())


def test_of_drivers_at_one_place_those_who_have_waited_longest_get_the_orders() -> None:
    cars = [trip(km(0), km(10), waited_s=hours * HOUR, max_orders=1) for hours in (1, 4, 2, 3)]

    assert who_drives(on_plane([delivery(km(2), km(5))], cars)) == [1]
    assert who_drives(on_plane([delivery(km(2), km(5)), delivery(km(2), km(6))], cars)) == [1, 3]


def test_a_detour_that_counts_as_equal_goes_to_who_has_waited_longer_and_a_longer_one_does_not() -> None:
    orders = [delivery(km(2), km(5))]
    near, far = trip(km(0), km(10), waited_s=0), trip(km(0, 1), km(10, 1), waited_s=9 * HOUR)

    assert who_drives(on_plane(orders, [near, far], Objective(equal_cost=60))) == [1]
    assert who_drives(on_plane(orders, [near, far])) == [0]


def test_a_driver_who_fits_only_one_of_two_routes_is_reached_through_the_other_driver() -> None:
    """Cy may not carry the alcohol, so Ann gives Cy her order and takes Bob's, who has waited least."""
    dry, wet = delivery(km(2), km(5), store=1), delivery(km(2), km(5), store=2)
    ann = trip(km(0), km(10), waited_s=2 * HOUR, max_orders=1)
    bob = trip(km(0), km(10), waited_s=HOUR, max_orders=1, excluded_stores=(1,))
    cy = trip(km(0), km(10), waited_s=9 * HOUR, max_orders=1, excluded_stores=(2,))

    plan = solve(problem := on_plane([dry, wet], [ann, bob, cy]), seed=1, iterations=60)

    assert validate(problem, plan) == []
    assert {one.trip: one.deliveries for one in plan.trips} == {0: (1,), 2: (0,)}


def test_a_run_under_way_keeps_what_the_plan_gives_it() -> None:
    bound, new = delivery(km(2), km(6), trip=0), delivery(km(2), km(5))
    cars = [
        trip(km(0), km(10), stops=((0, False), (0, True))),
        trip(km(0), km(10), waited_s=9 * HOUR),
    ]
    problem = on_plane([bound, new], cars)
    plan = solve(problem, seed=1, iterations=60)

    assert longest_waiting_first(problem, plan) == plan


@pytest.mark.parametrize("dense_up_to", [0, 600])
@pytest.mark.parametrize("most_pairs", [0, waiting.ALL_PAIRS])
def test_nothing_served_is_lost_no_limit_broken_and_no_route_grows_by_more_than_counts_as_equal(
    dense_up_to: int, most_pairs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "ALL_PAIRS", most_pairs)
    moved = 0
    for seed in range(8):
        town = metro(40, 40, seed, dense_up_to=dense_up_to)
        waits = np.random.default_rng(seed).integers(0, 9_000, len(town.trips))
        problem = replace(town, trips=replace(town.trips, waited_s=waits), objective=Objective(equal_cost=90))
        alone = solve(replace(problem, objective=Objective(equal_cost=-1e9)), seed=1, iterations=300)

        plan = longest_waiting_first(problem, alone)

        assert validate(problem, plan) == []
        assert plan.unserved == alone.unserved
        assert plan.extra_s <= alone.extra_s + 90 * len(alone.trips)
        assert waited(problem, plan) >= waited(problem, alone)
        assert longest_waiting_first(problem, alone) == plan
        moved += waited(problem, plan) > waited(problem, alone)
    assert moved
