"""What a search knows while it runs, and the small steps that all its parts share, compiled."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import BOUND, METRES, ORDERS, SECONDS, inlined, kernel
from dispatch.engine.routes import World, best_insertion, insert, take_out

Ints = NDArray[np.int64]
Ints32 = NDArray[np.int32]
Floats = NDArray[np.float64]

STEP, TOUCHED, POOL, OPEN, STAMPS, DIRTY, ME = range(7)  # Desk.counts
COUNTS = 7
CURRENT, BEST = range(2)  # Desk.figures
FIGURES = 2
BLINK = 0.01  # chance that a candidate is overlooked


class Search(NamedTuple):
    """What several searches of one problem may share, each with its own trips and deliveries."""

    trip_of: Ints32  # (n,) -1 open, -2 not to be served
    candidates: Ints32  # (n, K) trips to try, ended by -1
    cost: NDArray[np.float32]  # (n, K) last known cost of inserting there
    seen: Ints32  # (n, K) stamp of the route for which that cost holds
    stamp: Ints32  # (m,) changes with a route; the same stamp, the same stops
    near: Ints32  # (n, G) deliveries that are like this one, nearest first, ended by -1
    fans_from: Ints  # (m + 1,)
    fans: Ints32  # deliveries that have a trip among their candidates, by trip
    worth: Floats  # (n,) what leaving it unserved costs
    use_cost: Floats  # (m,) what using a trip at all costs
    owner: Ints32  # (m,) which search a trip belongs to
    part: Ints32  # (n,) which search a delivery belongs to, that of its trip if it has one; -1 fits nowhere
    mark: Ints  # (m,) last step that touched a trip
    called: Ints  # (n,) last step that had a delivery in its pool
    met: Ints  # (n,) last step that looked at a delivery for a chain
    spot: Ints32  # (n,) place in the search's `open`, -1 when served
    best: Ints  # (m, W) routes of the best plan
    is_dirty: Ints32  # (m,) whether a trip's route may differ from the best plan's


class Desk(NamedTuple):
    """The working space of one search."""

    mine: Ints32  # deliveries of this search
    queue: Ints32  # (Q,) deliveries of the first plan, in the order they are inserted
    wish: Ints32  # (Q,) the trip each should go to, or CHEAPEST, or ANY_TRIP
    kept: Ints  # (D, W) routes before the step
    kept_stamp: Ints32  # (D,)
    touched: Ints32  # (D,)
    pool: Ints32  # (P,) deliveries out of any route
    home: Ints32  # (P,) where they were, -1 unserved
    open: Ints32  # (n,) unserved deliveries, in any order
    dirty: Ints32  # (m,)
    first: Floats  # (P,) cheapest insertion of each in the pool
    second: Floats  # (P,) cheapest in another trip
    order: Ints32  # (P,) marks or order of the pool, as the repair needs it
    slot: Ints32  # (P,) candidate of the first
    other: Ints32  # (P,) candidate of the second
    link: Ints32  # (C,) deliveries of the chains looked at, the unserved one first
    link_from: Ints32  # (C,) the link whose delivery takes this one's seat
    link_trip: Ints32  # (C,) in this trip
    counts: Ints
    figures: Floats
    weights: Floats  # (removals, 3) weight, score, uses
    random: NDArray[np.uint64]  # (1,)


@inlined
def uniform(g: Desk) -> float:
    """A number in [0, 1): xorshift64*."""
    x = g.random[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    g.random[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inlined
def below(g: Desk, n: int) -> int:
    """A whole number in [0, n)."""
    return int(uniform(g) * n)


@inlined
def route_cost(w: World, k: Search, x: Ints, t: int) -> float:
    """What trip t's route `x` costs."""
    cost = w.costs[0] * x[SECONDS] + w.costs[1] * x[METRES]
    if x[ORDERS] > w.v[t, BOUND]:
        cost += k.use_cost[t]
    return float(cost)


@kernel
def copy_row(source: Ints, row: int, target: Ints, to: int) -> None:
    """Copy one route: number by number, since copying slices would set memory aside."""
    for column in range(source.shape[1]):
        target[to, column] = source[row, column]


@inlined
def touch(r: Ints, k: Search, g: Desk, t: int) -> None:
    """Keep a route as it was before the step, and give the new one a stamp of its own."""
    if k.mark[t] != g.counts[STEP]:
        k.mark[t] = g.counts[STEP]
        copy_row(r, t, g.kept, g.counts[TOUCHED])
        g.kept_stamp[g.counts[TOUCHED]] = k.stamp[t]
        g.touched[g.counts[TOUCHED]] = t
        g.counts[TOUCHED] += 1
    g.counts[STAMPS] += 1
    k.stamp[t] = g.counts[STAMPS]


@kernel
def call_out(w: World, r: Ints, k: Search, g: Desk, i: int) -> None:
    """Put a delivery into the pool, out of its route if it has one."""
    t = int(k.trip_of[i])
    not_ours = t < -1 or k.part[i] != g.counts[ME]
    if not_ours or k.called[i] == g.counts[STEP] or g.counts[POOL] >= len(g.pool):
        return
    k.called[i] = g.counts[STEP]
    g.pool[g.counts[POOL]], g.home[g.counts[POOL]] = i, t
    g.counts[POOL] += 1
    if t >= 0:
        touch(r, k, g, t)
        take_out(w, r[t], t, i)
        k.trip_of[i] = -1


@kernel
def put_in(w: World, r: Ints, k: Search, g: Desk, i: int, t: int) -> None:
    """Insert a delivery into a trip where it costs least."""
    _, p, q = best_insertion(w, r[t], t, i)
    if p < 0:
        return
    touch(r, k, g, t)
    insert(w, r[t], t, i, p, q)
    k.trip_of[i] = t


@kernel
def learn_cost(w: World, r: Ints, k: Search, i: int, slot: int) -> None:
    """Work out what inserting a delivery into one of its candidates costs, as long as that route stays the same."""
    t = int(k.candidates[i, slot])
    k.seen[i, slot] = k.stamp[t]
    cost = best_insertion(w, r[t], t, i)[0]
    k.cost[i, slot] = cost + k.use_cost[t] if r[t, ORDERS] == w.v[t, BOUND] else cost
