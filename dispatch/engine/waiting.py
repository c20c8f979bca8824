"""The third level of the objective: among equal detours, who has waited longest since the last offer comes first.

The search looks at what is served and at detour alone. Afterwards whole routes change hands: a route may go to any
trip that keeps every limit with it and adds no more than `Objective.equal_cost` beyond what it adds now. Of all ways to
hand the routes out so, one is chosen in which the longest waiting drivers have them: first the one who has waited
longest of all who can be given one, then the next; among equals the least detour. Sets of trips that can be given all
routes are a matroid (Edmonds and Fulkerson 1965), so a matching of the greatest weight is just that, by whatever
weights grow with waiting. Nothing that is served is lost, and no more is served. Where all have waited the same, what
is left is the assignment problem: routes go where they add least.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching
from scipy.spatial import cKDTree

from dispatch.engine.plan import Plan, TripPlan
from dispatch.engine.problem import NO_LIMIT, NONE, Need, Problem
from dispatch.engine.unpack import trip_plan

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
ALL_PAIRS = 500_000  # routes times trips up to which every trip is held against every route; above, the most alike
MOST_ALIKE = 32
KEY = 1 << 32
MOST_SAVED = 10_000  # of a better detour than now, so much counts: sums stay exact


class Routes(NamedTuple):
    """R routes of S stops at most, as they are wherever they go. Times are after reaching the first stop."""

    trip: Ints  # (R,) who has it
    delivery: Ints  # (R, S) of each stop, -1 beyond the last
    first: Ints  # (R,) location of the first stop
    last: Ints
    seconds: Ints  # driving from the first stop to the last
    metres: Ints
    takes: Ints  # to have left the last stop, without waiting
    done: Ints  # the last stop is not left before, however early the first is reached
    latest: Ints  # reach the first stop by
    orders: Ints
    units: Ints  # most aboard
    grams: Ints
    heaviest: Ints
    needs: Ints
    is_clocked: Bools  # holds goods that may ride for so long without a cold box


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Routes held against trips, and what each would cost there beyond what it costs now."""

    route: Ints
    trip: Ints
    change: NDArray[np.float64]


def longest_waiting_first(problem: Problem, plan: Plan) -> Plan:
    """Hand routes to trips they add no more to and whose drivers have waited longer; runs under way keep theirs.

    The same problem and plan give the same answer. The time grows with the number of trips.
    """
    free = _free_trips(problem, plan)
    held = [one for one in plan.trips if one.deliveries and free[one.trip]]
    if not held:
        return plan
    routes = _routes(problem, held)
    pairs = _equal(problem, routes, *_candidates(problem, routes, np.flatnonzero(free)))
    chosen = _matching(problem, routes, pairs)
    moved = {held[r].trip: int(t) for r, t in enumerate(chosen) if held[r].trip != t}
    kept = [one for one in plan.trips if one.trip not in moved]
    given = [_given(problem, one, moved[one.trip]) for one in held if one.trip in moved]
    return replace(plan, trips=tuple(sorted([*kept, *given], key=lambda one: one.trip)))


def _free_trips(problem: Problem, plan: Plan) -> Bools:
    """Trips that could as well have another route, or one at all, (m,)."""
    free = np.asarray((np.diff(problem.trips.stops_from) == 0) & (problem.trips.fixed_cost <= 0), np.bool_)
    free[list(plan.invalid_trips)] = False
    return free


def _given(problem: Problem, route: TripPlan, trip: int) -> TripPlan:
    codes = [2 * stop.delivery + stop.is_drop for stop in route.stops]
    return trip_plan(problem, trip, codes, problem.direct(trip))


