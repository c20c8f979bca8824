"""One solve from the inside: the kernels' tables, the first plan, and the search that keeps to its box."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from math import ceil
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.construct import ANY_TRIP, CHEAPEST
from dispatch.engine.halves import cut
from dispatch.engine.kernels import INSERT_QUEUE, LAY_OUT, LIST_CANDIDATES, SEARCH, run
from dispatch.engine.layout import BOUND, LENGTH, ORDERS, RUNS, STOPS
from dispatch.engine.likeness import like_deliveries
from dispatch.engine.plan import Plan
from dispatch.engine.prepare import Ready
from dispatch.engine.problem import Problem
from dispatch.engine.removal import REMOVALS
from dispatch.engine.state import COUNTS, DIRTY, FIGURES, ME, OPEN, STAMPS, STEP, Desk, Search
from dispatch.engine.warm import earlier_routes, lay_down, standing

Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]

CANDIDATES = 40  # cheapest trips looked at per delivery, and as many others at random
POOL_SIZE = 64
LINKS = 512
STEPS_A_CHUNK = 1_000
CHUNK_SECONDS = 0.04  # between two looks at the clock
HOT, COLD = 4.0, 0.1  # temperatures, in shares of what a delivery usually adds
WORTH = 4.0  # the least urgent delivery is worth this many times the dearest insertion seen
MOST_TAKEN_OUT = 20
HALVE_FROM = 1_500  # deliveries from which two workers help more than they hinder
ROUNDS = 12  # cuts of a problem into halves


@dataclass(frozen=True, slots=True)
class Box:
    """How long to search: so many steps, or until so many seconds have passed, counted from `started`."""

    steps: int | None
    seconds: float | None
    started: float

    def used(self, steps: int) -> float:
        """How much of the box is used up after so many steps, 0 to 1."""
        if self.seconds is not None:
            return min(1.0, (perf_counter() - self.started) / max(1e-9, self.seconds))
        return min(1.0, steps / max(1, self.steps or 0)) if self.steps else 1.0


class Solver:
    """One solve: its tables, and the steps on them in the order they are meant to be called."""

    def __init__(self, problem: Problem, ready: Ready, *, seed: int, all_trips: bool = False) -> None:
        """Lay everything out and list every delivery's candidates; with `all_trips` none are listed, all are tried."""
        self.problem, self.world, self.routes = problem, ready.world, ready.routes
        self.all_trips, self.last_stamp = all_trips, 0
        self.trip_of = np.where(ready.open, -1, -2).astype(np.int32)
        width = 1 if all_trips else min(len(ready.routes), 2 * CANDIDATES) + 1
        self.search = self._shared(width)
        rows = np.flatnonzero(ready.open)
        by_store = rows[np.argsort(problem.deliveries.pickup[rows], kind="stable")]
        self.desk = _desk(ready, seed, by_store.astype(np.int32))
        self._run(LAY_OUT)
        if not all_trips:
            self._run(LIST_CANDIDATES, most=CANDIDATES if len(ready.routes) > 2 * CANDIDATES else max(1, width - 1))

    def first_plan(self, warm: Plan | None = None) -> None:
        """Lay an earlier plan as far as it fits, then insert every other delivery where it costs least.

        Urgent ones first; among equally urgent ones those with fewest candidates, then those due first.
        """
        deliveries, wishes = self.problem.deliveries, self._lay(warm)
        rest = np.flatnonzero(self.trip_of == -1)
        count = (self.search.candidates[rest] >= 0).sum(axis=1)
        rest = rest[np.lexsort((deliveries.due_s[rest], count, -deliveries.urgency[rest]))]
        kind = ANY_TRIP if self.all_trips else CHEAPEST
        queue = [*(delivery for delivery, _ in wishes), *rest.tolist()]
        wish = [*(trip for _, trip in wishes), *([kind] * len(rest))]
        self.desk = self.desk._replace(queue=np.array(queue, np.int32), wish=np.array(wish, np.int32))
        self._run(INSERT_QUEUE)

    def _lay(self, warm: Plan | None) -> list[tuple[int, int]]:
        """Lay the routes of an earlier plan that still stand; the others' (delivery, trip) are given back as wishes."""
        codes = earlier_routes(self.problem, warm)
        bare = self.routes.copy() if codes else self.routes
        laid = lay_down(self.routes, codes, self.trip_of == -1)
        if len(laid):
            self._run(LAY_OUT)
            fits = standing(self.problem, self.world, self.routes, laid)
            self.routes[laid[~fits]] = bare[laid[~fits]]
            laid = laid[fits]
        for trip in laid.tolist():
            mine = [stop >> 1 for stop in codes.pop(trip) if not stop & 1 and self.trip_of[stop >> 1] == -1]
            self.trip_of[mine] = trip
            self._know(mine, trip)
        return [(stop >> 1, trip) for trip, stops in codes.items() for stop in stops if not stop & 1]

    def _know(self, deliveries: list[int], trip: int) -> None:
        """See to it that a trip is among the candidates of what it carries, even where cheaper ones fill the list."""
        candidates = self.search.candidates
        for i in deliveries:
            if candidates.shape[1] > 1 and trip not in candidates[i]:
                listed = int((candidates[i] >= 0).sum())
                place = min(listed, candidates.shape[1] - 2)
                candidates[i, place], self.search.seen[i, place] = trip, 0

    def improve(self, box: Box, workers: int = 1) -> int:
        """Search until the box is used up, then keep the best plan found; the steps taken.

        Two workers share a large problem by halves that are cut anew each round, so the cut lies nowhere for long.
        """
        mine = np.flatnonzero((self.trip_of > -2) & (self.search.candidates[:, 0] >= 0)).astype(np.int32)
        if len(mine) == 0 or box.used(0) >= 1.0:
            return 0
        usual = self._start(mine)
        if workers < 2 or len(mine) < HALVE_FROM or self.problem.travel.is_dense:
            self.desk = self.desk_for(mine, self.desk)
            done = self.walk(self.desk, box, usual, 0)
            self._take_best()
            return done
        return self._improve_in_halves(mine, box, usual)

    def walk(self, desk: Desk, box: Box, usual: float, done: int, until: float = 1.0) -> int:
        """Search with one desk from `done` steps on until a share of the box is used up; steps taken in all."""
        most = max(2, min(MOST_TAKEN_OUT, len(desk.mine) // 3))
        chunk = STEPS_A_CHUNK
        while (used := box.used(done)) < until:
            if box.seconds is None:
                chunk = min(chunk, max(1, ceil((box.steps or 0) * until) - done))
            begun = perf_counter()
            heat = usual * HOT * (COLD / HOT) ** used
            run(SEARCH, self.world, self.routes, self.search, desk, chunk, heat, most)
            done += chunk
            if box.seconds is not None:
                rate = chunk / max(1e-6, perf_counter() - begun)
                chunk = int(np.clip(rate * CHUNK_SECONDS, 20, 100_000))
        return done

    def _improve_in_halves(self, mine: Ints32, box: Box, usual: float) -> int:
        rng = np.random.default_rng(int(self.desk.random[0]))
        desks = [self.desk, _desk_like(self.desk, rng)]
        desks[1].counts[STAMPS], desks[1].counts[STEP] = 1 << 30, 1 << 40  # never the same number as the other's
        done, rounds = 0, ROUNDS
        with ThreadPoolExecutor(2) as threads:
            for number in range(rounds):
                until = (number + 1) / rounds
                halves = cut(self.problem, self.trip_of, mine, rng.uniform(0, np.pi))
                self.search.owner[:] = halves.trips
                self.search.part[mine] = halves.deliveries
                desks = [self.desk_for(mine[halves.deliveries == i], desk, i) for i, desk in enumerate(desks)]
                work = [threads.submit(self.walk, d, box, usual, done, until) for d in desks if len(d.mine)]
                done = max([done, *(task.result() for task in work)])
                self._take_best()
        return 2 * done

    def _run(self, task: int, *, steps: int = 0, heat: float = 1.0, most: int = 1) -> None:
        run(task, self.world, self.routes, self.search, self.desk, steps, heat, most)

    def _shared(self, width: int) -> Search:
        n, m = len(self.trip_of), len(self.routes)
        trips, objective = self.problem.trips, self.problem.objective
        return Search(
            trip_of=self.trip_of,
            candidates=np.full((n, width), -1, np.int32),
            cost=np.zeros((n, width), np.float32),
            seen=np.ones((n, width), np.int32),
            stamp=np.ones(m, np.int32),
            near=np.zeros((n, 1), np.int32),
            fans_from=np.zeros(m + 1, np.int64),
            fans=np.zeros(0, np.int32),
            worth=np.zeros(n, np.float64),
            use_cost=objective.second_cost * np.clip(trips.fixed_cost, 0, None).astype(np.float64),
            owner=np.zeros(m, np.int32),
            part=np.full(n, -1, np.int32),
            mark=np.zeros(m, np.int64),
            called=np.zeros(n, np.int64),
            met=np.zeros(n, np.int64),
            spot=np.full(n, -1, np.int32),
            best=np.zeros((0, 0), np.int64),
            is_dirty=np.zeros(m, np.int32),
        )

    def _start(self, mine: Ints32) -> float:
        """Fill in what only the search needs; returns what inserting a delivery usually costs."""
        search, desk = self.search, self.desk
        listed = search.candidates >= 0
        search.cost[listed] += search.use_cost[search.candidates[listed]].astype(np.float32)
        search.stamp[:] = np.where(self._is_bare(), 1, 2)
        search.part[mine] = 0
        desk.counts[STAMPS] = 2
        dearest = max(1_000.0, float(search.cost[listed].max(initial=0.0)))
        urgency = np.maximum(self.problem.deliveries.urgency, 1)
        search.worth[:] = WORTH * dearest * urgency / urgency[mine].min()
        fans_from, fans = _fans(search.candidates, len(self.routes))
        near = like_deliveries(self.problem, mine)
        self.search = search._replace(near=near, fans_from=fans_from, fans=fans, best=self.routes.copy())
        return float(np.median(np.maximum(search.cost[mine, 0], 1.0)))

    def desk_for(self, mine: Ints32, desk: Desk, me: int = 0) -> Desk:
        """A desk that starts on some deliveries from the best plan so far."""
        waiting = mine[self.trip_of[mine] == -1]
        desk.open[: len(waiting)] = waiting
        desk.counts[OPEN], desk.counts[ME], desk.counts[DIRTY] = len(waiting), me, 0
        self.search.spot[mine] = -1
        self.search.spot[waiting] = np.arange(len(waiting))
        desk.figures[:] = 0.0
        return desk._replace(mine=mine)

    def _is_bare(self) -> NDArray[np.bool_]:
        """Trips whose route holds nothing but committed stops: for these the candidates' costs still hold."""
        return np.asarray(self.routes[:, ORDERS] == self.world.v[:, BOUND], np.bool_)

    def _take_best(self) -> None:
        """Put the best routes and who is served by them in place of the current ones."""
        changed = self.search.is_dirty == 1
        self.routes[changed] = self.search.best[changed]
        self.search.stamp[changed] = self._fresh_stamps(int(changed.sum()))
        self.search.is_dirty[:] = 0
        self.trip_of[self.trip_of >= 0] = -1
        run_length = (self.routes.shape[1] - STOPS) // RUNS
        filled = np.arange(run_length) < self.routes[:, [LENGTH]]
        stops = self.routes[:, STOPS : STOPS + run_length][filled] >> 1
        trips = np.repeat(np.arange(len(self.routes)), self.routes[:, LENGTH])
        new = self.trip_of[stops] == -1
        self.trip_of[stops[new]] = trips[new]

    def _fresh_stamps(self, count: int) -> Ints32:
        """Stamps that no route has had: below 0, where no step of a search goes."""
        self.last_stamp -= count
        return np.arange(self.last_stamp, self.last_stamp + count, dtype=np.int32)


def _desk(ready: Ready, seed: int, queue: Ints32) -> Desk:
    m, width = ready.routes.shape
    return Desk(
        mine=np.zeros(0, np.int32),
        queue=queue,
        wish=np.full(len(queue), CHEAPEST, np.int32),
        kept=np.zeros((2 * POOL_SIZE + 2, width), np.int64),
        kept_stamp=np.zeros(2 * POOL_SIZE + 2, np.int32),
        touched=np.zeros(2 * POOL_SIZE + 2, np.int32),
        pool=np.zeros(POOL_SIZE, np.int32),
        home=np.zeros(POOL_SIZE, np.int32),
        open=np.zeros(len(queue), np.int32),
        dirty=np.zeros(m, np.int32),
        first=np.zeros(POOL_SIZE, np.float64),
        second=np.zeros(POOL_SIZE, np.float64),
        order=np.zeros(POOL_SIZE, np.int32),
        slot=np.zeros(POOL_SIZE, np.int32),
        other=np.zeros(POOL_SIZE, np.int32),
        link=np.zeros(LINKS, np.int32),
        link_from=np.zeros(LINKS, np.int32),
        link_trip=np.zeros(LINKS, np.int32),
        counts=np.zeros(COUNTS, np.int64),
        figures=np.zeros(FIGURES, np.float64),
        weights=np.tile([1.0, 0.0, 0.0], (REMOVALS, 1)),
        random=np.random.SeedSequence(abs(seed)).generate_state(1, np.uint64) | np.uint64(1),
    )


def _desk_like(desk: Desk, rng: np.random.Generator) -> Desk:
    """Another desk of the same sizes, with tables and luck of its own."""
    other = Desk._make(column.copy() for column in desk)
    other.random[0] = rng.integers(1, 2**63, dtype=np.uint64)
    return other


def _fans(candidates: Ints32, trips: int) -> tuple[NDArray[np.int64], Ints32]:
    """Deliveries by the trips they have as candidates, as runs."""
    rows, columns = np.nonzero(candidates >= 0)
    trip = candidates[rows, columns]
    starts = np.concatenate([[0], np.cumsum(np.bincount(trip, minlength=trips))])
    return starts.astype(np.int64), rows[np.argsort(trip, kind="stable")].astype(np.int32)
