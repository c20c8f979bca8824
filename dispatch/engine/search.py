"""Large-neighbourhood search over flat routes, compiled: take some deliveries out, put them back better.

Ropke and Pisinger (2006) with the small, related removals and the blinking insertion of Christiaens and Vanden
Berghe (2020), and a removal of our own that makes room for a delivery nobody has. A step that is not kept costs only
the copying back of the routes it touched, and what it cost to insert a delivery into a route is remembered for as
long as that route has the same stops; so most of a step is reading numbers that are known already.
"""

from math import log

from dispatch.engine.chains import try_chain
from dispatch.engine.layout import kernel, once
from dispatch.engine.removal import CHAIN, REMOVALS, pick_removal, remove_some
from dispatch.engine.repair import repair
from dispatch.engine.routes import World
from dispatch.engine.state import (
    BEST,
    CURRENT,
    DIRTY,
    OPEN,
    POOL,
    STEP,
    TOUCHED,
    Desk,
    Ints,
    Search,
    below,
    copy_row,
    route_cost,
    uniform,
)

SEGMENT = 1_000  # steps between two looks at the weights
MEMORY = 0.8  # share of a weight that stays
LEAST_WEIGHT = 0.02
NEW_BEST, BETTER, KEPT = 20.0, 5.0, 1.0  # what a step earns its kind of removal
CHAIN_EFFORT = 0.5  # looking one delivery of a chain through, in steps of the other kinds
REGRET = 0.6  # share of steps that repair by regret


@kernel
def search(w: World, r: Ints, k: Search, g: Desk, steps: int, heat: float, most: int) -> None:
    """Take steps at one temperature (the cost that is shrugged off), up to `most` deliveries taken out in each."""
    for _ in range(steps):
        g.counts[STEP] += 1
        g.counts[TOUCHED] = g.counts[POOL] = 0
        kind = pick_removal(g)
        effort = 1.0
        if kind == CHAIN:
            effort += try_chain(w, r, k, g, int(g.open[below(g, g.counts[OPEN])])) * CHAIN_EFFORT
        else:
            remove_some(w, r, k, g, kind, 1 + below(g, most))
            repair(w, r, k, g, uniform(g) < REGRET)
        change = _change(w, r, k, g)
        reward = 0.0
        if change < -heat * log(1.0 - uniform(g)):
            if change < -1e-6:
                reward = BETTER
            elif change > 1e-6:
                reward = KEPT
            if _keep(r, k, g, change):
                reward = NEW_BEST
        else:
            _undo(r, k, g)
        g.weights[kind, 1] += reward
        g.weights[kind, 2] += effort
        if g.counts[STEP] % SEGMENT == 0:
            _reweigh(g)


@once
def _change(w: World, r: Ints, k: Search, g: Desk) -> float:
    """What the step has changed in cost."""
    change = 0.0
    for at in range(g.counts[TOUCHED]):
        t = int(g.touched[at])
        change += route_cost(w, k, r[t], t) - route_cost(w, k, g.kept[at], t)
    for at in range(g.counts[POOL]):
        i = int(g.pool[at])
        if (k.trip_of[i] < 0) != (g.home[at] < 0):
            change += k.worth[i] if k.trip_of[i] < 0 else -k.worth[i]
    return change


@once
def _keep(r: Ints, k: Search, g: Desk, change: float) -> bool:
    """Go on from the step's plan; say whether it is the best so far, and if so keep it by the routes that differ."""
    g.figures[CURRENT] += change
    for at in range(g.counts[TOUCHED]):
        t = int(g.touched[at])
        if k.is_dirty[t] == 0:
            k.is_dirty[t] = 1
            g.dirty[g.counts[DIRTY]] = t
            g.counts[DIRTY] += 1
    for at in range(g.counts[POOL]):
        _note_open(k, g, int(g.pool[at]))
    if g.figures[CURRENT] >= g.figures[BEST] - 1e-6:
        return False
    g.figures[BEST] = g.figures[CURRENT]
    for at in range(g.counts[DIRTY]):
        copy_row(r, int(g.dirty[at]), k.best, int(g.dirty[at]))
        k.is_dirty[g.dirty[at]] = 0
    g.counts[DIRTY] = 0
    return True


@once
def _note_open(k: Search, g: Desk, i: int) -> None:
    """Keep the list of unserved deliveries right for one of them."""
    spot = k.spot[i]
    if k.trip_of[i] < 0 and spot < 0:
        k.spot[i] = g.counts[OPEN]
        g.open[g.counts[OPEN]] = i
        g.counts[OPEN] += 1
    elif k.trip_of[i] >= 0 and spot >= 0:
        g.counts[OPEN] -= 1
        last = g.open[g.counts[OPEN]]
        g.open[spot] = last
        k.spot[last] = spot
        k.spot[i] = -1


@once
def _undo(r: Ints, k: Search, g: Desk) -> None:
    """Put everything back as it was before the step; routes get their old stamps, so known costs hold again."""
    for at in range(g.counts[TOUCHED]):
        copy_row(g.kept, at, r, int(g.touched[at]))
        k.stamp[g.touched[at]] = g.kept_stamp[at]
    for at in range(g.counts[POOL]):
        k.trip_of[g.pool[at]] = g.home[at]


@once
def _reweigh(g: Desk) -> None:
    """Let each kind of removal be tried as often as it has paid lately."""
    for kind in range(REMOVALS):
        if g.weights[kind, 2] > 0:
            earned = g.weights[kind, 1] / g.weights[kind, 2]
            g.weights[kind, 0] = max(LEAST_WEIGHT, MEMORY * g.weights[kind, 0] + (1 - MEMORY) * earned)
        g.weights[kind, 1] = g.weights[kind, 2] = 0.0
