"""What nobody can beat: bounds on an instance, in a process of its own.

    python -m bench._bounds '{"kind": "metro", "orders": 100, "trips": 50, "seed": 1, "served": [85]}'

Up to some hundred orders: the relaxed choice among all bundles (most served; least detour at so many served), and
whole choices for the optimum itself. Large ones: the largest flow of orders into seats, each order onto trips that
could carry it alone.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from bench._bundles import Bundles, all_bundles
from bench._metros import Instance, instance_of
from bench._packing import Cut, Packing

Ints = NDArray[np.int64]

BUNDLES_UP_TO = 600  # orders; above, bundles are too many to list
RELAXED_UP_TO = 150  # orders; above, the relaxation serves hardly fewer than the flow does
FIRST_GAP, MORE_GAP = 100.0, 4.0  # seconds of detour over the bound that whole choices are looked for in
HALF, NEARLY = 0.5, 1e-6
SOLVED = 0  # what HiGHS says
LINKS = 200  # trips of each order that the flow may use
AT_ONCE = 64
MOST_SECONDS = 120.0
SHORT_COST = 100_000.0  # a served order missing from the wanted number, in seconds of detour


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best plan found over all bundles; `proven` says that there is none better."""

    routes: dict[int, list[int]]
    served: int
    detour: int
    proven: bool


def optimum(instance: Instance, seconds: float) -> Optimum:
    """Find the most served and then the least detour; for about a hundred orders.

    A plan with a bundle in it costs at least the bound and that bundle's reduced cost. So whatever whole numbers find
    among the bundles within a gap of the bound is the best of all if it costs no more than bound and gap.
    """
    bundles, ends_at = all_bundles(instance), perf_counter() + seconds
    if len(bundles.trip) == 0:
        return Optimum({}, 0, 0, proven=True)
    packing = _most_served(bundles, instance)
    packing.bound(seconds)
    most, is_most = _whole(packing, ends_at, gap=1.0)
    served = int(bundles.size[most].sum())
    packing = _least_detour(bundles, instance, packing.cuts)
    packing.aim(served)
    packing.bound(ends_at - perf_counter())
    least, is_least = _whole(packing, ends_at, FIRST_GAP)
    best = least if len(least) else most
    routes = {int(bundles.trip[row]): bundles.route(int(row)) for row in best}
    return Optimum(routes, served, int(bundles.detour[best].sum()), is_most and is_least)


def _whole(packing: Packing, ends_at: float, gap: float) -> tuple[Ints, bool]:
    """The least costly whole choice that serves as many as wanted, and whether that is proven."""
    found = np.zeros(0, np.int64)
    while perf_counter() < ends_at:
        rows = np.flatnonzero(packing.reduced <= gap)
        table, most = packing.limits(rows)
        chosen = milp(
            packing.cost[rows],
            integrality=np.ones(len(rows), np.int64),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(table, ub=most),
            options={"time_limit": max(1.0, ends_at - perf_counter()), "mip_rel_gap": 0.0},
        )
        found = rows[chosen.x > HALF] if chosen.x is not None else found
        within = len(rows) == len(packing.cost) or (chosen.x is not None and chosen.fun <= packing.least + gap + NEARLY)
        if chosen.status == SOLVED and within:
            return found, True
        gap = MORE_GAP * gap if chosen.x is None else max(gap, chosen.fun - packing.least)
    return found, False


def _most_served(bundles: Bundles, instance: Instance) -> Packing:
    return Packing(bundles, len(instance.store), len(instance.depart), -bundles.size.astype(np.float64))


def _least_detour(bundles: Bundles, instance: Instance, cuts: list[Cut]) -> Packing:
    cost, sizes = bundles.detour.astype(np.float64), (len(instance.store), len(instance.depart))
    return Packing(bundles, *sizes, cost, short_cost=SHORT_COST, cuts=list(cuts))


def most_served(bundles: Bundles, instance: Instance, seconds: float = MOST_SECONDS) -> float:
    """Bound how many orders any plan serves."""
    return -_most_served(bundles, instance).bound(seconds)


def least_detours(
    bundles: Bundles, instance: Instance, served: Sequence[int], seconds: float = MOST_SECONDS
) -> list[float]:
    """Bound the detour of any plan at each of some numbers of served orders."""
    packing, least = _least_detour(bundles, instance, []), []
    for wanted in served:
        packing.aim(wanted)
        least.append(packing.bound(seconds / len(served)))
    return least


def flow(instance: Instance, seed: int = 0) -> tuple[int, int]:
    """Most orders that seats could be found for, and how many fit anywhere at all: the bound lies between them.

    Each order keeps up to LINKS of its trips, drawn at random; when the two numbers are the same, both are exact.
    """
    rng = np.random.default_rng(seed)
    n, m = len(instance.store), len(instance.depart)
    links: list[Ints] = []
    for first in range(0, n, AT_ONCE):
        for row, fits in enumerate(_alone(instance, np.arange(first, min(n, first + AT_ONCE))), first):
            trips = np.flatnonzero(fits)
            trips = rng.choice(trips, LINKS, replace=False) if len(trips) > LINKS else trips
            links.append(np.column_stack([np.full(len(trips), row), trips]))
    pairs = np.concatenate(links)
    anywhere = len(np.unique(pairs[:, 0]))
    source, sink = n + m, n + m + 1
    heads = np.concatenate([np.full(n, source), pairs[:, 0], n + np.arange(m)])
    tails = np.concatenate([np.arange(n), n + pairs[:, 1], np.full(m, sink)])
    room = np.concatenate([np.ones(n + len(pairs)), instance.most]).astype(np.int32)
    graph = csr_array((room, (heads, tails)), shape=(n + m + 2, n + m + 2))
    return int(maximum_flow(graph, source, sink).flow_value), anywhere


def _alone(instance: Instance, rows: Ints) -> NDArray[np.bool_]:
    """Whether each trip could carry each of some orders if it carried nothing else, (rows, m)."""
    place = instance.place.astype(np.float32)

    def seconds(a: Ints, b: Ints) -> Ints:
        apart = np.sqrt(((place[a] - place[b]) ** 2).sum(axis=-1))
        return np.asarray(np.ceil(apart * np.float32(instance.seconds_a_metre)), np.int64)

    store, door = instance.store[rows][:, None], instance.door[rows][:, None]
    origin, end = instance.origin[None, :], instance.end[None, :]
    to_store, across, onward = seconds(origin, store), seconds(store, door), seconds(door, end)
    at_door = np.maximum(instance.depart + to_store, instance.ready[rows][:, None]) + instance.pick_s + across
    driven = to_store + across + onward
    fits = (at_door <= instance.due[rows][:, None]) & (at_door + instance.drop_s + onward <= instance.latest)
    fits &= driven <= seconds(instance.origin, instance.end) + instance.budget
    return np.asarray(fits & (instance.size[rows][:, None] <= instance.room), np.bool_)


def main() -> None:
    """Bound the instance that the one argument names; with `served`, the detour at each such number as well."""
    ask = json.loads(sys.argv[1])
    instance = instance_of(ask["kind"], ask["orders"], ask["trips"], ask["seed"])
    found, anywhere = flow(instance)
    result: dict[str, object] = {"served_at_most": anywhere, "flow_found": found}
    if ask["orders"] <= BUNDLES_UP_TO:
        bundles = all_bundles(instance)
        result["bundles"] = len(bundles.trip)
        if ask["orders"] <= RELAXED_UP_TO:
            result["served_at_most"] = most_served(bundles, instance)
        result["detour_at_least"] = least_detours(bundles, instance, ask.get("served", []))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
