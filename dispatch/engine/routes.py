"""Routes as flat rows of stop codes, and where one more delivery fits in: the innermost loops, compiled.

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
    DEPART,
    DESTINATION,
    DROP_S,
    DROPOFF,
    DUE,
    GRAMS,
    LATEST,
    MOST_M,
    MOST_ORDERS,
    MOST_S,
    ORDERS,
    ORIGIN,
    PICK_S,
    PICKUP,
    READY,
    REFUSES,
    RIDE,
    ROOM,
    ROOM_GRAMS,
    UNITS,
    kernel,
)

Ints = NDArray[np.int64]
COLD_BOX = 8  # Need.COLD_BOX, a plain number for the compiler
NO_RIDE_LIMIT = 1_000_000_000
INFEASIBLE = 1e18


class World(NamedTuple):
    """What does not change during a solve."""

    d: Ints  # (n, DELIVERY_COLUMNS)
    v: Ints  # (m, TRIP_COLUMNS)
    seconds: NDArray[np.int32]  # (L, L), or (0, 0) when paced
    metres: NDArray[np.int32]
    place: NDArray[np.float32]  # (L, 2), or (0, 2) when dense
    zone: NDArray[np.int32]
    pace: NDArray[np.float32]
    stretch: NDArray[np.float32]
    costs: NDArray[np.float64]  # (2,) cost of a second and of a metre of detour


class Routes(NamedTuple):
    """Every trip's route as it stands, one row per trip."""

    stops: NDArray[np.int32]  # (m, S)
    length: NDArray[np.int32]  # (m,)
    leave: Ints  # (m, S + 1) earliest leaving of stop k - 1; column 0 the start
    late: Ints  # (m, S + 1) latest arrival at stop k; at the end, the destination or the finish
    load: Ints  # (m, S + 1) units aboard before stop k
    grams: Ints  # (m, S + 1)
    seconds: Ints  # (m,) driving in all
    metres: Ints  # (m,)
    orders: Ints  # (m,)
    timed: NDArray[np.bool_]  # (m,) something aboard has a cold-chain clock that counts here


@kernel
def seconds_between(w: World, a: int, b: int) -> int:
    """Whole seconds from location a to b; 0 to nowhere (NONE)."""
    if b < 0 or a == b:
        return 0
    if w.seconds.shape[0] > 0:
        return int(w.seconds[a, b])
    east = w.place[a, 0] - w.place[b, 0]
    north = w.place[a, 1] - w.place[b, 1]
    straight = np.float32(np.sqrt(east * east + north * north))
    return min(100_000_000, int(np.ceil(straight * w.pace[w.zone[a], w.zone[b]])))


@kernel
def metres_between(w: World, a: int, b: int) -> int:
    """Whole metres from location a to b; 0 to nowhere (NONE)."""
    if b < 0 or a == b:
        return 0
    if w.seconds.shape[0] > 0:
        return int(w.metres[a, b])
    east = w.place[a, 0] - w.place[b, 0]
    north = w.place[a, 1] - w.place[b, 1]
    straight = np.float32(np.sqrt(east * east + north * north))
    return min(100_000_000, int(np.ceil(straight * w.stretch[w.zone[a], w.zone[b]])))


@kernel
def place_of(w: World, stop: int) -> int:
    """Location of a stop code."""
    return int(w.d[stop >> 1, DROPOFF] if stop & 1 else w.d[stop >> 1, PICKUP])


