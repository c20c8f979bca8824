"""Answer a problem: a first plan at once, then a better one for as long as the caller gives.

The compiler is loaded when the first problem is solved: web, beat and commands name plans and never make one.
"""

from time import perf_counter

import numpy as np

from dispatch.engine.last_resort import with_last_resort
from dispatch.engine.plan import Plan
from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.rounds import best_of_rounds
from dispatch.engine.split import Effort, solve_parts
from dispatch.engine.subproblem import carry_over
from dispatch.engine.travel import Travel

__all__ = ["carry_over", "cheapest_insertion", "solve", "warm_up"]


def cheapest_insertion(problem: Problem, *, seed: int = 0) -> Plan:
    """Build a first plan only: each delivery in turn where it costs least among all trips, batches included."""
    from dispatch.engine.whole import first_plan  # noqa: PLC0415  # see above

    return first_plan(problem, seed=seed)


def solve(
    problem: Problem,
    *,
    seed: int,
    seconds: float | None = None,
    iterations: int | None = None,
    warm: Plan | None = None,
    workers: int = 1,
    split_from: int | None = None,
) -> Plan:
    """Give each delivery to at most one trip, so that the most are served with the least detour.

    With `iterations` the answer depends on problem, seed and warm start alone; with `seconds` the search ends when
    they have passed, whatever the machine has managed by then; `seconds` wins over `iterations`. Without either the
    first plan is returned. `warm` is the last cycle's plan for the same rows (see `carry_over` when rows have
    changed): what still fits is kept. Two `workers` use two cores for problems of some thousand deliveries. From
    `split_from` deliveries on a market is cut by H3 cells into parts, see `split.py`. A long search is one of rounds
    and holds what a search that ends with an earlier round finds, see `rounds.py`. Trips with a `fixed_cost` get what
    the others' plan leaves (`last_resort.py`). Last, among trips that would add the same, routes go to those that have
    waited longest (`waiting.py`).
    """
    from dispatch.engine.waiting import longest_waiting_first  # noqa: PLC0415  # see above
    from dispatch.engine.whole import solve_whole  # noqa: PLC0415  # see above

    effort = Effort(seed, seconds, iterations, workers, perf_counter())

    def solve_all(some: Problem, effort: Effort, warm: Plan | None) -> Plan:
        if split_from is not None and len(some.deliveries) >= split_from and not some.travel.is_dense:
            return solve_parts(some, effort, solve_whole, warm)
        return solve_whole(some, effort, warm)

    def solve_rounds(some: Problem, effort: Effort, warm: Plan | None) -> Plan:
        return best_of_rounds(some, effort, warm, solve_all)

    if (problem.trips.fixed_cost > 0).any():
        plan = with_last_resort(problem, effort, solve_rounds, warm)
    else:
        plan = solve_rounds(problem, effort, warm)
    return longest_waiting_first(problem, plan)


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
