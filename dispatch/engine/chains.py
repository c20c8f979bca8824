"""Ejection chains, compiled: a delivery that fits nowhere takes another's seat, which takes another's, until one fits.

A breadth-first search over who could make room for whom (Glover 1996): where a market is nearly full, what the last
unserved need is hardly ever a free seat of their own but three or four small moves elsewhere.
"""

from dispatch.engine.layout import INFEASIBLE, LENGTH, STOPS, kernel, once
from dispatch.engine.routes import World, best_insertion, take_out
from dispatch.engine.state import (
    ME,
    STEP,
    Desk,
    Ints,
    Search,
    call_out,
    copy_row,
    learn_cost,
    put_in,
    uniform,
)

NEVER = INFEASIBLE / 2
SKIPPED = 0.1  # chance that a seat is overlooked: the same search ends elsewhere the next time
EXPANDED = 24  # deliveries whose candidates are looked through


@kernel
def try_chain(w: World, r: Ints, k: Search, g: Desk, start: int) -> int:
    """Make room for an unserved delivery by a chain of moves, if one is found; how many deliveries were looked at."""
    g.link[0], g.link_from[0], g.link_trip[0] = start, -1, -1
    k.met[start] = g.counts[STEP]
    count, at = 1, 0
    while at < count and at < EXPANDED:
        slot = _free_seat(w, r, k, g, at)
        if slot >= 0:
            _move(w, r, k, g, at, int(k.candidates[g.link[at], slot]))
            return at + 1
        count = _push_out(w, r, k, g, at, count)
        at += 1
    return at


@kernel
def _is_in_chain(g: Desk, at: int, t: int) -> bool:
    """Whether the chain that ends here already changes a trip."""
    while at >= 0:
        if g.link_trip[at] == t:
            return True
        at = g.link_from[at]
    return False


@kernel
def _free_seat(w: World, r: Ints, k: Search, g: Desk, at: int) -> int:
    """The cheapest candidate that a delivery fits into as it stands, outside its chain and its present trip; or -1."""
    i, slot, least = int(g.link[at]), -1, NEVER
    here = int(k.trip_of[i])
    for s in range(k.candidates.shape[1]):
        t = int(k.candidates[i, s])
        if t < 0:
            break
        if k.owner[t] != g.counts[ME] or t == here:
            continue
        if k.seen[i, s] != k.stamp[t]:
            learn_cost(w, r, k, i, s)
        if k.cost[i, s] < least and not _is_in_chain(g, at, t):
            slot, least = s, k.cost[i, s]
    return slot


@kernel
def _push_out(w: World, r: Ints, k: Search, g: Desk, at: int, count: int) -> int:
    """Note every delivery whose seat this one could take; how many are noted now."""
    i, scratch = int(g.link[at]), len(g.kept) - 1
    here = int(k.trip_of[i])
    width = k.candidates.shape[1]
    for s in range(width):
        t = int(k.candidates[i, s])
        if t < 0 or count >= len(g.link):
            break
        if k.owner[t] != g.counts[ME] or t == here or uniform(g) < SKIPPED or _is_in_chain(g, at, t):
            continue
        for place in range(r[t, LENGTH]):
            j = int(r[t, STOPS + place] >> 1)
            ours = k.trip_of[j] == t and k.part[j] == g.counts[ME] and r[t, STOPS + place] & 1 == 0
            if not ours or k.met[j] == g.counts[STEP] or count >= len(g.link):
                continue
            copy_row(r, t, g.kept, scratch)
            take_out(w, g.kept[scratch], t, j)
            if best_insertion(w, g.kept[scratch], t, i)[1] >= 0:
                k.met[j] = g.counts[STEP]
                g.link[count], g.link_from[count], g.link_trip[count] = j, at, t
                count += 1
    return count


@once
def _move(w: World, r: Ints, k: Search, g: Desk, at: int, t: int) -> None:
    """Carry a chain out from its end: the last goes to a free seat, each before it to the seat that is left."""
    link = at
    while link >= 0:
        call_out(w, r, k, g, int(g.link[link]))
        link = int(g.link_from[link])
    while at >= 0:
        put_in(w, r, k, g, int(g.link[at]), t)
        t = int(g.link_trip[at])
        at = int(g.link_from[at])
