"""Make a problem from plain rows with points: the door through which the rest of Homeward comes in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import inf, isfinite

import numpy as np
from numpy.typing import NDArray

from common.geo import Point
from dispatch.engine.problem import NO_LIMIT, NONE, Deliveries, Need, Objective, Problem, Trips
from dispatch.engine.surviving import surviving_pairs
from dispatch.engine.travel import DENSE_UP_TO, travel_between
from providers.routing.base import Routing

NOTHING = Need(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One delivery; the columns are those of `Deliveries`, with points instead of locations."""

    pickup: Point
    dropoff: Point
    store: int
    ready_s: float
    due_s: float
    pick_by_s: float = inf
    drop_from_s: float = -inf
    pick_s: float = 120
    drop_s: float = 180
    units: float = 1
    grams: float = 0
    heaviest_grams: float = 0
    needs: Need = NOTHING
    ride_s: float = inf
    urgency: float = 1
    trip: int = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class TripRow:
    """One trip; the columns are those of `Trips`. `stops` are (delivery index, is it the drop), in driving order."""

    origin: Point
    destination: Point | None
    depart_s: float = 0
    leave_by_s: float = inf
    latest_s: float = inf
    extra_s: float = inf
    extra_m: float = inf
    route_m: float = inf
    units: float = inf
    grams: float = inf
    item_grams: float = inf
    max_orders: float = 4
    refuses: Need = NOTHING
    waited_s: float = 0
    fixed_cost: float = 0
    stops: tuple[tuple[int, bool], ...] = ()
    excluded_stores: tuple[int, ...] = ()
    excluded_deliveries: tuple[int, ...] = ()


def build_problem(
    deliveries: Sequence[DeliveryRow],
    trips: Sequence[TripRow],
    *,
    routing: Routing,
    at: datetime,
    objective: Objective | None = None,
    dense_up_to: int = DENSE_UP_TO,
) -> Problem:
    """Number the points, ask the road engine once, and lay everything in arrays. Equal points share a location."""
    places = Places()
    columns = delivery_columns(deliveries, places)
    rows = trip_columns(trips, places)
    return Problem(
        deliveries=columns,
        trips=rows,
        travel=travel_between(
            list(places.number),
            routing,
            at,
            dense_up_to=dense_up_to,
            surviving=lambda zone, seconds: surviving_pairs(zone, seconds, columns, rows),
        ),
        objective=objective or Objective(),
    )


class Places:
    """Numbers points in the order they come; a point that lies nowhere on earth is NONE."""

    def __init__(self) -> None:
        self.number: dict[Point, int] = {}

    def of(self, point: Point) -> int:
        """Location of a point."""
        if not (isfinite(point.lat) and isfinite(point.lng) and abs(point.lat) <= 90 and abs(point.lng) <= 180):
            return NONE
        return self.number.setdefault(point, len(self.number))


def delivery_columns(rows: Sequence[DeliveryRow], places: Places) -> Deliveries:
    """Columns of the deliveries."""
    return Deliveries(
        pickup=_column([places.of(row.pickup) for row in rows]),
        dropoff=_column([places.of(row.dropoff) for row in rows]),
        store=_column([row.store for row in rows]),
        ready_s=_column([row.ready_s for row in rows]),
        pick_by_s=_column([row.pick_by_s for row in rows]),
        drop_from_s=_column([row.drop_from_s for row in rows]),
        due_s=_column([row.due_s for row in rows]),
        pick_s=_column([row.pick_s for row in rows]),
        drop_s=_column([row.drop_s for row in rows]),
        units=_column([row.units for row in rows]),
        grams=_column([row.grams for row in rows]),
        heaviest_grams=_column([row.heaviest_grams for row in rows]),
        needs=_column([int(row.needs) for row in rows]),
        ride_s=_column([row.ride_s for row in rows]),
        urgency=_column([row.urgency for row in rows]),
        trip=_column([row.trip for row in rows]),
    )


def trip_columns(rows: Sequence[TripRow], places: Places) -> Trips:
    """Columns of the trips; a trip whose destination lies nowhere on earth is marked as bad by its origin."""
    ends = [NONE if row.destination is None else places.of(row.destination) for row in rows]
    lost = [end == NONE and row.destination is not None for end, row in zip(ends, rows, strict=True)]
    origins = [NONE if gone else places.of(row.origin) for gone, row in zip(lost, rows, strict=True)]
    stops = [2 * delivery + is_drop for row in rows for delivery, is_drop in row.stops]
    return Trips(
        origin=_column(origins),
        destination=_column(ends),
        depart_s=_column([row.depart_s for row in rows]),
        leave_by_s=_column([row.leave_by_s for row in rows]),
        latest_s=_column([row.latest_s for row in rows]),
        extra_s=_column([row.extra_s for row in rows]),
        extra_m=_column([row.extra_m for row in rows]),
        route_m=_column([row.route_m for row in rows]),
        units=_column([row.units for row in rows]),
        grams=_column([row.grams for row in rows]),
        item_grams=_column([row.item_grams for row in rows]),
        max_orders=_column([min(row.max_orders, NO_LIMIT) for row in rows]),
        refuses=_column([int(row.refuses) for row in rows]),
        waited_s=_column([row.waited_s for row in rows]),
        fixed_cost=_column([row.fixed_cost for row in rows]),
        stops_from=_column(np.cumsum([0, *(len(row.stops) for row in rows)]).tolist()),
        stops=_column(stops),
        barred_stores=_pairs([(t, store) for t, row in enumerate(rows) for store in row.excluded_stores]),
        barred_deliveries=_pairs([(t, d) for t, row in enumerate(rows) for d in row.excluded_deliveries]),
    )


def _column(values: Sequence[float]) -> NDArray[np.int64]:
    """Numbers as they came; the columns' own check rounds them and marks what is none."""
    if all(isinstance(value, int) for value in values):
        return np.array([max(-NO_LIMIT, min(NO_LIMIT, int(value))) for value in values], np.int64)
    return np.array(values, np.float64)


def _pairs(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(pairs, np.int64).reshape(-1, 2)
