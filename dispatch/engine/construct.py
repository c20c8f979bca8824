"""Which trips may carry a delivery, and the first plan: each delivery in turn where it costs least, compiled."""

import numpy as np

from dispatch.engine.layout import (
    DEPART,
    DESTINATION,
    HEAVIEST,
    INFEASIBLE,
    ITEM_GRAMS,
    LATEST,
    LENGTH,
    MOST_S,
    NEEDS,
    OPEN,
    ORIGIN,
    PLACE,
    REFUSES,
    STORE,
    inlined,
    kernel,
    once,
)
from dispatch.engine.routes import Ints, World, best_insertion, insert, refresh, seconds_between
from dispatch.engine.state import Desk, Search, below

KEY = 1 << 32
CHEAPEST, ANY_TRIP = -1, -2  # wishes: among the candidates; among all trips


@kernel
def holds(keys: Ints, key: int) -> bool:
    """Whether a sorted array holds a key."""
    low, high = 0, len(keys)
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    return bool(low < len(keys) and keys[low] == key)


@kernel
def may_carry(w: World, t: int, i: int) -> bool:
    """Whether a trip's hard limits allow a delivery at all, wherever its stops would fall."""
    if w.v[t, OPEN] == 0 or (w.v[t, REFUSES] & w.d[i, NEEDS]) != 0 or w.d[i, HEAVIEST] > w.v[t, ITEM_GRAMS]:
        return False
    if len(w.barred_stores) > 0 and holds(w.barred_stores, t * KEY + w.d[i, STORE]):
        return False
    return not (len(w.barred_deliveries) > 0 and holds(w.barred_deliveries, t * KEY + i))


@once
def lay_out(w: World, r: Ints) -> None:
    """Work out every route from its stops."""
    for t in range(len(r)):
        if w.v[t, OPEN] != 0 or r[t, LENGTH] > 0:
            refresh(w, r[t], t)


@kernel
def list_passing(w: World, r: Ints, g: Desk, store: int) -> int:
    """Write down in `dirty` the trips that could drive by a pick-up within their budget; how many there are.

    An ellipse test: origin - store - destination against the most they may drive. A trip with committed stops always
    stays in, and two seconds a leg are allowed for rounding, so nothing feasible is lost where roads are a metric.
    """
    count = 0
    for t in range(len(r)):
        if w.v[t, OPEN] == 0:
            continue
        if r[t, LENGTH] == 0:
            end = w.v[t, DESTINATION]
            by = seconds_between(w, w.v[t, ORIGIN], store) + (seconds_between(w, store, end) if end >= 0 else 0)
            if by > w.v[t, MOST_S] + 4 or w.v[t, DEPART] + by > w.v[t, LATEST] + 4:
                continue
        g.dirty[count] = t
        count += 1
    return count


@inlined
def drives_too_long(w: World, r: Ints, t: int, pickup: int, dropoff: int, across: int) -> bool:
    """Whether an empty trip could not drive to both stops within its budget; exact, and cheaper than a full look."""
    if r[t, LENGTH] > 0:
        return False
    extra = seconds_between(w, w.v[t, ORIGIN], pickup) + across + seconds_between(w, dropoff, w.v[t, DESTINATION])
    return bool(extra > w.v[t, MOST_S])


@kernel
def list_candidates(w: World, r: Ints, k: Search, g: Desk, most: int) -> None:
    """Write down, per delivery of the queue, the trips it fits into as things stand, and at what cost.

    The `most` cheapest in order, then as many of the others, drawn at random: those matter, since with the cheapest
    alone one in twenty deliveries of a large metro stays unserved. The queue comes sorted by pick-up, so that the
    trips which pass a store are found once for all its deliveries.
    """
    passing, store = 0, -1
    for at in range(len(g.queue)):
        i = int(g.queue[at])
        pickup, dropoff = w.s[2 * i, PLACE], w.s[2 * i + 1, PLACE]
        if pickup != store:
            passing, store = list_passing(w, r, g, pickup), pickup
        across = seconds_between(w, pickup, dropoff)
        count, others = 0, 0
        for place in range(passing):
            t = int(g.dirty[place])
            if drives_too_long(w, r, t, pickup, dropoff, across) or not may_carry(w, t, i):
                continue
            cost = best_insertion(w, r[t], t, i)[0]
            if cost < INFEASIBLE:
                count, others = note_candidate(k, g, i, t, cost, most, count, others)


@kernel
def note_candidate(
    k: Search, g: Desk, i: int, t: int, cost: float, most: int, count: int, others: int
) -> tuple[int, int]:
    """Keep a trip among a delivery's cheapest, or maybe among the random others; how many there are now of both."""
    trips, costs = k.candidates[i], k.cost[i]
    trip, price = t, np.float32(cost)
    if count < most or price < costs[most - 1]:
        place = min(count, most - 1)
        if count == most:
            trip, price = int(trips[place]), costs[place]
        while place > 0 and costs[place - 1] > cost:
            trips[place], costs[place] = trips[place - 1], costs[place - 1]
            place -= 1
        trips[place], costs[place] = t, cost
        if count < most:
            return count + 1, others
    spot = most + (others if others < most else below(g, others + 1))
    if spot < 2 * most:
        trips[spot], costs[spot] = trip, price
    return count, others + 1


@kernel
def insert_queue(w: World, r: Ints, k: Search, g: Desk) -> None:
    """Insert the deliveries of the queue, each where it costs least among the trips it wishes for."""
    for at in range(len(g.queue)):
        i, wish = int(g.queue[at]), int(g.wish[at])
        if k.trip_of[i] != -1:
            continue
        trips = k.candidates[i]
        tried = len(r) if wish == ANY_TRIP else len(trips) if wish == CHEAPEST else 1
        best, cheapest, best_p, best_q = -1, INFEASIBLE, -1, -1
        for place in range(tried):
            t = place if wish == ANY_TRIP else int(trips[place]) if wish == CHEAPEST else wish
            if t < 0:
                break
            if wish != CHEAPEST and not may_carry(w, t, i):
                continue
            cost, p, q = best_insertion(w, r[t], t, i)
            if p >= 0 and cost < cheapest:
                best, cheapest, best_p, best_q = t, cost, p, q
        if best >= 0:
            insert(w, r[best], best, i, best_p, best_q)
            k.trip_of[i] = best
