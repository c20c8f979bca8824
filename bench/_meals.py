"""Whole days of the Meal Delivery Routing Problem (Reyes et al. 2018), as files and as they unfold.

The rules are the published evaluator's: nobody is assigned before the order is placed, a pick-up is made once the
meal is ready and before the courier's shift ends, the way to a restaurant ends with the minutes it takes to pick up
there, each door takes its own. Times are whole seconds after midnight.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.plan import Plan
from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.travel import Travel

Ints = NDArray[np.int64]
Routes = dict[int, list[int]]
Method = Callable[[Problem, Routes], Plan]  # a cycle's rows and what of the last plan still stands

MOST_ORDERS = 3  # in one courier's hands, as in the half hours
CYCLE_SECONDS = 60
AFTER_SECONDS = 1_800  # a courier whose shift is over may still be at a door for so long
LOOSENED_SECONDS = (60, 120, 240, 480, 960)  # more and more for what still does not fit
WAITED_SECONDS = 1_200  # each so many since it was placed, an order counts once more


@dataclass(frozen=True, slots=True)
class Day:
    """One published day; locations are restaurants, then doors, then where couriers start."""

    name: str
    place: NDArray[np.float64]
    seconds_a_metre: float
    restaurant: Ints
    placed: Ints
    ready: Ints
    on: Ints
    off: Ints
    pick_s: int
    drop_s: int
    target_s: int
    limit_s: int
    restaurants: int

    @property
    def door(self) -> Ints:
        """Location of each order's door."""
        return self.restaurants + np.arange(len(self.placed))

    @property
    def base(self) -> Ints:
        """Location where each courier starts."""
        return self.restaurants + len(self.placed) + np.arange(len(self.on))

    def seconds(self, origin: Ints | int, end: Ints | int) -> Ints:
        """Seconds of driving, and of picking up where the way ends at another place that is a restaurant."""
        apart = np.sqrt(((self.place[origin] - self.place[end]) ** 2).sum(axis=-1))
        picking = self.pick_s * ((np.asarray(end) < self.restaurants) & (np.asarray(origin) != np.asarray(end)))
        return np.asarray(np.ceil(apart * self.seconds_a_metre).astype(np.int64) + picking, np.int64)

    @property
    def soonest(self) -> Ints:
        """When each order could be at its door if a courier waited at the restaurant."""
        return np.maximum(self.ready, self.placed) + self.seconds(self.restaurant, self.door)


def read_day(folder: Path) -> Day:
    """A day from its published files."""
    table = {
        kind: [line.split() for line in (folder / f"{kind}.txt").read_text().splitlines()[1:] if line.strip()]
        for kind in ("restaurants", "orders", "couriers")
    }
    metres_a_minute, pick, drop, target, limit = (
        float(word) for word in (folder / "instance_parameters.txt").read_text().splitlines()[1].split()[:5]
    )
    number = {row[0]: k for k, row in enumerate(table["restaurants"])}

    def minutes(kind: str, column: int) -> Ints:
        return 60 * np.array([int(row[column]) for row in table[kind]], np.int64)

    return Day(
        name=folder.name,
        place=np.array([[float(x) for x in row[1:3]] for kind in table for row in table[kind]]).reshape(-1, 2),
        seconds_a_metre=60.0 / metres_a_minute,
        restaurant=np.array([number[row[4]] for row in table["orders"]], np.int64),
        placed=minutes("orders", 3),
        ready=minutes("orders", 5),
        on=minutes("couriers", 3),
        off=minutes("couriers", 4),
        pick_s=int(pick * 60),
        drop_s=int(drop * 60),
        target_s=int(target * 60),
        limit_s=int(limit * 60),
        restaurants=len(number),
    )