@kernel
def refresh(w: World, r: Routes, t: int) -> None:
    """Work out times, loads and lengths of one route from its stops."""
    n = r.length[t]
    here = w.v[t, ORIGIN]
    clock, drive, metres = w.v[t, DEPART], 0, 0
    load, grams = w.v[t, ABOARD], w.v[t, ABOARD_GRAMS]
    orders = w.v[t, ORDERS]
    timed = False
    r.leave[t, 0], r.load[t, 0], r.grams[t, 0] = clock, load, grams
    for k in range(n):
        stop = r.stops[t, k]
        i = stop >> 1
        there = place_of(w, stop)
        took = seconds_between(w, here, there)
        clock += took
        drive += took
        metres += metres_between(w, here, there)
        if stop & 1:
            clock += w.d[i, DROP_S]
            load -= w.d[i, UNITS]
            grams -= w.d[i, GRAMS]
        else:
            clock = max(clock, w.d[i, READY]) + w.d[i, PICK_S]
            load += w.d[i, UNITS]
            grams += w.d[i, GRAMS]
            orders += 1
            timed = timed or (w.d[i, RIDE] < NO_RIDE_LIMIT and (w.v[t, REFUSES] & COLD_BOX) != 0)
        r.leave[t, k + 1], r.load[t, k + 1], r.grams[t, k + 1] = clock, load, grams
        here = there
    end = w.v[t, DESTINATION]
    r.seconds[t] = drive + seconds_between(w, here, end)
    r.metres[t] = metres + metres_between(w, here, end)
    r.orders[t] = orders
    r.timed[t] = timed
    _latest(w, r, t, n)


@kernel
def _latest(w: World, r: Routes, t: int, n: int) -> None:
    """Work out the latest arrivals of one route, backwards."""
    r.late[t, n] = w.v[t, LATEST]
    after = w.v[t, DESTINATION]
    for k in range(n - 1, -1, -1):
        stop = r.stops[t, k]
        i = stop >> 1
        there = place_of(w, stop)
        leave_by = r.late[t, k + 1] - seconds_between(w, there, after)
        if stop & 1:
            r.late[t, k] = min(leave_by - w.d[i, DROP_S], w.d[i, DUE])
        else:
            start_by = leave_by - w.d[i, PICK_S]
            r.late[t, k] = start_by if start_by >= w.d[i, READY] else -NO_RIDE_LIMIT * 4
        after = there


@kernel
def best_insertion(  # noqa: C901, PLR0912, PLR0915  # the innermost loop: splitting it costs a third of the speed
    w: World, r: Routes, t: int, i: int
) -> tuple[float, int, int]:
    """Find the cheapest places for a delivery's two stops in a route: cost, pick-up place, drop place.

    The drop place counts the stops before it without the new pick-up. INFEASIBLE and places of -1 when none fits.
    """
    best, best_p, best_q = INFEASIBLE, -1, -1
    if r.orders[t] >= w.v[t, MOST_ORDERS]:
        return best, best_p, best_q
    n = r.length[t]
    pickup, dropoff = w.d[i, PICKUP], w.d[i, DROPOFF]
    room, room_grams = w.v[t, ROOM] - w.d[i, UNITS], w.v[t, ROOM_GRAMS] - w.d[i, GRAMS]
    spare_s, spare_m = w.v[t, MOST_S] - r.seconds[t], w.v[t, MOST_M] - r.metres[t]
    counts_metres = w.costs[1] > 0 or w.v[t, MOST_M] < NO_RIDE_LIMIT
    clocked = r.timed[t] or (w.d[i, RIDE] < NO_RIDE_LIMIT and (w.v[t, REFUSES] & COLD_BOX) != 0)
    prev = w.v[t, ORIGIN]
    for p in range(n + 1):
        if p > 0:
            prev = place_of(w, r.stops[t, p - 1])
        to_pickup = seconds_between(w, prev, pickup)
        start = max(r.leave[t, p] + to_pickup, w.d[i, READY])
        leave = start + w.d[i, PICK_S]
        if leave > w.d[i, DUE]:
            continue
        if r.load[t, p] > room or r.grams[t, p] > room_grams:
            continue
        here, driven = pickup, to_pickup  # driven: beyond the old route, less the old legs passed
        for q in range(p, n + 1):
            after = place_of(w, r.stops[t, q]) if q < n else w.v[t, DESTINATION]
            old = seconds_between(w, prev if q == p else here, after)
            to_drop = seconds_between(w, here, dropoff)
            arrive = leave + to_drop
            if arrive <= w.d[i, DUE]:
                onward = seconds_between(w, dropoff, after)
                extra = driven + to_drop + onward - old
                if extra <= spare_s and arrive + w.d[i, DROP_S] + onward <= r.late[t, q]:
                    cost = w.costs[0] * extra
                    fits = True
                    if counts_metres:
                        longer = metres_added(w, r, t, i, p, q)
                        cost += w.costs[1] * longer
                        fits = longer <= spare_m
                    if fits and cost < best and (not clocked or keeps_cold(w, r, t, i, p, q)):
                        best, best_p, best_q = cost, p, q
            if q == n:
                break
            # carry the delivery past stop q
            stop = r.stops[t, q]
            onward = seconds_between(w, here, after)
            if q == p:
                driven = to_pickup + onward - old
            arrive = leave + onward
            if arrive > r.late[t, q] or r.load[t, q + 1] > room or r.grams[t, q + 1] > room_grams:
                break
            j = stop >> 1
            leave = arrive + w.d[j, DROP_S] if stop & 1 else max(arrive, w.d[j, READY]) + w.d[j, PICK_S]
            if leave > w.d[i, DUE]:
                break
            here = after
    return best, best_p, best_q