def _routes(problem: Problem, held: list[TripPlan]) -> Routes:
    """Lay some routes out and work out what does not depend on who drives them."""
    d, size = problem.deliveries, np.array([len(one.stops) for one in held])
    code = np.full((len(held), int(size.max())), -1, np.int64)
    for row, one in enumerate(held):
        code[row, : size[row]] = [2 * stop.delivery + stop.is_drop for stop in one.stops]
    there, i, is_drop = code >= 0, np.maximum(code, 0) >> 1, (code & 1) == 1
    place = np.where(is_drop, d.dropoff[i], d.pickup[i])
    place = np.where(there, place, place[:, :1])
    opens, by = np.where(is_drop, d.drop_from_s[i], d.ready_s[i]), np.where(is_drop, d.due_s[i], d.pick_by_s[i])
    service = np.where(there, np.where(is_drop, d.drop_s[i], d.pick_s[i]), 0)
    by = np.where(there, by, NO_LIMIT)
    seconds, metres = (np.where(there[:, 1:], legs, 0) for legs in _between(problem, place))
    takes, done, latest = service[:, 0], opens[:, 0] + service[:, 0], by[:, -1]
    for k in range(1, code.shape[1]):
        takes = takes + seconds[:, k - 1] + service[:, k]
        then = np.maximum(done + seconds[:, k - 1], opens[:, k]) + service[:, k]
        done = np.where(there[:, k], then, done)
    for k in range(code.shape[1] - 2, -1, -1):
        latest = np.minimum(by[:, k], latest - seconds[:, k] - service[:, k])
    sign = np.where(there, np.where(is_drop, -1, 1), 0)
    return Routes(
        trip=np.array([one.trip for one in held]),
        delivery=np.where(there, i, -1),
        first=place[:, 0],
        last=place[np.arange(len(held)), size - 1],
        seconds=seconds.sum(axis=1),
        metres=metres.sum(axis=1),
        takes=takes,
        done=done,
        latest=latest,
        orders=size // 2,
        units=np.cumsum(sign * d.units[i], axis=1).max(axis=1),
        grams=np.cumsum(sign * d.grams[i], axis=1).max(axis=1),
        heaviest=np.where(there, d.heaviest_grams[i], 0).max(axis=1),
        needs=np.bitwise_or.reduce(np.where(there, d.needs[i], 0), axis=1),
        is_clocked=(there & (d.ride_s[i] < NO_LIMIT)).any(axis=1),
    )


def _between(problem: Problem, place: Ints) -> tuple[Ints, Ints]:
    """Seconds and metres from each stop to the next, (R, S - 1)."""
    seconds, metres = problem.travel.legs(place[:, :-1].ravel(), place[:, 1:].ravel())
    return seconds.reshape(len(place), -1), metres.reshape(len(place), -1)


def _candidates(problem: Problem, routes: Routes, free: Ints) -> tuple[Ints, Ints]:
    """Pairs of a route and a trip to look at: all, or in a large market those that start and end most alike."""
    count, travel = len(routes.trip), problem.travel
    if count * len(free) <= ALL_PAIRS or travel.is_dense:
        return np.repeat(np.arange(count), len(free)), np.tile(free, count)
    found_routes, found_trips = [], []
    ends = problem.trips.destination
    for has_end in (False, True):
        mine, some = np.flatnonzero((ends[routes.trip] != NONE) == has_end), free[(ends[free] != NONE) == has_end]
        if len(mine) == 0:
            continue
        where = [travel.place[problem.trips.origin]] + ([travel.place[ends]] if has_end else [])
        spot = np.concatenate(where, axis=1)
        near = cKDTree(spot[some]).query(spot[routes.trip[mine]], k=np.arange(1, min(MOST_ALIKE, len(some)) + 1))[1]
        found_routes.append(np.repeat(mine, near.shape[1]))
        found_trips.append(some[near.ravel()])
    return np.concatenate(found_routes), np.concatenate(found_trips)


def _equal(problem: Problem, routes: Routes, route: Ints, trip: Ints) -> _Pairs:
    """Pairs in which the trip keeps every limit and adds no more than counts as equal, and each route with its own."""
    mine, weights = np.arange(len(routes.trip)), problem.objective
    own, way = _ways(problem, routes, mine, routes.trip), _ways(problem, routes, route, trip)
    now = weights.second_cost * own.seconds + weights.metre_cost * own.metres
    change = weights.second_cost * way.seconds + weights.metre_cost * way.metres - now[route]
    near = np.flatnonzero((change <= weights.equal_cost) & (trip != routes.trip[route]))
    route, trip, change, way = route[near], trip[near], change[near], _Ways(*(column[near] for column in way))
    ok = _keeps_limits(problem, routes, route, trip, way) & _keeps_cold(problem, routes, route, trip, way, own)
    ok[ok] = ~_is_barred(problem, routes, route[ok], trip[ok])
    return _Pairs(
        np.concatenate([mine, route[ok]]),
        np.concatenate([routes.trip, trip[ok]]),
        np.concatenate([np.zeros(len(mine)), np.maximum(change[ok], -MOST_SAVED)]),
    )


