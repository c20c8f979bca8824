"""Cut a large problem into two halves for two searches: a straight line across the metro, another one each round."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.engine.problem import Problem

Ints32 = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Halves:
    """Which side, 0 or 1, each trip (m,) and each of the deliveries asked about (k,) lies on."""

    trips: Ints32
    deliveries: Ints32


def cut(problem: Problem, trip_of: Ints32, rows: Ints32, heading: float) -> Halves:
    """Cut at the middle delivery along a heading (radians); what is on a trip goes with its trip.

    Only for paced travel times, where every location has a place.
    """
    along = np.array([np.cos(heading), np.sin(heading)])
    place = np.nan_to_num(problem.travel.place.astype(np.float64)) @ along
    deliveries, trips = problem.deliveries, problem.trips
    door = (place[deliveries.pickup[rows]] + place[deliveries.dropoff[rows]]) / 2
    origin = np.clip(trips.origin, 0, len(place) - 1)
    end = np.where(trips.destination < 0, origin, np.clip(trips.destination, 0, len(place) - 1))
    line = float(np.median(door))
    side = ((place[origin] + place[end]) / 2 > line).astype(np.int32)
    own = (door > line).astype(np.int32)
    on_trip = trip_of[rows] >= 0
    return Halves(side, np.where(on_trip, side[np.maximum(trip_of[rows], 0)], own).astype(np.int32))
