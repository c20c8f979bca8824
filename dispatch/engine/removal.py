"""Which deliveries to take out of their routes in one step, compiled."""

from dispatch.engine.layout import LENGTH, STOPS, kernel, once
from dispatch.engine.routes import World, take_out
from dispatch.engine.state import (
    ME,
    OPEN,
    TOUCHED,
    Desk,
    Ints,
    Search,
    below,
    call_out,
    copy_row,
    route_cost,
    uniform,
)

REMOVALS = 6
RANDOM, RELATED, TRIPS, WORST, ROOM, CHAIN = range(REMOVALS)
SKIPPED = 0.3  # chance that a like delivery is passed over
FEW_OPEN = 6
FANS_TRIED = 2


@once
def pick_removal(g: Desk) -> int:
    """Choose a kind of removal by its weight; room and chains need somebody to make room for."""
    total = 0.0
    for kind in range(REMOVALS):
        if kind < ROOM or g.counts[OPEN] > 0:
            total += g.weights[kind, 0]
    at = uniform(g) * total
    for kind in range(REMOVALS):
        if kind < ROOM or g.counts[OPEN] > 0:
            at -= g.weights[kind, 0]
            if at < 0:
                return kind
    return RANDOM


@kernel
def remove_some(w: World, r: Ints, k: Search, g: Desk, kind: int, size: int) -> None:
    """Take deliveries out by one kind of removal, and call those that wait for the room this makes."""
    seed = int(g.mine[below(g, len(g.mine))])
    if kind == RANDOM:
        for _ in range(size):
            call_out(w, r, k, g, int(g.mine[below(g, len(g.mine))]))
    elif kind == RELATED:
        _related(w, r, k, g, seed, size)
    elif kind == TRIPS:
        _trips(w, r, k, g, seed, 1 + below(g, 3))
    elif kind == ROOM:
        _room(w, r, k, g, int(g.open[below(g, g.counts[OPEN])]))
    else:
        _worst(w, r, k, g, size)
    _call_waiting(w, r, k, g)


@once
def _related(w: World, r: Ints, k: Search, g: Desk, seed: int, size: int) -> None:
    """A delivery and some of those most like it."""
    call_out(w, r, k, g, seed)
    taken = 1
    for j in k.near[seed]:
        if j < 0 or taken >= size:
            break
        if uniform(g) >= SKIPPED:
            call_out(w, r, k, g, int(j))
            taken += 1


@kernel
def _empty(w: World, r: Ints, k: Search, g: Desk, t: int) -> None:
    """All that a trip has beyond its committed stops."""
    at = 0
    while at < r[t, LENGTH]:
        before = r[t, LENGTH]
        call_out(w, r, k, g, r[t, STOPS + at] >> 1)
        if r[t, LENGTH] == before:
            at += 1


@once
def _trips(w: World, r: Ints, k: Search, g: Desk, seed: int, count: int) -> None:
    """All deliveries of a few trips that pass near each other."""
    if k.trip_of[seed] >= 0:
        _empty(w, r, k, g, int(k.trip_of[seed]))
    call_out(w, r, k, g, seed)
    for j in k.near[seed]:
        if j < 0 or count <= 0:
            break
        if k.trip_of[j] >= 0 and k.part[j] == g.counts[ME] and uniform(g) >= SKIPPED:
            _empty(w, r, k, g, int(k.trip_of[j]))
            count -= 1


@once
def _room(w: World, r: Ints, k: Search, g: Desk, wanting: int) -> None:
    """A delivery that nobody has, and all deliveries of one to three trips that could take it."""
    call_out(w, r, k, g, wanting)
    count = 0
    for t in k.candidates[wanting]:
        if t < 0:
            break
        count += 1
    for _ in range(1 + below(g, 3)):
        if count > 0:
            at = below(g, count) if uniform(g) < 0.5 else below(g, min(count, 8))
            t = int(k.candidates[wanting, at])
            if k.owner[t] == g.counts[ME]:
                _empty(w, r, k, g, t)


@once
def _worst(w: World, r: Ints, k: Search, g: Desk, size: int) -> None:
    """Of some drawn at random, those whose leaving saves most."""
    scratch = len(g.kept) - 1
    for _ in range(size):
        worst, most = -1, 0.0
        for _ in range(4):
            i = int(g.mine[below(g, len(g.mine))])
            t = int(k.trip_of[i])
            if t >= 0:
                copy_row(r, t, g.kept, scratch)
                take_out(w, g.kept[scratch], t, i)
                saved = route_cost(w, k, r[t], t) - route_cost(w, k, g.kept[scratch], t)
                if saved > most:
                    worst, most = i, saved
        if worst >= 0:
            call_out(w, r, k, g, worst)


@once
def _call_waiting(w: World, r: Ints, k: Search, g: Desk) -> None:
    """Unserved deliveries that may fit now: all when they are few, else some that a changed trip could take."""
    if g.counts[OPEN] <= FEW_OPEN:
        for at in range(g.counts[OPEN]):
            call_out(w, r, k, g, int(g.open[at]))
        return
    call_out(w, r, k, g, int(g.open[below(g, g.counts[OPEN])]))
    for at in range(g.counts[TOUCHED]):
        t = int(g.touched[at])
        first, count = k.fans_from[t], k.fans_from[t + 1] - k.fans_from[t]
        for _ in range(FANS_TRIED if count > 0 else 0):
            fan = int(k.fans[first + below(g, count)])
            if k.trip_of[fan] == -1:
                call_out(w, r, k, g, fan)
