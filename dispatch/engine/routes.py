"""Routes as flat rows, and where one more delivery fits in: the innermost loops, compiled.

A stop code is 2 * delivery for the pick-up and 2 * delivery + 1 for the drop. Each route keeps, for every place k
between its stops, when it leaves stop k - 1 at the earliest, when it must reach stop k at the latest, and what is
aboard; so one insertion is tried in constant time per pair of places (Savelsbergh 1992, forward time slack).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import (
    ABOARD,
    ABOARD_GRAMS,
    BY,
    CLOCKED,
    COLD_BOX,
    DEPART,
    DESTINATION,
    FROM,
    GRAMS,
    INFEASIBLE,
    LATEST,
    LENGTH,
    LOADED,
    METRES,
    MOST_M,
    MOST_ORDERS,
    MOST_S,
    NO_LIMIT,
    ORDERS,
    ORIGIN,
    PLACE,
    REFUSES,
    RIDE,
    ROOM,
    ROOM_GRAMS,
    RUNS,
    SECONDS,
    SERVICE,
    STOPS,
    UNITS,
    inlined,
    kernel,
)

Ints = NDArray[np.int64]
FAR = 100_000_000  # as in travel.py


class World(NamedTuple):
    """What does not change during a solve."""

    s: Ints  # (2n, STOP_COLUMNS)
    d: Ints  # (n, DELIVERY_COLUMNS)
    v: Ints  # (m, TRIP_COLUMNS)
    seconds: NDArray[np.int32]  # (L, L), or (0, 0) when paced
    metres: NDArray[np.int32]
    place: NDArray[np.float32]  # (L, 2), or (0, 2) when dense
    zone: NDArray[np.int32]
    pace: NDArray[np.float32]
    stretch: NDArray[np.float32]
    costs: NDArray[np.float64]  # (2,) cost of a second and of a metre of detour
    barred_stores: Ints  # sorted trip * KEY + store
    barred_deliveries: Ints  # sorted trip * KEY + delivery


def empty_routes(trips: int, most_stops: int) -> Ints:
    """Rows for routes of at most so many stops, (trips, STOPS + RUNS * (most_stops + 1))."""
    return np.zeros((trips, STOPS + RUNS * (most_stops + 1)), np.int64)


@inlined
def seconds_between(w: World, a: int, b: int) -> int:
    """Whole seconds from location a to b; 0 to nowhere (NONE)."""
    if b < 0 or a == b:
        return 0
    if w.seconds.shape[0] > 0:
        return int(w.seconds[a, b])
    east = w.place[a, 0] - w.place[b, 0]
    north = w.place[a, 1] - w.place[b, 1]
    straight = np.float32(np.sqrt(east * east + north * north))
    return min(FAR, int(np.ceil(straight * w.pace[w.zone[a], w.zone[b]])))


@inlined
def metres_between(w: World, a: int, b: int) -> int:
    """Whole metres from location a to b; 0 to nowhere (NONE)."""
    if b < 0 or a == b:
        return 0
    if w.seconds.shape[0] > 0:
        return int(w.metres[a, b])
    east = w.place[a, 0] - w.place[b, 0]
    north = w.place[a, 1] - w.place[b, 1]
    straight = np.float32(np.sqrt(east * east + north * north))
    return min(FAR, int(np.ceil(straight * w.stretch[w.zone[a], w.zone[b]])))


@kernel
def refresh(w: World, x: Ints, t: int) -> None:
    """Work out times, loads and lengths of trip t's route `x` from its stops."""
    n, run = x[LENGTH], (len(x) - STOPS) // RUNS
    leave, late, load, grams = STOPS + run, STOPS + 2 * run, STOPS + 3 * run, STOPS + 4 * run
    here, end = w.v[t, ORIGIN], w.v[t, DESTINATION]
    drive, metres, orders, clocked = 0, 0, w.v[t, LOADED], 0
    x[leave], x[load], x[grams] = w.v[t, DEPART], w.v[t, ABOARD], w.v[t, ABOARD_GRAMS]
    for k in range(n):
        stop = x[STOPS + k]
        there = w.s[stop, PLACE]
        took = seconds_between(w, here, there)
        drive += took
        metres += metres_between(w, here, there)
        x[leave + k + 1] = max(x[leave + k] + took, w.s[stop, FROM]) + w.s[stop, SERVICE]
        x[load + k + 1] = x[load + k] + w.s[stop, UNITS]
        x[grams + k + 1] = x[grams + k] + w.s[stop, GRAMS]
        if stop & 1 == 0:
            orders += 1
            if w.d[stop >> 1, RIDE] < NO_LIMIT and (w.v[t, REFUSES] & COLD_BOX) != 0:
                clocked = 1
        here = there
    x[SECONDS] = drive + seconds_between(w, here, end)
    x[METRES] = metres + metres_between(w, here, end)
    x[ORDERS], x[CLOCKED] = orders, clocked
    x[late + n] = w.v[t, LATEST]
    after = end
    for k in range(n - 1, -1, -1):
        stop = x[STOPS + k]
        there = w.s[stop, PLACE]
        by = min(w.s[stop, BY], x[late + k + 1] - seconds_between(w, there, after) - w.s[stop, SERVICE])
        x[late + k] = by if by >= w.s[stop, FROM] else -4 * NO_LIMIT
        after = there


