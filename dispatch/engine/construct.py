"""Which trips may carry a delivery, and the first plan: cheapest insertion, compiled."""

from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import HEAVIEST, INFEASIBLE, ITEM_GRAMS, NEEDS, OPEN, REFUSES, STORE, kernel
from dispatch.engine.routes import World, best_insertion, insert

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
KEY = 1 << 32


@kernel
def may_carry(w: World, barred_stores: Ints, barred_deliveries: Ints, t: int, i: int) -> bool:
    """Whether a trip's hard limits allow a delivery at all, wherever its stops would fall."""
    if w.v[t, OPEN] == 0 or (w.v[t, REFUSES] & w.d[i, NEEDS]) != 0 or w.d[i, HEAVIEST] > w.v[t, ITEM_GRAMS]:
        return False
    if len(barred_stores) > 0 and _holds(barred_stores, t * KEY + w.d[i, STORE]):
        return False
    return not (len(barred_deliveries) > 0 and _holds(barred_deliveries, t * KEY + i))


@kernel
def _holds(keys: Ints, key: int) -> bool:
    at = np.searchsorted(keys, key)
    return bool(at < len(keys) and keys[at] == key)


@kernel
def cheapest_first(
    w: World, r: Ints, trip_of: NDArray[np.int32], order_value: Floats, candidates: NDArray[np.int32]
) -> None:
    """Insert the delivery that costs least, again and again, until none fits; routes are changed in place.

    `candidates` (n, K) are the trips to try per delivery, ended by -1. `trip_of` (n,) is -1 for what is open, -2 for
    what is not to be served. More urgent deliveries go first. Each cost is looked up again only when it is used and
    its route has changed since, so the time is that of the first look plus the insertions.
    """
    n = len(trip_of)
    version = np.zeros(len(r), np.int64)
    heap = [(0.0, 0.0, 0, 0, np.int64(0))]
    heap.pop()
    for i in range(n):
        if trip_of[i] == -1:
            t, cost = _cheapest_trip(w, r, i, candidates[i])
            if t >= 0:
                heappush(heap, (-order_value[i], cost, i, t, version[t]))
    while len(heap) > 0:
        urgent, cost, i, t, seen = heappop(heap)
        if version[t] == seen:
            cost, p, q = best_insertion(w, r[t], t, i)
            insert(w, r[t], t, i, p, q)
            trip_of[i] = t
            version[t] += 1
            continue
        t, cost = _cheapest_trip(w, r, i, candidates[i])
        if t >= 0:
            heappush(heap, (urgent, cost, i, t, version[t]))


@kernel
def _cheapest_trip(w: World, r: Ints, i: int, candidates: NDArray[np.int32]) -> tuple[int, float]:
    best, cheapest = -1, INFEASIBLE
    for t in candidates:
        if t < 0:
            break
        cost, p, _ = best_insertion(w, r[t], t, i)
        if p >= 0 and cost < cheapest:
            best, cheapest = t, cost
    return best, cheapest


@kernel
def candidate_trips(
    w: World, r: Ints, barred_stores: Ints, barred_deliveries: Ints, trip_of: NDArray[np.int32], most: int, seed: int
) -> NDArray[np.int32]:
    """Trips each open delivery fits into as things stand, (n, 2 * most): the cheapest, then others at random.

    The random ones matter: with the cheapest alone one in twenty deliveries of a large metro stays unserved.
    """
    n, m = len(trip_of), len(r)
    np.random.seed(seed)
    found = np.full((n, min(m, 2 * most) + 1), -1, np.int32)
    trips = np.empty(m, np.int32)
    costs = np.empty(m, np.float64)
    for i in range(n):
        if trip_of[i] != -1:
            continue
        count = 0
        for t in range(m):
            if may_carry(w, barred_stores, barred_deliveries, t, i):
                cost, p, _ = best_insertion(w, r[t], t, i)
                if p >= 0:
                    trips[count], costs[count] = t, cost
                    count += 1
        order = np.argsort(costs[:count], kind="mergesort")
        near = min(count, most)
        for k in range(near):
            found[i, k] = trips[order[k]]
        rest = count - near
        for k in range(min(rest, most)):
            other = near + k + np.random.randint(rest - k)
            order[near + k], order[other] = order[other], order[near + k]
            found[i, near + k] = trips[order[near + k]]
    return found
