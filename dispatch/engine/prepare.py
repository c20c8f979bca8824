"""From a problem to the flat tables of the kernels: bad rows set apart, limits raised to what is already promised."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.layout import (
    ABOARD,
    ABOARD_GRAMS,
    DELIVERY_COLUMNS,
    DEPART,
    DESTINATION,
    DROP_S,
    DROPOFF,
    DUE,
    GRAMS,
    HEAVIEST,
    ITEM_GRAMS,
    LATEST,
    MOST_M,
    MOST_ORDERS,
    MOST_S,
    NEEDS,
    OPEN,
    ORDERS,
    ORIGIN,
    PICK_S,
    PICKUP,
    READY,
    REFUSES,
    RIDE,
    ROOM,
    ROOM_GRAMS,
    STORE,
    TRIP_COLUMNS,
    UNITS,
)
from dispatch.engine.problem import BAD, NO_LIMIT, NONE, Deliveries, Problem, Trips
from dispatch.engine.routes import Routes, World, place_of, refresh, seconds_between
from dispatch.engine.travel import FAR

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LONGEST_ROUTE = 200  # stops; where no most orders are stated
KEY = 1 << 32  # trip * KEY + store or delivery: one sorted array answers "is this pair barred"


@dataclass(frozen=True, slots=True)
class Ready:
    """A problem made ready for the kernels."""

    world: World
    routes: Routes  # the committed stops only
    barred_stores: Ints  # sorted keys
    barred_deliveries: Ints
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
    routes = _committed_routes(problem, world, invalid_trips)
    return Ready(
        world=world,
        routes=routes,
        barred_stores=_keys(trips.barred_stores),
        barred_deliveries=_keys(trips.barred_deliveries),
        invalid=invalid,
        invalid_trips=invalid_trips,
        open=~invalid & (deliveries.trip == NONE),
        base_s=routes.seconds.copy(),
        base_m=routes.metres.copy(),
    )


def bad_deliveries(deliveries: Deliveries, usable: Bools) -> Bools:
    """Rows that no plan may contain: not a number, nowhere, or less than nothing."""
    d = deliveries
    bad = _any_bad([d.store, d.ready_s, d.due_s, d.ride_s, d.needs, d.trip])
    for location in (d.pickup, d.dropoff):
        bad |= ~_somewhere(location, usable)
    for amount in (d.pick_s, d.drop_s, d.units, d.grams, d.heaviest_grams, d.urgency):
        bad = np.asarray(bad | (amount < 0) | (amount >= NO_LIMIT), np.bool_)
    return np.asarray(bad | (d.urgency == 0) | (d.ready_s >= NO_LIMIT) | (d.needs < 0), np.bool_)


def bad_trips(trips: Trips, usable: Bools, deliveries: int) -> Bools:
    """Rows that cannot be driven: not a number, nowhere, over before they start, or with stops that do not exist."""
    t = trips
    columns = [t.latest_s, t.extra_s, t.extra_m, t.route_m, t.units, t.grams, t.item_grams, t.max_orders, t.refuses]
    bad: Bools = _any_bad([*columns, t.depart_s, t.leave_by_s, t.waited_s, t.fixed_cost])
    bad |= ~_somewhere(t.origin, usable) | ((t.destination != NONE) & ~_somewhere(t.destination, usable))
    bad |= (np.abs(t.depart_s) >= NO_LIMIT) | (t.refuses < 0)
    for row in range(len(t)):
        stops = t.stops[t.stops_from[row] : t.stops_from[row + 1]]
        bad[row] |= bool(((stops < 0) | (stops >= 2 * deliveries)).any())
        bad[row] |= len(stops) == 0 and bool(t.leave_by_s[row] < t.depart_s[row])
    return bad


def _bad_commitments(problem: Problem, invalid: Bools) -> Bools:
    """Trips with a committed stop of a bad delivery, or twice the same, or a drop before its pick-up."""
    bad = np.zeros(len(problem.trips), np.bool_)
    for trip in range(len(bad)):
        seen: set[int] = set()
        for stop in problem.committed(trip):
            if not 0 <= stop < 2 * len(invalid):
                bad[trip] = True
                break
            twice = stop in seen or (stop % 2 == 0 and stop + 1 in seen)
            bad[trip] |= bool(twice or invalid[stop // 2] or problem.deliveries.trip[stop // 2] != trip)
            seen.add(stop)
        bad[trip] |= any(stop % 2 == 0 and stop + 1 not in seen for stop in seen)
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
    d = np.zeros((len(deliveries), DELIVERY_COLUMNS), np.int64)
    d[:, PICKUP], d[:, DROPOFF], d[:, STORE] = deliveries.pickup, deliveries.dropoff, deliveries.store
    d[:, READY], d[:, DUE], d[:, RIDE] = deliveries.ready_s, deliveries.due_s, deliveries.ride_s
    d[:, PICK_S], d[:, DROP_S] = deliveries.pick_s, deliveries.drop_s
    d[:, UNITS], d[:, GRAMS], d[:, HEAVIEST] = deliveries.units, deliveries.grams, deliveries.heaviest_grams
    d[:, NEEDS] = deliveries.needs
    v = np.zeros((len(trips), TRIP_COLUMNS), np.int64)
    v[:, ORIGIN], v[:, DESTINATION] = trips.origin, trips.destination
    v[:, DEPART], v[:, LATEST] = trips.depart_s, trips.latest_s
    v[:, ROOM], v[:, ROOM_GRAMS], v[:, ITEM_GRAMS] = trips.units, trips.grams, trips.item_grams
    v[:, MOST_ORDERS], v[:, REFUSES], v[:, OPEN] = trips.max_orders, trips.refuses, ~invalid_trips
    d[invalid], v[invalid_trips] = 0, 0
    for trip in np.flatnonzero(~invalid_trips):
        seconds, metres = problem.direct(int(trip))
        v[trip, MOST_S] = seconds + trips.extra_s[trip]
        v[trip, MOST_M] = min(metres + trips.extra_m[trip], trips.route_m[trip])
    costs = np.array([problem.objective.second_cost, problem.objective.metre_cost], np.float64)
    return World(
        d=d,
        v=v,
        seconds=travel.seconds,
        metres=travel.metres,
        place=travel.place,
        zone=travel.zone,
        pace=travel.seconds_a_metre,
        stretch=travel.metres_a_metre,
        costs=costs,
    )


def _committed_routes(problem: Problem, world: World, invalid_trips: Bools) -> Routes:
    """Routes of the committed stops; a limit they already break is raised to what they need, so none gets worse."""
    m = len(problem.trips)
    already = np.diff(problem.trips.stops_from) if m else np.zeros(0, np.int64)
    n_open = int((problem.deliveries.trip == NONE).sum())
    most = np.minimum(np.clip(problem.trips.max_orders, 0, n_open) * 2, LONGEST_ROUTE) + already
    width = int(most.max()) + 2 if m else 2
    routes = Routes(
        stops=np.full((m, width), -1, np.int32),
        length=np.zeros(m, np.int32),
        leave=np.zeros((m, width + 1), np.int64),
        late=np.zeros((m, width + 1), np.int64),
        load=np.zeros((m, width + 1), np.int64),
        grams=np.zeros((m, width + 1), np.int64),
        seconds=np.zeros(m, np.int64),
        metres=np.zeros(m, np.int64),
        orders=np.zeros(m, np.int64),
        timed=np.zeros(m, np.bool_),
    )
    longest = (width - 2 - already) // 2 + _orders_committed(problem)
    world.v[:, MOST_ORDERS] = np.minimum(world.v[:, MOST_ORDERS], longest) if m else 0
    for trip in np.flatnonzero(~invalid_trips):
        stops = problem.committed(int(trip))
        routes.stops[trip, : len(stops)] = stops
        routes.length[trip] = len(stops)
        if stops:
            _raise_limits(world, routes, int(trip), stops)
        refresh(world, routes, int(trip))
    return routes


def _orders_committed(problem: Problem) -> Ints:
    """Deliveries each trip is committed to, (m,)."""
    committed = problem.deliveries.trip
    inside = (committed >= 0) & (committed < len(problem.trips))
    return np.bincount(committed[inside], minlength=len(problem.trips)).astype(np.int64)


def _raise_limits(world: World, routes: Routes, trip: int, stops: list[int]) -> None:
    d, v = world.d, world.v
    picked = {stop // 2 for stop in stops if stop % 2 == 0}
    loaded = [stop // 2 for stop in stops if stop // 2 not in picked]
    v[trip, ABOARD] = d[loaded, UNITS].sum()
    v[trip, ABOARD_GRAMS] = d[loaded, GRAMS].sum()
    v[trip, ORDERS] = len(loaded)
    d[loaded, RIDE] = NO_LIMIT
    refresh(world, routes, trip)
    left: dict[int, int] = {}
    for k, stop in enumerate(stops):
        i, leave = stop // 2, int(routes.leave[trip, k + 1])
        if stop % 2 == 0:
            left[i] = leave
            continue
        arrive = leave - int(d[i, DROP_S])
        d[i, DUE] = max(int(d[i, DUE]), arrive)
        if i in left:
            d[i, RIDE] = max(int(d[i, RIDE]), arrive - left[i])
    n = len(stops)
    finish = int(routes.leave[trip, n]) + _last_leg(world, trip, stops[-1])
    v[trip, LATEST] = max(int(v[trip, LATEST]), finish)
    v[trip, MOST_S] = max(int(v[trip, MOST_S]), int(routes.seconds[trip]))
    v[trip, MOST_M] = max(int(v[trip, MOST_M]), int(routes.metres[trip]))
    v[trip, ROOM] = max(int(v[trip, ROOM]), int(routes.load[trip, : n + 1].max()))
    v[trip, ROOM_GRAMS] = max(int(v[trip, ROOM_GRAMS]), int(routes.grams[trip, : n + 1].max()))
    v[trip, OPEN] = finish < FAR


def _last_leg(world: World, trip: int, stop: int) -> int:
    return int(seconds_between(world, int(place_of(world, stop)), int(world.v[trip, DESTINATION])))


def _keys(pairs: Ints) -> Ints:
    pairs = pairs.reshape(-1, 2)
    return np.sort(pairs[:, 0] * KEY + pairs[:, 1])