@kernel
def metres_added(w: World, r: Routes, t: int, i: int, p: int, q: int) -> int:
    """Metres that a route grows by with a delivery at two places."""
    n = r.length[t]
    pickup, dropoff = w.d[i, PICKUP], w.d[i, DROPOFF]
    before_p = place_of(w, r.stops[t, p - 1]) if p > 0 else w.v[t, ORIGIN]
    after_p = place_of(w, r.stops[t, p]) if p < n else w.v[t, DESTINATION]
    after_q = place_of(w, r.stops[t, q]) if q < n else w.v[t, DESTINATION]
    onward = metres_between(w, dropoff, after_q)
    if p == q:
        around = metres_between(w, before_p, pickup) + metres_between(w, pickup, dropoff) + onward
        return around - metres_between(w, before_p, after_p)
    before_q = place_of(w, r.stops[t, q - 1])
    first = metres_between(w, before_p, pickup) + metres_between(w, pickup, after_p)
    second = metres_between(w, before_q, dropoff) + onward
    return first + second - metres_between(w, before_p, after_p) - metres_between(w, before_q, after_q)


@kernel
def keeps_cold(  # noqa: C901  # one pass over a route, compiled
    w: World, r: Routes, t: int, i: int, p: int, q: int
) -> bool:
    """Whether every cold-chain clock holds with a delivery at two places: drives the whole route once."""
    n = r.length[t]
    here, clock = w.v[t, ORIGIN], w.v[t, DEPART]
    left = np.full(n + 2, -1, np.int64)  # when each pick-up's goods left the store, by place in the new route
    code = np.empty(n + 2, np.int64)
    k = 0
    for old in range(n + 1):
        if old == p:
            code[k] = 2 * i
            k += 1
        if old == q:
            code[k] = 2 * i + 1
            k += 1
        if old < n:
            code[k] = r.stops[t, old]
            k += 1
    for k in range(n + 2):
        j = code[k] >> 1
        there = place_of(w, code[k])
        clock += seconds_between(w, here, there)
        here = there
        if code[k] & 1:
            for earlier in range(k):
                if code[earlier] == code[k] - 1 and clock - left[earlier] > w.d[j, RIDE]:
                    return False
            clock += w.d[j, DROP_S]
        else:
            clock = max(clock, w.d[j, READY]) + w.d[j, PICK_S]
            left[k] = clock
    return True


@kernel
def insert(w: World, r: Routes, t: int, i: int, p: int, q: int) -> None:
    """Put a delivery's two stops into a route."""
    n = r.length[t]
    for k in range(n - 1, q - 1, -1):
        r.stops[t, k + 2] = r.stops[t, k]
    r.stops[t, q + 1] = 2 * i + 1
    for k in range(q - 1, p - 1, -1):
        r.stops[t, k + 1] = r.stops[t, k]
    r.stops[t, p] = 2 * i
    r.length[t] = n + 2
    refresh(w, r, t)


@kernel
def take_out(w: World, r: Routes, t: int, i: int) -> None:
    """Take a delivery's two stops out of a route."""
    kept = 0
    for k in range(r.length[t]):
        if r.stops[t, k] >> 1 != i:
            r.stops[t, kept] = r.stops[t, k]
            kept += 1
    r.length[t] = kept
    refresh(w, r, t)
