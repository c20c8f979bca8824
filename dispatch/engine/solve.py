"""Answer a problem: a first plan at once, then a better one for as long as the caller gives."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.construct import candidate_trips, cheapest_first
from dispatch.engine.plan import Plan
from dispatch.engine.prepare import Ready, prepare
from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.travel import Travel
from dispatch.engine.unpack import plan_of

Ints32 = NDArray[np.int32]
CANDIDATES = 40  # cheapest trips looked at per delivery, and as many others at random


def cheapest_insertion(problem: Problem, *, seed: int = 0) -> Plan:
    """Build the first plan only: every delivery where it costs least, the cheapest first, batches included."""
    ready = prepare(problem)
    trip_of = open_deliveries(ready)
    candidates = candidates_of(ready, trip_of, seed, most=max(1, len(problem.trips)))
    cheapest_first(ready.world, ready.routes, trip_of, urgency(problem), candidates)
    return plan_of(problem, ready, trip_of, seed=seed, iterations=0)


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    warm: Plan | None = None,
) -> Plan:
    """Give each delivery to at most one trip, so that the most are served with the least detour.

    With `iterations` the answer depends on problem, seed and warm start alone; with `seconds` the search ends when
    they have passed, whatever the machine has managed by then. Without either the first plan is returned. `warm` is
    the last cycle's plan for the same rows (see `carry_over` when rows have changed): what still fits is kept.
    """
    ready = prepare(problem)
    trip_of = open_deliveries(ready)
    candidates = candidates_of(ready, trip_of, seed)
    cheapest_first(ready.world, ready.routes, trip_of, urgency(problem), candidates)
    return plan_of(problem, ready, trip_of, seed=seed, iterations=0)


def open_deliveries(ready: Ready) -> Ints32:
    """Trip of each delivery before the solve, (n,): -1 for what is open, -2 for what is not to be served."""
    return np.where(ready.open, -1, -2).astype(np.int32)


def urgency(problem: Problem) -> NDArray[np.float64]:
    """What serving each delivery is worth, (n,)."""
    return problem.deliveries.urgency.astype(np.float64)


def candidates_of(ready: Ready, trip_of: Ints32, seed: int, most: int = CANDIDATES) -> Ints32:
    """Trips to try for each delivery, (n, K) ended by -1."""
    stores, declined = ready.barred_stores, ready.barred_deliveries
    return candidate_trips(ready.world, ready.routes, stores, declined, trip_of, most, seed)


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