@kernel
def best_insertion(  # noqa: C901, PLR0912, PLR0915  # the innermost loop: splitting it costs a third of the speed
    w: World, x: Ints, t: int, i: int
) -> tuple[float, int, int]:
    """Find the cheapest places for a delivery's two stops in trip t's route `x`: cost, pick-up place, drop place.

    The drop place counts the stops before it without the new pick-up. INFEASIBLE and places of -1 when none fits.
    """
    best, best_p, best_q = INFEASIBLE, -1, -1
    if x[ORDERS] >= w.v[t, MOST_ORDERS]:
        return best, best_p, best_q
    n, run = x[LENGTH], (len(x) - STOPS) // RUNS
    leaves, late, load, grams = STOPS + run, STOPS + 2 * run, STOPS + 3 * run, STOPS + 4 * run
    pickup, dropoff = w.s[2 * i, PLACE], w.s[2 * i + 1, PLACE]
    pick_from, pick_by, pick_s = w.s[2 * i, FROM], w.s[2 * i, BY], w.s[2 * i, SERVICE]
    drop_from, drop_by, drop_s = w.s[2 * i + 1, FROM], w.s[2 * i + 1, BY], w.s[2 * i + 1, SERVICE]
    if pick_from > pick_by or drop_from > drop_by:
        return best, best_p, best_q
    room, room_grams = w.v[t, ROOM] - w.s[2 * i, UNITS], w.v[t, ROOM_GRAMS] - w.s[2 * i, GRAMS]
    spare_s, spare_m = w.v[t, MOST_S] - x[SECONDS], w.v[t, MOST_M] - x[METRES]
    end = w.v[t, DESTINATION]
    counts_metres = w.costs[1] > 0 or w.v[t, MOST_M] < NO_LIMIT
    clocked = x[CLOCKED] != 0 or (w.d[i, RIDE] < NO_LIMIT and (w.v[t, REFUSES] & COLD_BOX) != 0)
    across = seconds_between(w, pickup, dropoff)
    prev = w.v[t, ORIGIN]
    for p in range(n + 1):
        if p > 0:
            prev = w.s[x[STOPS + p - 1], PLACE]
        to_pickup = seconds_between(w, prev, pickup)
        arrive = x[leaves + p] + to_pickup
        leave = max(arrive, pick_from) + pick_s
        if arrive > pick_by or leave > drop_by or x[load + p] > room or x[grams + p] > room_grams:
            continue
        here, driven = pickup, to_pickup  # driven: beyond the old route, less the old legs passed
        for q in range(p, n + 1):
            after = w.s[x[STOPS + q], PLACE] if q < n else end
            old = seconds_between(w, prev if q == p else here, after)
            to_drop = across if q == p else seconds_between(w, here, dropoff)
            arrive = leave + to_drop
            if arrive <= drop_by:
                onward = seconds_between(w, dropoff, after)
                extra = driven + to_drop + onward - old
                if extra <= spare_s and max(arrive, drop_from) + drop_s + onward <= x[late + q]:
                    cost = w.costs[0] * extra
                    fits = True
                    if counts_metres:
                        longer = metres_added(w, x, t, i, p, q)
                        cost += w.costs[1] * longer
                        fits = longer <= spare_m
                    if fits and cost < best and (not clocked or keeps_cold(w, x, t, i, p, q)):
                        best, best_p, best_q = cost, p, q
            if q == n:
                break
            # carry the delivery past stop q
            stop = x[STOPS + q]
            onward = seconds_between(w, here, after)
            if q == p:
                driven = to_pickup + onward - old
            arrive = leave + onward
            if arrive > x[late + q] or x[load + q + 1] > room or x[grams + q + 1] > room_grams:
                break
            leave = max(arrive, w.s[stop, FROM]) + w.s[stop, SERVICE]
            if leave > drop_by:
                break
            here = after
    return best, best_p, best_q


