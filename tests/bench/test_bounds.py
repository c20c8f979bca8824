"""The referee: bounds that no plan beats, and an optimum that is one."""

from itertools import product

import numpy as np
import pytest

from bench._bounds import flow, least_detours, most_served, optimum
from bench._bundles import Bundles, all_bundles
from bench._evening import evening
from bench._method import plan_from
from bench._metros import Instance, metro
from bench._packing import Packing
from bench.rolling import method_of, roll
from dispatch.engine.drive import drive
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate


def best_by_trying(instance: Instance, bundles: Bundles) -> tuple[int, int]:
    """Most served and then least detour among all choices of a bundle or none for each trip, as (served, -detour)."""
    trips = range(len(instance.depart))
    choices = [[None, *np.flatnonzero(bundles.trip == trip).tolist()] for trip in trips]
    best = (0, 0)
    for choice in product(*choices):
        rows = [row for row in choice if row is not None]
        orders = bundles.orders[rows][bundles.orders[rows] >= 0]
        if len(set(orders.tolist())) == len(orders):
            best = max(best, (len(orders), -int(bundles.detour[rows].sum())))
    return best


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_optimum_is_what_trying_everything_finds(seed: int) -> None:
    instance = metro(7, 4, seed, stores=3, radius=6_000.0)

    best = optimum(instance, 20)

    assert best.proven
    assert (best.served, -best.detour) == best_by_trying(instance, all_bundles(instance))


@pytest.mark.parametrize("seed", [3, 5])
def test_nobody_beats_the_optimum_and_the_optimum_not_the_bounds(seed: int) -> None:
    instance = metro(16, 8, seed)
    problem, bundles = instance.problem(), all_bundles(instance)

    best = optimum(instance, 20)
    plan = plan_from(problem, best.routes)
    ours = solve(problem, seed=1, iterations=500)

    assert best.proven
    assert validate(problem, plan) == []
    assert (plan.served, plan.extra_s) == (best.served, best.detour)
    assert (ours.served, -ours.extra_s) <= (best.served, -best.detour)
    assert best.served <= most_served(bundles, instance) + 1e-6 <= flow(instance)[1] + 2e-6
    assert least_detours(bundles, instance, [ours.served])[0] <= ours.extra_s + 1e-6
    assert least_detours(bundles, instance, [best.served])[0] <= best.detour + 1e-6


def test_a_bound_holds_before_its_work_is_finished() -> None:
    instance = metro(24, 12, 3)
    bundles = all_bundles(instance)
    sizes = (len(instance.store), len(instance.depart))
    cost = bundles.detour.astype(np.float64)

    hurried = Packing(bundles, *sizes, cost, wanted=20, short_cost=100_000.0).bound(0.0)
    finished = Packing(bundles, *sizes, cost, wanted=20, short_cost=100_000.0).bound(20.0)

    assert hurried <= finished + 1e-6


def test_a_plan_costs_at_least_the_bound_and_what_each_of_its_bundles_is_over_it() -> None:
    instance = metro(24, 12, 3)
    bundles = all_bundles(instance)
    best = optimum(instance, 20)
    packing = Packing(bundles, 24, 12, bundles.detour.astype(np.float64), best.served, 100_000.0)

    packing.bound(20.0)

    for trip, route in best.routes.items():
        orders = sorted({code // 2 for code in route})
        mine = (bundles.trip == trip) & (bundles.orders == [*orders, *[-1] * (3 - len(orders))]).all(axis=1)
        assert packing.least + packing.reduced[mine][0] <= best.detour + 1e-6


def test_a_bundle_drives_the_stops_it_names() -> None:
    instance = metro(20, 6, 2)
    problem, bundles = instance.problem(), all_bundles(instance)

    for row in range(0, len(bundles.trip), 7):
        trip = int(bundles.trip[row])
        driven = drive(problem, trip, bundles.route(row), int(problem.trips.depart_s[trip]))
        assert driven.seconds - problem.direct(trip)[0] == bundles.detour[row]


def test_without_anything_to_choose_the_optimum_is_nothing() -> None:
    instance = metro(3, 2, 1)
    nobody = np.zeros((3, 2), np.bool_)

    bundles = all_bundles(instance, nobody)

    assert len(bundles.trip) == 0
    assert most_served(bundles, instance) == 0.0


def test_rolling_cannot_beat_what_was_known_in_time() -> None:
    world = evening(30, 15, 4)

    in_time = most_served(all_bundles(world.instance, world.may()), world.instance)
    hindsight = most_served(all_bundles(world.instance), world.instance)

    assert int(str(roll(world, method_of("arrival"))["served"])) <= in_time + 1e-6 <= hindsight + 2e-6
