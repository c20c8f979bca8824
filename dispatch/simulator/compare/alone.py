"""Which trips could carry a delivery and nothing else, and what it would add: all trips of a cycle at once."""

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import NONE, Need, Problem

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Alone:
    """Looks at one cycle's problem; what deliveries share (the way to a store, the direct way) is worked out once."""

    def __init__(self, problem: Problem) -> None:
        """Work out every trip's direct way."""
        t, travel = problem.trips, problem.travel
        self._d, self._t, self._travel = problem.deliveries, t, travel
        self._has_end = t.destination != NONE
        self._end = np.where(self._has_end, t.destination, t.origin)
        self._direct = travel.legs(t.origin, self._end)
        self._to: dict[int, tuple[Ints, Ints]] = {}
        self._across = travel.legs(self._d.pickup, self._d.dropoff)
        self._warm = (t.refuses & int(Need.COLD_BOX)) != 0

    def to_store(self, store: int) -> tuple[Ints, Ints]:
        """Seconds and metres from each trip's start to a store, (m,) each."""
        if store not in self._to:
            self._to[store] = self._travel.legs(self._t.origin, np.full(len(self._t), store))
        return self._to[store]

    def look(self, i: int) -> tuple[Bools, Ints]:
        """Whether each trip could carry a delivery, and the seconds it would add, (m,) each."""
        d, t = self._d, self._t
        there_s, there_m = self.to_store(int(d.pickup[i]))
        across_s, across_m = int(self._across[0][i]), int(self._across[1][i])
        onward_s, onward_m = self._travel.legs(np.full(len(t), d.dropoff[i]), self._end)
        added_s = there_s + across_s + np.where(self._has_end, onward_s - self._direct[0], 0)
        added_m = there_m + across_m + np.where(self._has_end, onward_m - self._direct[1], 0)
        at_store = np.maximum(t.depart_s + there_s, d.ready_s[i])
        at_door = np.maximum(at_store + d.pick_s[i] + across_s, d.drop_from_s[i])
        home = at_door + d.drop_s[i] + np.where(self._has_end, onward_s, 0)
        fits = (at_door <= d.due_s[i]) & (at_store <= d.pick_by_s[i]) & (home <= t.latest_s)
        fits &= (added_s <= t.extra_s) & (added_m <= t.extra_m)
        fits &= (d.units[i] <= t.units) & (d.grams[i] <= t.grams) & (d.heaviest_grams[i] <= t.item_grams)
        fits &= (t.refuses & d.needs[i]) == 0
        if across_s + d.pick_s[i] > d.ride_s[i]:
            fits &= ~self._warm
        return fits, added_s
