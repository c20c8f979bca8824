"""A day's rows as arrays, from which each cycle takes those that wait and those that are free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import NO_LIMIT, Deliveries, Problem, Trips
from dispatch.queries.rows import DROP_SECONDS, HURRY_SECONDS, LATE_GRACE, MARGIN, PICK_SECONDS
from dispatch.simulator.compare.scenario import HOUR, LEAST_PICKING_S, Placed, Scenario
from dispatch.simulator.compare.waits import Waits

Ints = NDArray[np.int64]
GRACE_S, MARGIN_S = int(LATE_GRACE.total_seconds()), int(MARGIN.total_seconds())


@dataclass(frozen=True, slots=True)
class Promise:
    """When an order is promised and when its bags are ready, under some length of windows."""

    due_from_s: int
    due_by_s: int
    ready_s: int


def promise_of(order: Placed, window_hours: int | None) -> Promise:
    """The window of an order as it was, or the one of another length that holds the moment its shopper wished for."""
    due_from, due_by = order.due_from_s, order.due_by_s
    if window_hours is not None:
        due_from = order.wished_s - order.wished_s % (window_hours * HOUR)
        due_by = due_from + window_hours * HOUR
    ready = due_from - order.staged_before_s if order.ready_s is None else order.ready_s
    return Promise(due_from, due_by, max(order.placed_s + LEAST_PICKING_S, ready))


class Rows:
    """Columns of a whole day; `problem` answers with those of one cycle, counted in seconds from then."""

    def __init__(self, day: Scenario, promises: Sequence[Promise]) -> None:
        """Lay out everything that stays the same all day; where a ride starts may change when it is online."""
        self._sites, self._orders, self._rides = day.places, day.orders, day.rides
        self.origin = day.places.origin.copy()
        self.depart = _ints([one.depart_s for one in day.rides])
        self.due_from, self.due_by = (_ints([getattr(one, name) for one in promises]) for name in _PROMISED)
        self._waits = Waits(day)
        self._order = {name: _capped([getattr(one, name) for one in day.orders]) for name in _ORDER}
        self._ride = {name: _capped([getattr(one, name) for one in day.rides]) for name in _RIDE}
        self._needs = _ints([int(one.needs) for one in day.orders])
        self._refuses = _ints([int(one.refuses) for one in day.rides])
        across = day.places.roads(12 * HOUR).legs(day.places.pickup, day.places.drop)[0] if day.orders else _ints([])
        # Handed over so late that it cannot come to the door before its window opens.
        self.earliest = self.due_from - across - PICK_SECONDS
        self.last_call = self.due_by - across - PICK_SECONDS - DROP_SECONDS

    def problem(
        self,
        orders: Sequence[int],
        rides: Sequence[int],
        *,
        now: int,
        raises: Sequence[int],
        asked_s: Sequence[int],
        barred: Mapping[int, Mapping[int, int]],
    ) -> Problem:
        """What a cycle sees at `now`. `barred`: by order, its raises when a ride declined it."""
        i, t = _ints(orders), _ints(rides)
        left = self.last_call[i] - now  # until a driver must stand in the store
        late = self.due_by[i] + np.where(left > 0, 0, GRACE_S)
        due = np.where(left > MARGIN_S, self.due_by[i] - MARGIN_S, late) - now
        zero, none = np.zeros(len(i), np.int64), np.zeros(len(t), np.int64)
        place = {ride: k for k, ride in enumerate(rides)}
        pairs = [
            (place[ride], k)
            for k, order in enumerate(orders)
            for ride, before in barred.get(order, {}).items()
            if ride in place and raises[order] <= before
        ]
        left = self.due_by[i] - now
        raised = 1 + _ints([raises[one] for one in orders]) + 2 * (left < HURRY_SECONDS)
        deliveries = Deliveries(
            pickup=self._sites.pickup[i],
            dropoff=self._sites.drop[i],
            store=self._order["store"][i],
            ready_s=np.maximum(0, self.earliest[i] - now),
            pick_by_s=zero + NO_LIMIT,
            drop_from_s=zero - NO_LIMIT,
            due_s=due,
            pick_s=zero + PICK_SECONDS,
            drop_s=zero + DROP_SECONDS,
            units=self._order["room"][i],
            grams=self._order["grams"][i],
            heaviest_grams=self._order["heaviest_grams"][i],
            needs=self._needs[i],
            ride_s=self._order["ride_s"][i],
            urgency=self._waits.weights(i, left, now) * raised,
            trip=zero - 1,
        )
        trips = Trips(
            origin=self.origin[t],
            destination=self._sites.destination[t],
            depart_s=np.maximum(0, self.depart[t] - now),
            leave_by_s=self._ride["leave_by_s"][t] - now,
            latest_s=self._ride["latest_s"][t] - now,
            extra_s=self._ride["extra_s"][t],
            extra_m=self._ride["extra_m"][t],
            route_m=none + NO_LIMIT,
            units=self._ride["room"][t],
            grams=self._ride["grams"][t],
            item_grams=self._ride["item_grams"][t],
            max_orders=self._ride["max_orders"][t],
            refuses=self._refuses[t],
            waited_s=now - _ints([asked_s[one] for one in rides]),
            fixed_cost=none,
            stops_from=np.zeros(len(t) + 1, np.int64),
            stops=np.zeros(0, np.int64),
            barred_stores=np.zeros((0, 2), np.int64),
            barred_deliveries=np.array(pairs, np.int64).reshape(-1, 2),
        )
        return Problem(deliveries, trips, self._sites.roads(now))


_PROMISED = ("due_from_s", "due_by_s")
_ORDER = ("store", "room", "grams", "heaviest_grams", "ride_s")
_RIDE = ("leave_by_s", "latest_s", "extra_s", "extra_m", "room", "grams", "item_grams", "max_orders")


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _capped(values: Sequence[float]) -> Ints:
    return np.minimum(np.array(values, np.float64), NO_LIMIT).astype(np.int64)
