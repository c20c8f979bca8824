"""An evening that passes: orders and trips become known, drivers leave, and their runs may take more on the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np
from numpy.typing import NDArray

from bench._method import plan_from
from bench._metros import Instance, metro
from dispatch.engine.chances import SEEN_SECONDS, Ways, urgency
from dispatch.engine.plan import Plan
from dispatch.engine.problem import Problem

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Place = NDArray[np.float32]
HOURS_SECONDS, CYCLE_SECONDS, AHEAD_SECONDS = 7_200, 30, 900


@dataclass(slots=True)
class Run:
    """A driver under way: on the road since `leaves_s`, or at a stop until then."""

    ahead: list[int]  # 2 * order for the store, 2 * order + 1 for the door
    here: Place
    leaves_s: int
    accepted: int
    driven_s: int = 0


@dataclass(frozen=True, slots=True)
class Cycle:
    """What one cycle sees: rows of an instance, the engine's problem, and whose rows they are."""

    instance: Instance
    problem: Problem
    orders: Ints  # those that wait, then those on a run
    trips: Ints  # those that have not left, then the runs
    waiting_orders: int
    waiting_trips: int
    before: Plan  # what was planned for those that have not left


@dataclass(slots=True)
class Evening:
    """An instance whose rows become known one after the other. With `adds_on` runs under way take more."""

    instance: Instance
    order_known: Ints
    trip_known: Ints
    adds_on: bool = False
    planned: dict[int, list[int]] = field(default_factory=dict)  # routes of those who have not left, by trip
    runs: dict[int, Run] = field(default_factory=dict)
    taken: set[int] = field(default_factory=set)  # orders on a run, or brought
    brought: int = 0
    added_s: int = 0

    def cycle(self, now: int) -> Cycle | None:
        """What is known and can still be planned; None where there is nothing to plan."""
        known = np.flatnonzero((self.order_known <= now) & (self.instance.due > now))
        waiting = [i for i in known.tolist() if i not in self.taken]
        free = np.flatnonzero((self.trip_known <= now) & (self.instance.depart >= now))
        running = {trip: run for trip, run in self.runs.items() if run.ahead} if self.adds_on else {}
        if not waiting or not len(free) + len(running):
            return None
        bound = [i for run in running.values() for i in dict.fromkeys(code // 2 for code in run.ahead)]
        orders, trips = np.array([*waiting, *bound], np.int64), np.r_[free, np.array([*running], np.int64)]
        small = self._under_way(some(self.instance, orders, trips), len(free), running, now)
        row = {order: k for k, order in enumerate(orders.tolist())}
        problem = _bind(small.problem(), row, len(free), list(running.values()))
        return Cycle(small, problem, orders, trips, len(waiting), len(free), self._before(problem, row, free))

    def _under_way(self, small: Instance, free: int, running: Mapping[int, Run], now: int) -> Instance:
        """The rows of runs: from where the driver is, with what is left of the budget and the seats."""
        place, depart, budget, most = (getattr(small, name).copy() for name in ("place", "depart", "budget", "most"))
        for k, (trip, run) in enumerate(running.items(), free):
            here = place[small.origin[k]] = self._where(run, now)
            depart[k] = max(now, run.leaves_s)
            driven = run.driven_s + max(0, now - run.leaves_s)
            direct, end = self.seconds(self._at("origin", trip), self._at("end", trip)), self._at("end", trip)
            budget[k] = max(0, direct + self.instance.budget[trip] - driven - self.seconds(here, end))
            most[k] += sum(code % 2 for code in run.ahead) - run.accepted  # each order ahead has its door ahead
        return replace(small, place=place, depart=depart, budget=budget, most=most)

    def may(self) -> NDArray[np.bool_]:
        """Whether each order is known in the last cycle before each trip leaves, and the trip as well, (n, m)."""
        last = self.instance.depart // CYCLE_SECONDS * CYCLE_SECONDS
        return np.asarray((self.order_known[:, None] <= last) & (self.trip_known <= last), np.bool_)

    def urgency(self, cycle: Cycle, now: int) -> Ints:
        """What letting each order of a cycle wait would cost, by the trips declared lately; 1 for what is on a run."""
        inst, waiting = self.instance, cycle.orders[: cycle.waiting_orders]
        seen = np.flatnonzero((self.trip_known <= now) & (self.trip_known > now - SEEN_SECONDS))
        store, door, origin, end = (
            inst.place[rows].astype(np.float64)
            for rows in (inst.store[waiting], inst.door[waiting], inst.origin[seen], inst.end[seen])
        )
        ways = Ways(
            ahead=inst.depart[seen] - self.trip_known[seen],
            to_store=self._apart(store[:, None], origin),
            across=self._apart(store, door),
            onward=self._apart(door[:, None], end),
            direct=self._apart(origin, end),
            extra=inst.budget[seen],
            over_s=min(SEEN_SECONDS, max(CYCLE_SECONDS, now)),
        )
        weights = urgency(inst.due[waiting] - inst.pick_s - now, ways)
        return np.concatenate([weights, np.ones(len(cycle.orders) - len(waiting), np.int64)])

    def _apart(self, a: Floats, b: Floats) -> Ints:
        """Whole seconds between many places."""
        return np.asarray(np.ceil(np.sqrt(((a - b) ** 2).sum(axis=-1)) * self.instance.seconds_a_metre), np.int64)

    def _before(self, problem: Problem, row: Mapping[int, int], free: Ints) -> Plan:
        """The last cycle's plan in this cycle's rows."""
        place = {trip: k for k, trip in enumerate(free.tolist())}
        kept = {
            place[trip]: [2 * row[code // 2] + code % 2 for code in route if code // 2 in row]
            for trip, route in self.planned.items()
            if trip in place
        }
        return plan_from(problem, {trip: route for trip, route in kept.items() if route})

    def adopt(self, cycle: Cycle, plan: Plan, now: int) -> None:
        """Keep what is planned for those that have not left; what a run has been given is its driver's from now on."""
        routes = {
            trip.trip: [2 * int(cycle.orders[stop.delivery]) + stop.is_drop for stop in trip.stops]
            for trip in plan.trips
        }
        self.planned = {int(cycle.trips[k]): route for k, route in routes.items() if k < cycle.waiting_trips}
        for k, route in routes.items():
            if k >= cycle.waiting_trips:
                self._join(self.runs[int(cycle.trips[k])], route, now)

    def _join(self, run: Run, route: list[int], now: int) -> None:
        if route[0] != run.ahead[0] and run.leaves_s < now:
            run.here, run.driven_s, run.leaves_s = self._where(run, now), run.driven_s + now - run.leaves_s, now
        run.accepted += (len(route) - len(run.ahead)) // 2
        run.ahead = route
        self.taken.update(code // 2 for code in route)

    def pass_until(self, until: int) -> None:
        """Let all leave who leave before then, their routes as planned, and let everybody drive on."""
        for trip in [trip for trip in self.planned if self.instance.depart[trip] < until]:
            route = self.planned.pop(trip)
            self.runs[trip] = Run(route, self._at("origin", trip), int(self.instance.depart[trip]), len(route) // 2)
            self.taken.update(code // 2 for code in route)
        for trip in [*self.runs]:
            self._drive(trip, self.runs[trip], until)

    def _drive(self, trip: int, run: Run, until: int) -> None:
        """Reach every stop that is reached by then; after the last one the driver goes home and the run is over."""
        while run.ahead:
            order, is_drop = divmod(run.ahead[0], 2)
            stop = self._stop(run.ahead[0])
            arrives = run.leaves_s + self.seconds(run.here, stop)
            if arrives > until:
                return
            run.driven_s += arrives - run.leaves_s
            starts = arrives if is_drop else max(arrives, int(self.instance.ready[order]))
            run.leaves_s, run.here = starts + (self.instance.drop_s if is_drop else self.instance.pick_s), stop
            run.ahead = run.ahead[1:]
            self.brought += is_drop
            if is_drop and arrives > self.instance.due[order]:
                raise SystemExit(f"Order {order} came {arrives - int(self.instance.due[order])} s late.")
        self._come_home(trip, self.runs.pop(trip))

    def _come_home(self, trip: int, run: Run) -> None:
        end = self._at("end", trip)
        last = self.seconds(run.here, end)
        added = run.driven_s + last - self.seconds(self._at("origin", trip), end)
        if added > self.instance.budget[trip] or run.leaves_s + last > self.instance.latest[trip]:
            raise SystemExit(f"Trip {trip} drove {added} s more than it would have, or came home too late.")
        self.added_s += added

    def seconds(self, a: Place, b: Place) -> int:
        """Whole seconds between two places, rounded as the engine rounds them."""
        east, north = a - b
        return ceil(float(np.float32(np.sqrt(east * east + north * north)) * np.float32(self.instance.seconds_a_metre)))

    def _where(self, run: Run, now: int) -> Place:
        """Where a driver is: on the straight line to the next stop."""
        there = self._stop(run.ahead[0])
        whole = self.seconds(run.here, there)
        share = min(1.0, max(0, now - run.leaves_s) / whole) if whole else 0.0
        return np.asarray(run.here + np.float32(share) * (there - run.here), np.float32)

    def _at(self, column: str, row: int) -> Place:
        """The place of one row of a column of locations."""
        return np.asarray(self.instance.place[getattr(self.instance, column)[row]], np.float32)

    def _stop(self, code: int) -> Place:
        order, is_drop = divmod(code, 2)
        return self._at("door" if is_drop else "store", order)


def evening(orders: int, trips: int, seed: int, *, adds_on: bool = False) -> Evening:
    """Two hours of the made-up metro: orders come evenly, trips are declared up to a quarter of an hour ahead."""
    base, rng = metro(orders, trips, seed), np.random.default_rng(seed + 1_000)
    known, declared = np.sort(rng.integers(0, HOURS_SECONDS, orders)), rng.integers(0, HOURS_SECONDS, trips)
    depart = declared + rng.integers(0, AHEAD_SECONDS + 1, trips)
    moved = replace(
        base,
        name=f"rolling-{orders}x{trips}-s{seed}",
        ready=known + base.ready // 2,
        due=known + base.due,
        depart=depart,
        latest=base.latest - base.depart + depart,
    )
    return Evening(moved, known, declared, adds_on)


def some(instance: Instance, orders: Ints, trips: Ints) -> Instance:
    """Some rows of an instance as one of their own."""
    rows = np.r_[np.arange(instance.stores), instance.door[orders], instance.origin[trips], instance.end[trips]]
    columns = {name: getattr(instance, name)[orders] for name in ("store", "ready", "due", "size")}
    columns |= {name: getattr(instance, name)[trips] for name in ("depart", "latest", "budget", "room", "most")}
    return replace(instance, place=instance.place[rows], **columns)


def _bind(problem: Problem, row: Mapping[int, int], first: int, runs: Sequence[Run]) -> Problem:
    """The same, with the runs, which are its trips from `first` on, bound to the stops they have ahead."""
    codes = [[2 * row[code // 2] + code % 2 for code in run.ahead] for run in runs]
    bound = problem.deliveries.trip.copy()
    for trip, ahead in enumerate(codes, first):
        bound[[code // 2 for code in ahead]] = trip
    stops_from = np.r_[np.zeros(first, np.int64), np.cumsum([0, *(len(ahead) for ahead in codes)])]
    stops = np.array([code for ahead in codes for code in ahead], np.int64)
    trips = replace(problem.trips, stops_from=stops_from, stops=stops)
    return replace(problem, deliveries=replace(problem.deliveries, trip=bound), trips=trips)
