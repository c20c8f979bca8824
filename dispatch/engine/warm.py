"""Start from an earlier plan: routes that still stand are laid as they were, the others' deliveries only wished for."""

from itertools import chain

import numpy as np
from numpy.typing import NDArray

from dispatch.engine import layout as at
from dispatch.engine.plan import Plan, TripPlan
from dispatch.engine.prepare import KEY
from dispatch.engine.problem import NONE, Problem
from dispatch.engine.routes import World

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def earlier_routes(problem: Problem, plan: Plan | None) -> dict[int, list[int]]:
    """Stop codes by trip of those routes in an earlier plan that name each open delivery whole and nothing strange."""
    n, routes, seen = len(problem.deliveries), dict[int, list[int]](), set[int]()
    for trip in plan.trips if plan else ():
        mine = set(trip.deliveries)
        known = 0 <= trip.trip < len(problem.trips) and trip.trip not in routes
        if known and mine and not mine & seen and all(0 <= i < n for i in mine) and _is_whole(problem, trip):
            seen |= mine
            routes[trip.trip] = [2 * stop.delivery + stop.is_drop for stop in trip.stops]
    return routes


def _is_whole(problem: Problem, trip: TripPlan) -> bool:
    """Whether the stops are the committed ones in order, and a pick-up and then a drop of each open delivery."""
    codes = [2 * stop.delivery + stop.is_drop for stop in trip.stops]
    place = {code: k for k, code in enumerate(codes)}
    committed, new = problem.committed(trip.trip), set(trip.deliveries)
    pairs = all(place.get(2 * i, len(codes)) < place.get(2 * i + 1, -1) for i in new)
    are_open = all(int(problem.deliveries.trip[i]) == NONE for i in new)
    return pairs and are_open and [c for c in codes if c >> 1 not in new] == committed and len(place) == len(codes)


def lay_down(routes: Ints, codes: dict[int, list[int]], is_open: Bools) -> Ints:
    """Write stop codes into the routes' rows; the trips written to. What is too long or not open any more is not."""
    run = (routes.shape[1] - at.STOPS) // at.RUNS
    laid = [t for t, stops in codes.items() if len(stops) < run and _all_open(stops, routes[t], is_open)]
    for trip in laid:
        routes[trip, at.LENGTH] = len(codes[trip])
        routes[trip, at.STOPS : at.STOPS + len(codes[trip])] = codes[trip]
    return np.array(laid, np.int64)


def _all_open(stops: list[int], route: Ints, is_open: Bools) -> bool:
    committed = route[at.STOPS : at.STOPS + route[at.LENGTH]].tolist()
    return bool(is_open[[stop >> 1 for stop in stops if stop not in committed]].all())


def standing(problem: Problem, world: World, routes: Ints, laid: Ints) -> Bools:
    """Whether each laid route, its times worked out, keeps every limit, (k,); cold-chain clocks are not looked at."""
    r, v = routes[laid], world.v[laid]
    run = (routes.shape[1] - at.STOPS) // at.RUNS
    late, load, grams = (at.STOPS + k * run for k in (2, 3, 4))
    inside = np.arange(run) <= r[:, [at.LENGTH]]
    first = r[:, at.STOPS]
    to_first = problem.travel.legs(v[:, at.ORIGIN], world.s[first, at.PLACE])[0]
    ok = (v[:, at.DEPART] + to_first <= r[:, late]) & (v[:, at.OPEN] != 0) & (r[:, at.CLOCKED] == 0)
    ok &= (r[:, at.SECONDS] <= v[:, at.MOST_S]) & (r[:, at.METRES] <= v[:, at.MOST_M])
    ok &= r[:, at.ORDERS] <= v[:, at.MOST_ORDERS]
    ok &= np.where(inside, r[:, load : load + run], 0).max(axis=1) <= v[:, at.ROOM]
    ok &= np.where(inside, r[:, grams : grams + run], 0).max(axis=1) <= v[:, at.ROOM_GRAMS]
    return np.asarray(ok & ~_refused(world, r, laid), np.bool_)


def _refused(world: World, r: Ints, laid: Ints) -> Bools:
    """Whether a route holds a delivery that its driver never takes, (k,)."""
    lengths = r[:, at.LENGTH]
    row = np.repeat(np.arange(len(laid)), lengths)
    stop = np.fromiter(chain.from_iterable(r[k, at.STOPS : at.STOPS + lengths[k]] for k in range(len(laid))), np.int64)
    delivery, trip = stop >> 1, laid[row]
    bad = (world.v[trip, at.REFUSES] & world.d[delivery, at.NEEDS]) != 0
    bad |= world.d[delivery, at.HEAVIEST] > world.v[trip, at.ITEM_GRAMS]
    bad |= np.isin(trip * KEY + world.d[delivery, at.STORE], world.barred_stores)
    bad |= np.isin(trip * KEY + delivery, world.barred_deliveries)
    return np.bincount(row[bad], minlength=len(laid)) > 0
