"""A large problem asks the road engine only about drives that a plan could hold."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from common.geo import Point
from dispatch.engine.build import DeliveryRow, TripRow, build_problem
from dispatch.engine.solve import solve
from dispatch.engine.validate import validate
from providers.routing.base import Bools, Table
from providers.routing.builtin import BuiltinRouting
from tests.dispatch.engine import worlds


class Noting(BuiltinRouting):
    """The estimator; notes which pairs somebody wants of it."""

    def __init__(self) -> None:
        super().__init__()
        self.wanted = np.zeros((0, 0), np.bool_)

    def table(
        self, sources: Sequence[Point], targets: Sequence[Point], at: datetime, wanted: Bools | None = None
    ) -> Table:
        if wanted is not None:
            self.wanted = wanted
        return super().table(sources, targets, at)


def town(count: int = 60, width: float = 12.0) -> tuple[list[DeliveryRow], list[TripRow]]:
    """Stores, doors and short trips across a town, in kilometres."""
    rng = np.random.default_rng(1)
    stores = [worlds.km(*rng.uniform(-width, width, 2)) for _ in range(4)]

    def door() -> Point:
        return worlds.km(*rng.uniform(-width, width, 2))

    rows = [worlds.delivery(stores[i % 4], door(), due_s=7_200) for i in range(count)]
    return rows, [worlds.trip(door(), door(), extra_s=900, max_orders=3) for _ in range(count // 2)]


def test_what_plans_are_made_of_is_wanted() -> None:
    rows, trips = town(width=6.0)
    routing = Noting()
    problem = build_problem(rows, trips, routing=routing, at=worlds.NOON, dense_up_to=0)

    plan = solve(problem, seed=1, iterations=3_000)

    zone, found = problem.travel.zone, []
    for one in plan.trips:
        column = [(problem.deliveries.dropoff if stop.is_drop else problem.deliveries.pickup)[stop.delivery]
                  for stop in one.stops]  # fmt: skip
        origin, end = problem.trips.origin[one.trip], problem.trips.destination[one.trip]
        ends = (origin, column[0]), (column[-1], end), (origin, end)
        assert all(routing.wanted[zone[a], zone[b]] for a, b in ends)
        found += [routing.wanted[zone[a], zone[b]] for a, b in pairwise(column)]
    assert plan.served > 20
    assert np.mean(found) > 0.9


def test_most_pairs_are_not_asked_about() -> None:
    rows, trips = town(width=30.0)
    routing = Noting()

    build_problem(rows, trips, routing=routing, at=worlds.NOON, dense_up_to=0)

    assert 0 < routing.wanted.mean() < 0.35


@settings(max_examples=60)
@given(st.lists(worlds.DELIVERY_ROWS, max_size=6), st.lists(worlds.TRIP_ROWS, max_size=4))
def test_hostile_rows_do_not_break_it(rows: list[DeliveryRow], trips: list[TripRow]) -> None:
    problem = build_problem(rows, trips, routing=Noting(), at=worlds.NOON, dense_up_to=0)

    assert validate(problem, solve(problem, seed=1, iterations=50)) == []