class _Ways(NamedTuple):
    """What routes come to on trips, (k,) each: driving added, the whole of it, and when the first stop is reached."""

    seconds: Ints
    metres: Ints
    all_metres: Ints
    arrive: Ints
    finish: Ints


def _ways(problem: Problem, routes: Routes, route: Ints, trip: Ints) -> _Ways:
    t, legs = problem.trips, problem.travel.legs
    has_end = t.destination[trip] != NONE
    last = routes.last[route]
    end = np.where(has_end, t.destination[trip], last)
    there_s, there_m = legs(t.origin[trip], routes.first[route])
    onward_s, onward_m = legs(last, end)
    direct_s, direct_m = legs(t.origin[trip], np.where(has_end, end, t.origin[trip]))
    metres = there_m + routes.metres[route] + onward_m
    arrive = t.depart_s[trip] + there_s
    return _Ways(
        seconds=there_s + routes.seconds[route] + onward_s - direct_s,
        metres=metres - direct_m,
        all_metres=metres,
        arrive=arrive,
        finish=np.maximum(arrive + routes.takes[route], routes.done[route]) + onward_s,
    )


def _keeps_limits(problem: Problem, routes: Routes, route: Ints, trip: Ints, way: _Ways) -> Bools:
    """Whether times, budgets, room and what the driver never takes allow a route, (k,)."""
    t = problem.trips
    ok = (way.arrive <= routes.latest[route]) & (way.finish <= t.latest_s[trip])
    ok &= (way.seconds <= t.extra_s[trip]) & (way.metres <= t.extra_m[trip]) & (way.all_metres <= t.route_m[trip])
    ok &= (routes.units[route] <= t.units[trip]) & (routes.grams[route] <= t.grams[trip])
    ok &= (routes.orders[route] <= t.max_orders[trip]) & (routes.heaviest[route] <= t.item_grams[trip])
    return np.asarray(ok & ((t.refuses[trip] & routes.needs[route]) == 0), np.bool_)


def _keeps_cold(problem: Problem, routes: Routes, route: Ints, trip: Ints, way: _Ways, own: _Ways) -> Bools:
    """Whether goods on a clock ride in a cold box, or no longer than now: who starts later waits less on the way."""
    no_box = (problem.trips.refuses & Need.COLD_BOX) != 0
    no_longer = no_box[routes.trip[route]] & (way.arrive >= own.arrive[route])
    return np.asarray(~routes.is_clocked[route] | ~no_box[trip] | no_longer, np.bool_)


def _is_barred(problem: Problem, routes: Routes, route: Ints, trip: Ints) -> Bools:
    """Whether a trip never takes one of the route's deliveries, or anything from one of their stores, (k,)."""
    barred = np.zeros(len(route), np.bool_)
    for pairs, name in (
        (problem.trips.barred_stores, problem.deliveries.store),
        (problem.trips.barred_deliveries, np.arange(len(problem.deliveries))),
    ):
        keys = pairs.reshape(-1, 2)[:, 0] * KEY + pairs.reshape(-1, 2)[:, 1]
        for stop in routes.delivery.T if len(keys) else ():
            i = stop[route]
            barred |= (i >= 0) & np.isin(trip * KEY + name[np.maximum(i, 0)], keys)
    return barred


def _matching(problem: Problem, routes: Routes, pairs: _Pairs) -> Ints:
    """The trip of each route, (R,): the longest waiting first, then by detour; who has it keeps it among equals."""
    trips, column = np.unique(pairs.trip, return_inverse=True)
    ranks = np.unique(problem.trips.waited_s[trips], return_inverse=True)[1]
    change = np.round(pairs.change) + (pairs.trip != routes.trip[pairs.route]) / (len(routes.trip) + 1)
    step = len(routes.trip) * (float(np.ptp(change)) + 1)  # no sum of detours outweighs one place in the order
    weight = change - step * ranks[column]
    weight += 1 - float(weight.min())
    graph = csr_array((weight, (pairs.route, column)), shape=(len(routes.trip), len(trips)))
    chosen = min_weight_full_bipartite_matching(graph)[1]
    return np.asarray(trips[chosen], np.int64)
