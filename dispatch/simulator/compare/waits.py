"""What letting orders wait costs on a made-up day, by the rides declared lately: as `queries/chances.py` does it."""

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.chances import SEEN_SECONDS, Ways, urgency
from dispatch.engine.travel import Travel
from dispatch.queries.chances import LOOKED_AT
from dispatch.simulator.compare.scenario import Scenario

Ints = NDArray[np.int64]


class Waits:
    """The rides of a day as they were declared."""

    def __init__(self, day: Scenario) -> None:
        """Put the rides in the order of being declared."""
        declared = np.array([one.declared_s for one in day.rides], np.int64)
        self._order = np.argsort(declared, kind="stable")
        self._declared, self._sites = declared[self._order], day.places
        self._ahead = np.array([max(0, one.depart_s - one.declared_s) for one in day.rides], np.int64)
        self._extra = np.array([one.extra_s for one in day.rides], np.float64).astype(np.int64)

    def weights(self, orders: Ints, left_s: Ints, now: int) -> Ints:
        """Weigh orders, (n,), of which `left_s` (n,) is left until they are due."""
        first, last = np.searchsorted(self._declared, [now - SEEN_SECONDS, now], side="right").tolist()
        first = max(first, last - LOOKED_AT)
        lately, sites, roads = self._order[first:last], self._sites, self._sites.roads(now)
        if len(lately) == 0:
            return np.ones(len(orders), np.int64)
        store, door, origin = sites.pickup[orders], sites.drop[orders], sites.origin[lately]
        has_end = sites.destination[lately] >= 0
        end = np.where(has_end, sites.destination[lately], origin)
        ways = Ways(
            ahead=self._ahead[lately],
            to_store=_table(roads, store, origin),
            across=roads.legs(store, door)[0],
            onward=np.where(has_end, _table(roads, door, end), 0),
            direct=roads.legs(origin, end)[0],
            extra=self._extra[lately],
            over_s=SEEN_SECONDS if len(lately) < LOOKED_AT else max(1, now - int(self._declared[first])),
        )
        return urgency(left_s, ways)


def _table(roads: Travel, a: Ints, b: Ints) -> Ints:
    """Seconds from each of b to each of a or back, which cost alike, (a, b)."""
    return roads.legs(np.repeat(a, len(b)), np.tile(b, len(a)))[0].reshape(len(a), len(b))
