"""Answer a problem: a first plan at once, then a better one for as long as the caller gives."""

from collections.abc import Mapping
from dataclasses import replace
from time import perf_counter

import numpy as np

from dispatch.engine.improve import Box, Solver
from dispatch.engine.plan import Plan
from dispatch.engine.prepare import prepare
from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.travel import Travel
from dispatch.engine.unpack import plan_of


def cheapest_insertion(problem: Problem, *, seed: int = 0) -> Plan:
    """Build a first plan only: each delivery in turn where it costs least among all trips, batches included."""
    ready = prepare(problem)
    solver = Solver(problem, ready, seed=seed, all_trips=True)
    solver.first_plan([])
    return plan_of(problem, ready, solver.trip_of, seed=seed, iterations=0)


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    warm: Plan | None = None,
    workers: int = 1,
) -> Plan:
    """Give each delivery to at most one trip, so that the most are served with the least detour.

    With `iterations` the answer depends on problem, seed and warm start alone; with `seconds` the search ends when
    they have passed, whatever the machine has managed by then; `seconds` wins over `iterations`. Without either the
    first plan is returned. `warm` is the last cycle's plan for the same rows (see `carry_over` when rows have
    changed): what still fits is kept. Two `workers` use two cores for problems of some thousand deliveries.
    """
    box = Box(steps=iterations, seconds=seconds, started=perf_counter())
    ready = prepare(problem)
    solver = Solver(problem, ready, seed=seed)
    solver.first_plan(_wishes(problem, warm))
    done = solver.improve(box, workers)
    return plan_of(problem, ready, solver.trip_of, seed=seed, iterations=done)


def _wishes(problem: Problem, warm: Plan | None) -> list[tuple[int, int]]:
    """Which delivery an earlier plan gave to which trip, as far as both are still there."""
    n, m = len(problem.deliveries), len(problem.trips)
    return [
        (delivery, trip.trip)
        for trip in (warm.trips if warm else ())
        for delivery in trip.deliveries
        if 0 <= delivery < n and 0 <= trip.trip < m
    ]


def carry_over(plan: Plan, *, deliveries: Mapping[int, int], trips: Mapping[int, int]) -> Plan:
    """Renumber a plan for the next cycle's rows (old index -> new index), to warm-start from; what is gone is left out.

    Times are not worked out anew: only the routes count for a warm start.
    """
    renumbered = []
    for trip in plan.trips:
        stops = tuple(
            replace(stop, delivery=deliveries[stop.delivery]) for stop in trip.stops if stop.delivery in deliveries
        )
        if trip.trip in trips and stops:
            kept = tuple(deliveries[d] for d in trip.deliveries if d in deliveries)
            renumbered.append(replace(trip, trip=trips[trip.trip], stops=stops, deliveries=kept))
    return replace(plan, trips=tuple(renumbered), unserved=(), invalid=(), invalid_trips=())


def warm_up() -> None:
    """Compile every kernel, or load it from disk: called once when a worker starts, so that no cycle pays for it."""
    nowhere = np.zeros(0, np.int64)
    one, none = np.zeros(1, np.int64), np.zeros((0, 2), np.int64)
    limit = one + NO_LIMIT
    row = Deliveries(one, one, one, one, limit, one, limit, one, one, one, one, one, one, limit, one + 1, one + NONE)
    hour = one + 3_600
    trip = Trips(one, one, one, limit, limit, hour, hour, limit, one + 9, limit, limit, one + 4, one, one, one,
                 np.zeros(2, np.int64), nowhere, none, none)  # fmt: skip
    for travel in (Travel.dense([[0]]), Travel.paced([[0.0, 0.0]], 0.1)):
        solve(Problem(row, trip, travel), seed=0, iterations=10)
