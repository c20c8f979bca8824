"""Putting the deliveries of the pool back into routes, compiled."""

from dispatch.engine.layout import INFEASIBLE, kernel, once
from dispatch.engine.routes import World
from dispatch.engine.state import BLINK, ME, POOL, Desk, Ints, Search, below, learn_cost, put_in, uniform

NEVER = INFEASIBLE / 2  # costs are kept in float32, which rounds INFEASIBLE itself


@once
def repair(w: World, r: Ints, k: Search, g: Desk, by_regret: bool) -> None:
    """Insert what the pool holds: by regret, or one after the other in a random order."""
    if by_regret:
        _by_regret(w, r, k, g)
    else:
        _one_by_one(w, r, k, g)


@kernel
def look(w: World, r: Ints, k: Search, g: Desk, at: int) -> None:
    """Find the two cheapest trips for one delivery of the pool; now and then a candidate is overlooked.

    Arrays are taken out of their tuples first: inside the loop each such step would count references.
    """
    i, me = int(g.pool[at]), g.counts[ME]
    trips, costs, seen = k.candidates[i], k.cost[i], k.seen[i]
    stamp, owner = k.stamp, k.owner
    first, second, slot, other = NEVER, NEVER, -1, -1
    for s in range(len(trips)):
        t = trips[s]
        if t < 0:
            break
        if owner[t] != me:
            continue
        if seen[s] != stamp[t]:
            learn_cost(w, r, k, i, s)
        cost = costs[s]
        if cost < second and uniform(g) >= BLINK:
            if cost < first:
                second, other = first, slot
                first, slot = cost, s
            else:
                second, other = cost, s
    g.first[at], g.second[at], g.slot[at], g.other[at] = first, second, slot, other


@kernel
def _one_by_one(w: World, r: Ints, k: Search, g: Desk) -> None:
    order = g.order
    count = g.counts[POOL]
    for at in range(count):
        order[at] = at
    for last in range(count - 1, 0, -1):
        other = below(g, last + 1)
        order[last], order[other] = order[other], order[last]
    for place in range(count):
        at = int(order[place])
        look(w, r, k, g, at)
        if g.slot[at] >= 0 and g.first[at] < k.worth[g.pool[at]]:
            i = int(g.pool[at])
            put_in(w, r, k, g, i, int(k.candidates[i, g.slot[at]]))


@kernel
def _by_regret(w: World, r: Ints, k: Search, g: Desk) -> None:
    """Insert first what would lose most by waiting; what has no second choice counts as losing all its worth."""
    count = g.counts[POOL]
    for at in range(count):
        g.order[at] = 1
        look(w, r, k, g, at)
    for _ in range(count):
        chosen = _most_regretted(k, g)
        if chosen < 0:
            return
        g.order[chosen] = 0
        i = int(g.pool[chosen])
        t = int(k.candidates[i, g.slot[chosen]])
        put_in(w, r, k, g, i, t)
        for at in range(count):
            if g.order[at]:
                _look_again(w, r, k, g, at, t)


@once
def _most_regretted(k: Search, g: Desk) -> int:
    """Place in the pool of the delivery that would lose most by waiting; -1 when none can be inserted."""
    chosen, most = -1, -NEVER
    for at in range(g.counts[POOL]):
        worth = k.worth[g.pool[at]]
        if g.order[at] != 0 and g.slot[at] >= 0 and g.first[at] < worth:
            regret = min(g.second[at], worth) - g.first[at]
            if regret > most:
                chosen, most = at, regret
    return chosen


@kernel
def _look_again(w: World, r: Ints, k: Search, g: Desk, at: int, t: int) -> None:
    """Bring one delivery's two cheapest trips up to date after trip t has changed."""
    i = int(g.pool[at])
    trips = k.candidates[i]
    if (g.slot[at] >= 0 and trips[g.slot[at]] == t) or (g.other[at] >= 0 and trips[g.other[at]] == t):
        look(w, r, k, g, at)
        return
    for s in range(len(trips)):
        if trips[s] < 0:
            return
        if trips[s] == t:
            learn_cost(w, r, k, i, s)
            cost = k.cost[i, s]
            if cost < g.first[at]:
                g.second[at], g.other[at] = g.first[at], g.slot[at]
                g.first[at], g.slot[at] = cost, s
            elif cost < g.second[at]:
                g.second[at], g.other[at] = cost, s
            return
