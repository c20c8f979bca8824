"""Which pairs of zones are worth asking a road engine about: those that plans are made of."""

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import NONE, Deliveries, Trips

Bools = NDArray[np.bool_]
DOUBT = 1.2  # an estimate may be so much too long; a pair left out by mistake keeps its estimate
NEAR_SECONDS = 900  # stops farther apart follow each other seldom
ANY = 10**9  # seconds; rows may say anything, and a difference must not overflow
MOST_SECONDS = 4 * 3_600  # no trip is asked for longer, whatever it says


def surviving_pairs(zone: NDArray[np.int32], seconds: NDArray[np.int32], deliveries: Deliveries, trips: Trips) -> Bools:
    """The pairs (Z, Z) that plans are made of, by estimated seconds between zones (Z, Z).

    The direct way of each trip; from its origin to the stores, and to its end from the doors, that it can drive by
    within its budget; every delivery from store to door; and stops near each other. Over a large metro the way of
    somebody leads past almost every pair of stops, so distance, not budgets, bounds those. Trips alike in ends and
    budget are looked at once.
    """
    wanted = np.zeros(seconds.shape, np.bool_)
    rides = (deliveries.pickup != NONE) & (deliveries.dropoff != NONE)
    wanted[zone[deliveries.pickup[rides]], zone[deliveries.dropoff[rides]]] = True
    stores, doors = _zones(zone, deliveries.pickup), _zones(zone, deliveries.dropoff)
    stops = np.union1d(stores, doors)
    wanted[np.ix_(stops, stops)] |= seconds[np.ix_(stops, stops)] <= NEAR_SECONDS
    for origin, end, most in _kinds(zone, seconds, trips):
        out = seconds[origin].astype(np.int64)
        onward = np.zeros_like(out) if end == NONE else seconds[:, end].astype(np.int64)
        by = out + onward <= most
        wanted[origin, stores[by[stores]]] = True
        if end != NONE:
            wanted[doors[by[doors]], end] = wanted[origin, end] = True
    return wanted


def _zones(zone: NDArray[np.int32], locations: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.unique(zone[locations[locations != NONE]]).astype(np.int64)


def _kinds(zone: NDArray[np.int32], seconds: NDArray[np.int32], trips: Trips) -> list[tuple[int, int, int]]:
    """Different trips: zone of the origin, zone of the end or NONE, most seconds with the doubt, in whole minutes."""
    known = np.flatnonzero(trips.origin != NONE)
    origin = zone[trips.origin[known]].astype(np.int64)
    ends = trips.destination[known]
    end = np.where(ends == NONE, NONE, zone[ends])
    direct = np.where(end == NONE, 0, seconds[origin, end]).astype(np.int64)
    leaves, arrives = (np.clip(column[known], -ANY, ANY) for column in (trips.depart_s, trips.latest_s))
    in_time = np.clip(arrives - leaves, 0, MOST_SECONDS)
    in_budget = direct + np.clip(trips.extra_s[known], 0, MOST_SECONDS)
    most = (np.minimum(in_time, in_budget) * DOUBT // 60 + 1) * 60
    return [(int(a), int(b), int(c)) for a, b, c in np.unique(np.column_stack([origin, end, most]), axis=0)]
