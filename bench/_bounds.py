"""What nobody can beat: bounds on an instance, in a process of its own.

    python -m bench._bounds '{"kind": "metro", "orders": 100, "trips": 50, "seed": 1, "served": 85}'

Small instances: the linear relaxation over all bundles (most served; least detour at so many served, by column
generation). Large ones: the largest flow of orders into seats, each order onto trips that could carry it alone.
"""

import json
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import maximum_flow

from bench._bundles import Bundles, all_bundles
from bench._metros import Instance, instance_of

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BUNDLES_UP_TO = 500  # orders; above, bundles are too many to list
RELAXED_UP_TO = 150  # orders; above, the relaxation serves hardly fewer than the flow does
LINKS = 200  # trips of each order that the flow may use
AT_ONCE = 64
FIRST_COLUMNS, MORE_COLUMNS, COLUMNS_A_TRIP = 20_000, 1_000, 10
MOST_SECONDS = 120.0
SHORT_COST = 100_000.0  # a served order missing from the wanted number, in seconds of detour


def shares(bundles: Bundles, instance: Instance) -> csr_array:
    """Which orders and which trip each bundle uses up, (orders + trips, bundles)."""
    n, m = len(instance.store), len(instance.depart)
    column = np.repeat(np.arange(len(bundles.trip)), bundles.size)
    used = np.concatenate([bundles.orders[bundles.orders >= 0], n + bundles.trip])
    where = np.concatenate([column, np.arange(len(bundles.trip))])
    return csr_array((np.ones(len(used)), (used, where)), shape=(n + m, len(bundles.trip)))


def optimum(instance: Instance, seconds: float) -> dict[int, list[int]]:
    """The best plan there is: most served, then least detour; set packing by HiGHS. For about a hundred orders."""
    bundles = all_bundles(instance)
    worth = SHORT_COST * bundles.size - bundles.detour
    limits = LinearConstraint(shares(bundles, instance), ub=np.ones(len(instance.store) + len(instance.depart)))
    chosen = milp(
        -worth,
        integrality=np.ones(len(worth), np.int64),
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"time_limit": seconds, "mip_rel_gap": 0.0},
    )
    rows = np.flatnonzero(chosen.x > 0.5) if chosen.x is not None else np.zeros(0, np.int64)
    return {int(bundles.trip[row]): bundles.route(int(row)) for row in rows}


def most_served(bundles: Bundles, instance: Instance) -> float:
    """Most orders that the linear relaxation serves, by column generation."""
    return -_generated(bundles, instance, -bundles.size.astype(np.float64), 0.0, 0.0)


def least_detour(bundles: Bundles, instance: Instance, served: int) -> float:
    """Least detour of the linear relaxation at so many served."""
    return _generated(bundles, instance, bundles.detour.astype(np.float64), float(served), SHORT_COST)


def _generated(bundles: Bundles, instance: Instance, cost: Floats, wanted: float, short_cost: float) -> float:
    """Bound from below the least cost of a fractional choice of bundles, adding columns that could still help.

    Where time runs out first, Lagrange's bound holds: what the prices say, less the best bundle that each trip could
    still add.
    """
    table = shares(bundles, instance).tocsc()
    size = bundles.size.astype(np.float64)
    used = np.zeros(len(cost), np.bool_)
    used[np.argsort(bundles.detour / size)[:FIRST_COLUMNS]] = True
    limits = np.r_[np.ones(table.shape[0]), -wanted]
    least, ends_at = -np.inf, time.perf_counter() + MOST_SECONDS
    firsts = np.flatnonzero(np.r_[True, np.diff(bundles.trip) != 0])
    while True:
        rows = np.flatnonzero(used)
        some = vstack([table[:, rows], csr_array(-size[None, rows])])
        short = csr_array(np.r_[np.zeros(table.shape[0]), -1.0][:, None])
        found: Any = linprog(np.r_[cost[rows], short_cost], hstack([some, short]), limits, method="highs")  # type: ignore[call-overload]  # sparse limits are allowed, its types leave them out
        price = np.asarray(found.ineqlin.marginals)
        reduced = cost - table.T @ price[:-1] + size * price[-1]
        best_of_trip = np.minimum.reduceat(reduced, firsts)
        least = max(least, float(limits @ price + np.minimum(best_of_trip, 0.0).sum()))
        worst = np.argsort(reduced)[:MORE_COLUMNS]
        worst = worst[reduced[worst] < -1e-6]
        if len(worst) == 0 or time.perf_counter() > ends_at:
            return float(found.fun) if len(worst) == 0 else least
        used[worst] = True
        for first, last in pairwise([*firsts.tolist(), len(cost)]):
            used[first + np.argsort(reduced[first:last])[:COLUMNS_A_TRIP]] = True


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
    """Bound the instance that the one argument names; with `served`, the detour at so many served as well."""
    ask = json.loads(sys.argv[1])
    instance = instance_of(ask["kind"], ask["orders"], ask["trips"], ask["seed"])
    found, anywhere = flow(instance)
    result: dict[str, float] = {"served_at_most": anywhere, "flow_found": found}
    if ask["orders"] <= min(BUNDLES_UP_TO, ask.get("bundles_up_to", BUNDLES_UP_TO)):
        bundles = all_bundles(instance)
        result["bundles"] = len(bundles.trip)
        if ask["orders"] <= RELAXED_UP_TO:
            result["served_at_most"] = most_served(bundles, instance)
        if "served" in ask:
            result["detour_at_least"] = least_detour(bundles, instance, ask["served"])
    print(json.dumps(result))


if __name__ == "__main__":
    main()
