"""A market too large for one cycle: parts by H3 cells solved side by side, and what borders cost won back.

What lay at a border of the first cut lies inside a part of the second; then those still unserved are searched once
more among all the trips of the market that pass them best, whatever part these were in. The time grows with the
number of parts, where the candidates of a whole market grow with its square.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import ceil, pi
from threading import Lock
from time import perf_counter

import numpy as np

from dispatch.engine.cells import Cells, Ints, cells_of, part_cells, part_trips, passing_best
from dispatch.engine.plan import Plan
from dispatch.engine.problem import NONE, Problem
from dispatch.engine.subproblem import Part, carry_in, exchanged, part_of, together

PART = 1_250  # deliveries in a part, about
CUTS = ((0.0, 0.5), (pi / 4, 0.85))  # heading of each cut, and the share of the time that is used up after it
STAYING = 0.05  # what a delivery that has a trip counts when free trips are shared out

Whole = Callable[[Problem, "Effort", Plan | None], Plan]  # solves a problem that is not cut


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to search, from which seed, with how many workers; seconds count from `started`."""

    seed: int
    seconds: float | None
    iterations: int | None
    workers: int
    started: float


class _Shares:
    """Shares the effort of one cut out to its parts by their size: steps, or the seconds that all workers have left."""

    def __init__(self, effort: Effort, parts: list[Part], since: float, until: float) -> None:
        self.effort, self.lock = effort, Lock()
        self.steps = None if effort.iterations is None else effort.iterations * (until - since)
        self.ends_at = None if effort.seconds is None else effort.started + effort.seconds * until
        self.size = self.waiting = sum(len(part.deliveries) for part in parts)
        self.busy_until: list[float] = []

    def next(self, part: Part) -> Effort:
        """Effort for a part that starts now; the largest should come first, so that all workers end together."""
        size = len(part.deliveries)
        with self.lock:
            now = perf_counter()
            seconds = None if self.ends_at is None else self._seconds(self.ends_at - now, size, now)
            self.waiting -= size
        return replace(
            self.effort,
            iterations=None if self.steps is None else ceil(self.steps * size / max(1, self.size)),
            seconds=seconds,
            started=now,
            workers=1,
        )

    def _seconds(self, left: float, size: int, now: float) -> float:
        """A part's share of what is left of the workers' time, those that are at work still busy for a while."""
        free = left * self.effort.workers - sum(max(0.0, until - now) for until in self.busy_until)
        seconds = min(max(0.0, left), max(0.0, free) * size / max(1, self.waiting))
        self.busy_until.append(now + seconds)
        return seconds


def solve_parts(problem: Problem, effort: Effort, whole: Whole, warm: Plan | None) -> Plan:
    """Solve a market by cuts into parts, as many at once as there are workers; `whole` solves one part."""
    cells, plan, since, done = cells_of(problem), warm or Plan((), (), (), ()), 0.0, 0
    count = max(2, ceil(len(problem.deliveries) / PART))
    for number, (heading, until) in enumerate(CUTS):
        parts = _cut(problem, cells, part_cells(cells, count + number, heading), plan)
        plan = _solve_all(parts, _Shares(effort, parts, since, until), whole, plan)
        since, done = until, done + plan.iterations
    return replace(_won_back(problem, effort, since, whole, plan, done), seed=effort.seed)


def _solve_all(parts: list[Part], shares: _Shares, whole: Whole, plan: Plan) -> Plan:
    def solved(part: Part) -> Plan:
        return whole(part.problem, shares.next(part), carry_in(plan, part))

    with ThreadPoolExecutor(shares.effort.workers) as threads:
        return together(parts, list(threads.map(solved, parts)))


def _won_back(problem: Problem, effort: Effort, since: float, whole: Whole, plan: Plan, done: int) -> Plan:
    """Search once more for those unserved, among the trips of the whole market that pass them best."""
    unserved = np.array(plan.unserved[:PART], np.int64)
    trips = passing_best(problem, unserved, most=2 * PART) if len(unserved) else unserved
    trip_of = _trip_of(problem, plan)
    held = np.flatnonzero(np.isin(trip_of, trips))
    part = part_of(problem, np.union1d(unserved, held), trips)
    if len(trips) == 0:
        return replace(plan, iterations=done)
    mine = replace(_Shares(effort, [part], since, 1.0).next(part), workers=effort.workers)
    tried = whole(part.problem, mine, carry_in(plan, part))
    return replace(exchanged(plan, part, tried), iterations=done + tried.iterations)


def _cut(problem: Problem, cells: Cells, part: Ints, plan: Plan) -> list[Part]:
    """Cut into parts: what is on a trip goes with it, free trips go where most is waiting."""
    trip_of = _trip_of(problem, plan)
    planned = np.flatnonzero(trip_of >= 0)
    home = np.full(len(problem.trips), NONE, np.int64)
    home[trip_of[planned]] = part[cells.of[planned]]
    wanted = cells.deliveries - (1 - STAYING) * np.bincount(cells.of[planned], minlength=len(part))
    free = np.flatnonzero(home == NONE)
    home[free] = part_trips(problem, cells, part, wanted, free)
    own = part[cells.of]
    own[trip_of >= 0] = home[trip_of[trip_of >= 0]]
    largest_first = np.argsort(-np.bincount(own, minlength=int(part.max()) + 1), kind="stable")
    return [
        part_of(problem, np.flatnonzero(own == number), np.flatnonzero(home == number))
        for number in largest_first.tolist()
    ]


def _trip_of(problem: Problem, plan: Plan) -> Ints:
    """The trip of each delivery, by commitment or by a plan, (n,); NONE without."""
    n, m = len(problem.deliveries), len(problem.trips)
    trip_of = np.where((problem.deliveries.trip >= 0) & (problem.deliveries.trip < m), problem.deliveries.trip, NONE)
    for trip in plan.trips:
        rows = np.array([i for i in trip.deliveries if 0 <= i < n], np.int64)
        if 0 <= trip.trip < m:
            trip_of[rows[trip_of[rows] == NONE]] = trip.trip
    return trip_of
