"""From a problem to the flat tables of the kernels: bad rows set apart, limits raised to what is already promised."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.engine import layout as at
from dispatch.engine.problem import BAD, NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.routes import World, empty_routes
from dispatch.engine.travel import FAR

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
MOST_ORDERS = 100  # in one route, where nothing less is stated
KEY = 1 << 32  # trip * KEY + store or delivery: one sorted array answers "is this pair barred"


@dataclass(frozen=True, slots=True)
class Ready:
    """A problem made ready for the kernels."""

    world: World
    routes: Ints  # rows as in layout.py; the committed stops only, times not worked out yet
    invalid: Bools  # (n,) rows that are unusable
    invalid_trips: Bools  # (m,)
    open: Bools  # (n,) deliveries to be given to a trip
    base_s: Ints  # (m,) driving of the committed route
    base_m: Ints


def prepare(problem: Problem) -> Ready:
    """Set the bad rows apart and lay out the rest."""
    deliveries, trips = problem.deliveries, problem.trips
    usable = problem.travel.usable()
    invalid = bad_deliveries(deliveries, usable)
    invalid_trips = bad_trips(trips, usable, len(deliveries)) | _bad_commitments(problem, invalid)
    world = _world(problem, invalid, invalid_trips)
    base_s, base_m = _direct(problem, invalid_trips)
    world.v[:, at.MOST_S] = np.where(invalid_trips, 0, base_s + trips.extra_s)
    world.v[:, at.MOST_M] = np.where(invalid_trips, 0, np.minimum(base_m + trips.extra_m, trips.route_m))
    routes = _committed_routes(problem, world, invalid_trips, base_s, base_m)
    return Ready(
        world=world,
        routes=routes,
        invalid=invalid,
        invalid_trips=invalid_trips,
        open=~invalid & (deliveries.trip == NONE),
        base_s=base_s,
        base_m=base_m,
    )


def _direct(problem: Problem, invalid_trips: Bools) -> tuple[Ints, Ints]:
    """Seconds and metres of every trip driven straight, (m,) each; 0 without a destination."""
    seconds, metres = np.zeros(len(invalid_trips), np.int64), np.zeros(len(invalid_trips), np.int64)
    rows = np.flatnonzero(~invalid_trips & (problem.trips.destination != NONE))
    if len(rows):
        seconds[rows], metres[rows] = problem.travel.legs(problem.trips.origin[rows], problem.trips.destination[rows])
    return seconds, metres


def bad_deliveries(deliveries: Deliveries, usable: Bools) -> Bools:
    """Rows that no plan may contain: not a number, nowhere, or less than nothing."""
    d = deliveries
    bad = _any_bad([d.store, d.ready_s, d.pick_by_s, d.drop_from_s, d.due_s, d.ride_s, d.needs, d.trip])
    for location in (d.pickup, d.dropoff):
        bad |= ~_somewhere(location, usable)
    for amount in (d.pick_s, d.drop_s, d.units, d.grams, d.heaviest_grams, d.urgency):
        bad = np.asarray(bad | (amount < 0) | (amount >= NO_LIMIT), np.bool_)
    never = (d.ready_s >= NO_LIMIT) | (d.drop_from_s >= NO_LIMIT)
    return np.asarray(bad | (d.urgency == 0) | never | (d.needs < 0), np.bool_)


def bad_trips(trips: Trips, usable: Bools, deliveries: int) -> Bools:
    """Rows that cannot be driven: not a number, nowhere, over before they start, or with stops that do not exist."""
    t = trips
    columns = [t.latest_s, t.extra_s, t.extra_m, t.route_m, t.units, t.grams, t.item_grams, t.max_orders, t.refuses]
    bad: Bools = _any_bad([*columns, t.depart_s, t.leave_by_s, t.waited_s, t.fixed_cost])
    bad |= ~_somewhere(t.origin, usable) | ((t.destination != NONE) & ~_somewhere(t.destination, usable))
    bad |= (np.abs(t.depart_s) >= NO_LIMIT) | (t.refuses < 0)
    bad |= (np.diff(t.stops_from) == 0) & (t.leave_by_s < t.depart_s)
    return bad


def _bad_commitments(problem: Problem, invalid: Bools) -> Bools:
    """Trips with a committed stop of a bad delivery, or twice the same, or a drop before its pick-up."""
    bad = np.zeros(len(problem.trips), np.bool_)
    for trip in np.flatnonzero(np.diff(problem.trips.stops_from)):
        stops = problem.committed(int(trip))
        if any(not 0 <= stop < 2 * len(invalid) for stop in stops):
            bad[trip] = True
            continue
        rows = np.array(stops) // 2
        dropped_first = any(stop % 2 == 0 and stop + 1 not in stops[k:] for k, stop in enumerate(stops))
        strange = bool((invalid[rows] | (problem.deliveries.trip[rows] != trip)).any())
        bad[trip] = strange or dropped_first or len(set(stops)) != len(stops)
    return bad


def _any_bad(columns: list[Ints]) -> Bools:
    bad = np.zeros(columns[0].shape, np.bool_)
    for column in columns:
        bad |= column == BAD
    return bad


def _somewhere(location: Ints, usable: Bools) -> Bools:
    inside = (location >= 0) & (location < len(usable))
    if len(usable) == 0:
        return inside
    return np.asarray(inside & usable[np.where(inside, location, 0)], np.bool_)


def _world(problem: Problem, invalid: Bools, invalid_trips: Bools) -> World:
    """Flat tables; bad rows are all zeros and closed."""
    deliveries, trips, travel = problem.deliveries, problem.trips, problem.travel
    d = np.zeros((len(deliveries), at.DELIVERY_COLUMNS), np.int64)
    d[:, at.RIDE], d[:, at.NEEDS] = deliveries.ride_s, deliveries.needs
    d[:, at.HEAVIEST], d[:, at.STORE] = deliveries.heaviest_grams, deliveries.store
    v = np.zeros((len(trips), at.TRIP_COLUMNS), np.int64)
    v[:, at.ORIGIN], v[:, at.DESTINATION] = trips.origin, trips.destination
    v[:, at.DEPART], v[:, at.LATEST] = trips.depart_s, trips.latest_s
    v[:, at.ROOM], v[:, at.ROOM_GRAMS], v[:, at.ITEM_GRAMS] = trips.units, trips.grams, trips.item_grams
    v[:, at.MOST_ORDERS], v[:, at.REFUSES], v[:, at.OPEN] = trips.max_orders, trips.refuses, ~invalid_trips
    d[invalid], v[invalid_trips] = 0, 0
    costs = np.array([problem.objective.second_cost, problem.objective.metre_cost], np.float64)
    return World(
        s=_stops(deliveries, invalid),
        d=d,
        v=v,
        seconds=travel.seconds,
        metres=travel.metres,
        place=travel.place,
        zone=travel.zone,
        pace=travel.seconds_a_metre,
        stretch=travel.metres_a_metre,
        costs=costs,
        barred_stores=_keys(trips.barred_stores),
        barred_deliveries=_keys(trips.barred_deliveries),
    )


def _stops(deliveries: Deliveries, invalid: Bools) -> Ints:
    """Both stops of every delivery, (2n, STOP_COLUMNS)."""
    d = deliveries
    s = np.zeros((2 * len(d), at.STOP_COLUMNS), np.int64)
    s[0::2] = np.column_stack([d.pickup, d.ready_s, d.pick_by_s, d.pick_s, d.units, d.grams])
    s[1::2] = np.column_stack([d.dropoff, d.drop_from_s, d.due_s, d.drop_s, -d.units, -d.grams])
    s[np.repeat(invalid, 2)] = 0
    return s


def _committed_routes(problem: Problem, world: World, invalid_trips: Bools, base_s: Ints, base_m: Ints) -> Ints:
    """Routes of the committed stops; a limit they already break is raised to what they need, so none gets worse."""
    m = len(problem.trips)
    if m == 0:
        return empty_routes(0, 0)
    n_open = int((problem.deliveries.trip == NONE).sum())
    most_new = np.clip(problem.trips.max_orders, 0, min(n_open, MOST_ORDERS))
    width = int((2 * most_new + np.diff(problem.trips.stops_from)).max())
    routes = empty_routes(m, width)
    for trip in np.flatnonzero(~invalid_trips & (np.diff(problem.trips.stops_from) > 0)):
        stops = problem.committed(int(trip))
        routes[trip, at.LENGTH] = len(stops)
        routes[trip, at.STOPS : at.STOPS + len(stops)] = stops
        base_s[trip], base_m[trip] = _raise_limits(problem, world, int(trip), stops)
    already = world.v[:, at.BOUND]
    world.v[:, at.MOST_ORDERS] = np.minimum(world.v[:, at.MOST_ORDERS], most_new + already)
    return routes


def _raise_limits(problem: Problem, world: World, trip: int, stops: list[int]) -> tuple[int, int]:
    """Drive the committed stops of a trip and raise its limits to what they need; seconds and metres driven."""
    s, d, v = world.s, world.d, world.v[trip]
    picked = {stop // 2 for stop in stops if stop % 2 == 0}
    loaded = [stop // 2 for stop in stops if stop // 2 not in picked]
    units, grams = int(s[[2 * i for i in loaded], at.UNITS].sum()), int(s[[2 * i for i in loaded], at.GRAMS].sum())
    v[at.ABOARD], v[at.ABOARD_GRAMS], v[at.LOADED] = units, grams, len(loaded)
    v[at.BOUND] = len(loaded) + len(picked)
    v[at.ROOM], v[at.ROOM_GRAMS] = max(int(v[at.ROOM]), units), max(int(v[at.ROOM_GRAMS]), grams)
    d[loaded, at.RIDE] = NO_LIMIT
    left: dict[int, int] = {}
    here, clock, seconds, metres = int(v[at.ORIGIN]), int(v[at.DEPART]), 0, 0
    for stop in stops:
        leg, i = problem.travel.leg(here, int(s[stop, at.PLACE])), stop // 2
        seconds, metres, here = seconds + leg[0], metres + leg[1], int(s[stop, at.PLACE])
        start = max(clock + leg[0], int(s[stop, at.FROM]))
        s[stop, at.BY] = max(int(s[stop, at.BY]), start)
        if stop % 2 and i in left:
            d[i, at.RIDE] = max(int(d[i, at.RIDE]), start - left[i])
        clock = left[i] = start + int(s[stop, at.SERVICE])
        units, grams = units + int(s[stop, at.UNITS]), grams + int(s[stop, at.GRAMS])
        v[at.ROOM], v[at.ROOM_GRAMS] = max(int(v[at.ROOM]), units), max(int(v[at.ROOM_GRAMS]), grams)
    last = problem.travel.leg(here, int(v[at.DESTINATION])) if v[at.DESTINATION] >= 0 else (0, 0)
    seconds, metres = seconds + last[0], metres + last[1]
    v[at.LATEST] = max(int(v[at.LATEST]), clock + last[0])
    v[at.MOST_S], v[at.MOST_M] = max(int(v[at.MOST_S]), seconds), max(int(v[at.MOST_M]), metres)
    v[at.OPEN] = clock + last[0] < FAR
    return seconds, metres


def _keys(pairs: Ints) -> Ints:
    pairs = pairs.reshape(-1, 2)
    return np.sort(pairs[:, 0] * KEY + pairs[:, 1])