@kernel
def metres_added(w: World, x: Ints, t: int, i: int, p: int, q: int) -> int:
    """Metres that a route grows by with a delivery at two places."""
    n = x[LENGTH]
    pickup, dropoff = w.s[2 * i, PLACE], w.s[2 * i + 1, PLACE]
    before_p = w.s[x[STOPS + p - 1], PLACE] if p > 0 else w.v[t, ORIGIN]
    after_p = w.s[x[STOPS + p], PLACE] if p < n else w.v[t, DESTINATION]
    after_q = w.s[x[STOPS + q], PLACE] if q < n else w.v[t, DESTINATION]
    onward = metres_between(w, dropoff, after_q)
    if p == q:
        around = metres_between(w, before_p, pickup) + metres_between(w, pickup, dropoff) + onward
        return around - metres_between(w, before_p, after_p)
    before_q = w.s[x[STOPS + q - 1], PLACE]
    first = metres_between(w, before_p, pickup) + metres_between(w, pickup, after_p)
    second = metres_between(w, before_q, dropoff) + onward
    return first + second - metres_between(w, before_p, after_p) - metres_between(w, before_q, after_q)


@kernel
def _stop_at(x: Ints, i: int, p: int, q: int, k: int) -> int:
    """Stop code at place k of a route that has a delivery put in at places p and q."""
    if k == p:
        return 2 * i
    if k == q + 1:
        return 2 * i + 1
    return int(x[STOPS + k - (k > p) - (k > q + 1)])


@kernel
def keeps_cold(w: World, x: Ints, t: int, i: int, p: int, q: int) -> bool:
    """Whether every cold-chain clock holds with a delivery at two places: drives from each pick-up to its drop."""
    n = x[LENGTH]
    here, clock = w.v[t, ORIGIN], w.v[t, DEPART]
    for k in range(n + 2):
        stop = _stop_at(x, i, p, q, k)
        there = w.s[stop, PLACE]
        clock = max(clock + seconds_between(w, here, there), w.s[stop, FROM]) + w.s[stop, SERVICE]
        here = there
        if stop & 1 or w.d[stop >> 1, RIDE] >= NO_LIMIT:
            continue
        at, now, later = there, clock, k + 1
        while later < n + 2:
            code = _stop_at(x, i, p, q, later)
            now = max(now + seconds_between(w, at, w.s[code, PLACE]), w.s[code, FROM])
            if code == stop + 1:
                break
            now += w.s[code, SERVICE]
            at = w.s[code, PLACE]
            later += 1
        if now - clock > w.d[stop >> 1, RIDE]:
            return False
    return True


@kernel
def insert(w: World, x: Ints, t: int, i: int, p: int, q: int) -> None:
    """Put a delivery's two stops into a route."""
    n = x[LENGTH]
    for k in range(n - 1, q - 1, -1):
        x[STOPS + k + 2] = x[STOPS + k]
    x[STOPS + q + 1] = 2 * i + 1
    for k in range(q - 1, p - 1, -1):
        x[STOPS + k + 1] = x[STOPS + k]
    x[STOPS + p] = 2 * i
    x[LENGTH] = n + 2
    refresh(w, x, t)


@kernel
def take_out(w: World, x: Ints, t: int, i: int) -> None:
    """Take a delivery's two stops out of a route."""
    kept = 0
    for k in range(x[LENGTH]):
        if x[STOPS + k] >> 1 != i:
            x[STOPS + kept] = x[STOPS + k]
            kept += 1
    x[LENGTH] = kept
    refresh(w, x, t)