@dataclass(slots=True)
class Streets:
    """Where everybody is while a day unfolds."""

    day: Day
    slack_s: int  # beyond the soonest, what an order is promised by
    here: Ints = field(init=False)
    free_at: Ints = field(init=False)
    picked: Ints = field(init=False)  # NONE until then
    dropped: Ints = field(init=False)
    due: Ints = field(init=False)
    aboard: Routes = field(default_factory=dict)  # drops of what is in a courier's hands, in order
    planned: Routes = field(default_factory=dict)
    driven_s: int = 0

    def __post_init__(self) -> None:
        """Everybody at their base, nothing picked up; the promise is never later than the longest allowed."""
        day = self.day
        self.here, self.free_at = day.base.copy(), day.on.copy()
        self.picked, self.dropped = (np.full(len(day.placed), NONE, np.int64) for _ in range(2))
        self.due = np.maximum(day.soonest, np.minimum(day.soonest + self.slack_s, day.placed + day.limit_s))

    def known(self, now: int) -> tuple[Ints, Ints]:
        """Orders that wait for their pick-up, and couriers on duty or with a meal in their hands."""
        orders = np.flatnonzero((self.day.placed <= now) & (self.picked == NONE))
        holding = np.zeros(len(self.here), np.bool_)
        holding[[courier for courier, drops in self.aboard.items() if drops]] = True
        on_duty = (self.day.on <= now) & (np.maximum(self.free_at, now) < self.day.off)
        return orders, np.flatnonzero(on_duty | holding)

    def problem(self, now: int, orders: Ints, couriers: Ints) -> tuple[Problem, Ints]:
        """A cycle's problem; its deliveries are the orders that wait and then those in somebody's hands."""
        day, m = self.day, len(couriers)
        drops = [self.aboard.get(courier, []) for courier in couriers.tolist()]
        held = np.array([code // 2 for codes in drops for code in codes], np.int64)
        rows = np.r_[orders, held]
        where = np.unique(np.r_[day.restaurant[rows], day.door[rows], self.here[couriers]])
        number = {int(order): k for k, order in enumerate(rows)}
        depart, n = np.maximum(now, self.free_at[couriers]), len(rows)
        free, none, unlimited = np.zeros(n, np.int64), np.zeros(m, np.int64), np.full(m, NO_LIMIT)
        store = np.searchsorted(where, day.restaurant[rows])
        arrive = depart[:, None] + day.seconds(self.here[couriers][:, None], day.restaurant[orders])
        deliveries = Deliveries(
            pickup=store,
            dropoff=np.searchsorted(where, day.door[rows]),
            store=store,
            ready_s=day.ready[rows],
            pick_by_s=free + NO_LIMIT,
            drop_from_s=free,
            due_s=self.due[rows],
            pick_s=free,
            drop_s=free + day.drop_s,
            units=free + 1,
            grams=free,
            heaviest_grams=free,
            needs=free,
            ride_s=free + NO_LIMIT,
            urgency=1 + (now - day.placed[rows]) // WAITED_SECONDS,
            trip=np.r_[np.full(len(orders), NONE), np.repeat(np.arange(m), [len(codes) for codes in drops])],
        )
        trips = Trips(
            origin=np.searchsorted(where, self.here[couriers]),
            destination=none + NONE,
            depart_s=depart,
            leave_by_s=unlimited,
            latest_s=day.off[couriers] + AFTER_SECONDS,
            extra_s=unlimited,
            extra_m=unlimited,
            route_m=unlimited,
            units=none + MOST_ORDERS,
            grams=unlimited,
            item_grams=unlimited,
            max_orders=unlimited,
            refuses=none,
            waited_s=none,
            fixed_cost=none,
            stops_from=np.r_[0, np.cumsum([len(codes) for codes in drops])].astype(np.int64),
            stops=np.array([2 * number[code // 2] + 1 for codes in drops for code in codes], np.int64),
            barred_stores=np.zeros((0, 2), np.int64),
            barred_deliveries=np.argwhere(arrive > day.off[couriers, None]).astype(np.int64),
        )
        table = day.seconds(where[:, None], where[None, :])
        return Problem(deliveries, trips, Travel.dense(table.astype(np.int32))), rows

    def go(self, courier: int, now: int) -> None:
        """Drive on as planned: each way is begun as late as keeps the meal from waiting, and then it is not undone."""
        day, route = self.day, self.planned.get(courier, [])
        while route:
            order, is_drop = route[0] // 2, route[0] % 2
            to = int(day.door[order] if is_drop else day.restaurant[order])
            took, start = int(day.seconds(int(self.here[courier]), to)), max(now, int(self.free_at[courier]))
            leave = start if is_drop else max(start, int(day.ready[order]) - took)
            if leave >= now + CYCLE_SECONDS or (not is_drop and leave + took > day.off[courier]):
                return
            self.driven_s += took - (0 if is_drop or self.here[courier] == to else day.pick_s)
            self.here[courier], self.free_at[courier] = to, leave + took
            route.pop(0)
            if is_drop:
                self.dropped[order] = leave + took
                self.free_at[courier] += day.drop_s
            else:
                self.picked[order] = self.free_at[courier] = max(leave + took, int(day.ready[order]))
            self.aboard[courier] = [code for code in route if code % 2 and self.picked[code // 2] != NONE]


def unfold(day: Day, method: Method, slack_s: int) -> Streets:
    """Let a day pass under a method, a cycle each minute, until nobody can deliver anything more."""
    streets = Streets(day, slack_s)
    promised = streets.due.copy()
    for now in range(int(day.placed.min()), int(day.off.max()) + AFTER_SECONDS, CYCLE_SECONDS):
        orders, couriers = streets.known(now)
        if len(couriers) and (len(orders) or any(streets.aboard.values())):
            _plan(streets, method, now, promised)
        for courier in list(streets.planned):
            streets.go(courier, now)
    return streets


def _plan(streets: Streets, method: Method, now: int, promised: Ints) -> None:
    """Plan one cycle; an order that nobody can bring as promised gets more minutes, until it fits or the next cycle.

    What is planned is promised from then on: what was given is taken back as far as the plan has no need of it.
    """
    orders, couriers = streets.known(now)
    for more in (*LOOSENED_SECONDS, 0):
        problem, rows = streets.problem(now, orders, couriers)
        plan = method(problem, _still_stands(streets, rows, couriers))
        streets.planned = {
            int(couriers[trip.trip]): [2 * int(rows[stop.delivery]) + stop.is_drop for stop in trip.stops]
            for trip in plan.trips
        }
        if not plan.unserved:
            break
        streets.due[rows[list(plan.unserved)]] += more
    for stop in (stop for trip in plan.trips for stop in trip.stops if stop.is_drop):
        order = int(rows[stop.delivery])
        streets.due[order] = max(int(promised[order]), min(int(streets.due[order]), stop.arrive_s))


def _still_stands(streets: Streets, rows: Ints, couriers: Ints) -> Routes:
    """The last plan's routes less what was done, in this cycle's rows."""
    number = {int(order): k for k, order in enumerate(rows)}
    return {
        k: [2 * number[code // 2] + code % 2 for code in streets.planned[courier]]
        for k, courier in enumerate(couriers.tolist())
        if streets.planned.get(courier)
    }
