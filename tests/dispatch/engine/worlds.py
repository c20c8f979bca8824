"""Problems for the engine's tests: small ones by hand on a line, random ones, and hostile ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import inf, nan
from typing import Any

import numpy as np
from hypothesis import strategies as st

from common.geo import Point
from dispatch.engine.build import DeliveryRow, Places, TripRow, build_problem, delivery_columns, trip_columns
from dispatch.engine.problem import Need, Objective, Problem
from dispatch.engine.travel import Travel
from providers.routing.builtin import BuiltinRouting

NOON = datetime(2026, 6, 1, 17, tzinfo=UTC)
METRES_PER_DEGREE = 111_195.0
SECONDS_PER_METRE = 0.1


def km(east: float, north: float = 0.0) -> Point:
    """A point so many kilometres from the crossing of equator and Greenwich, where degrees are square."""
    return Point(north * 1_000 / METRES_PER_DEGREE, east * 1_000 / METRES_PER_DEGREE)


def delivery(pickup: Point, dropoff: Point, **columns: Any) -> DeliveryRow:
    """A delivery that is ready, due in an hour, and takes no time at either end."""
    return replace(
        DeliveryRow(pickup=pickup, dropoff=dropoff, store=1, ready_s=0, due_s=3_600, pick_s=0, drop_s=0), **columns
    )


def trip(origin: Point, destination: Point | None, **columns: Any) -> TripRow:
    """A trip that leaves now and may take twenty minutes more."""
    return replace(TripRow(origin=origin, destination=destination, extra_s=1_200, latest_s=7_200), **columns)


def on_plane(
    deliveries: Sequence[DeliveryRow], trips: Sequence[TripRow], objective: Objective | None = None
) -> Problem:
    """A problem where a kilometre is a hundred seconds, straight."""
    places = Places()
    columns, rows = delivery_columns(deliveries, places), trip_columns(trips, places)
    place = np.array([(p.lng * METRES_PER_DEGREE, p.lat * METRES_PER_DEGREE) for p in places.number]).reshape(-1, 2)
    return Problem(columns, rows, Travel.paced(np.round(place), SECONDS_PER_METRE), objective or Objective())


def metro(deliveries: int, trips: int, seed: int, *, dense_up_to: int = 600) -> Problem:
    """A random town: four stores, doors around them, trips across, all limits in use."""
    rng = np.random.default_rng(seed)
    stores = [km(*rng.uniform(-6, 6, 2)) for _ in range(4)]

    def door() -> Point:
        return km(*rng.normal(0, 4, 2))

    rows = []
    for _ in range(deliveries):
        store, ready = int(rng.integers(4)), float(rng.integers(0, 1_200))
        rows.append(
            delivery(
                stores[store],
                door(),
                store=store,
                ready_s=ready,
                due_s=ready + float(rng.integers(1_200, 4_800)),
                drop_from_s=float(rng.choice([-inf, ready + 900])),
                pick_by_s=float(rng.choice([inf, ready + 2_400])),
                pick_s=120,
                drop_s=180,
                units=int(rng.integers(1, 5)),
                grams=int(rng.integers(1_000, 30_000)),
                heaviest_grams=int(rng.integers(500, 9_000)),
                needs=Need(int(rng.choice([0, 0, 0, 1, 2, 8]))),
                ride_s=float(rng.choice([inf, 1_500])),
                urgency=int(rng.choice([1, 1, 3])),
            )
        )
    cars = [
        trip(
            door(),
            None if rng.random() < 0.2 else door(),
            depart_s=float(rng.integers(0, 900)),
            leave_by_s=float(rng.integers(600, 2_000)),
            latest_s=float(rng.integers(3_000, 7_200)),
            extra_s=float(rng.integers(300, 2_100)),
            extra_m=float(rng.integers(4_000, 25_000)),
            route_m=float(rng.choice([inf, 30_000])),
            units=int(rng.choice([4, 8, 12])),
            grams=60_000,
            item_grams=float(rng.choice([inf, 6_000])),
            max_orders=int(rng.integers(1, 4)),
            refuses=Need(int(rng.choice([0, 8, 9, 10]))),
            excluded_stores=(int(rng.integers(4)),) if rng.random() < 0.2 else (),
            excluded_deliveries=(int(rng.integers(deliveries)),) if deliveries and rng.random() < 0.2 else (),
        )
        for _ in range(trips)
    ]
    return build_problem(rows, cars, routing=BuiltinRouting(), at=NOON, dense_up_to=dense_up_to)


NUMBERS = st.one_of(
    st.integers(-1_000, 8_000), st.sampled_from([0, -1, nan, inf, -inf, 1e300, -1e300, 2**62, -(2**63), 0.5])
)
PLACES = st.one_of(
    st.sampled_from([km(0), km(1), km(5, 5), km(-3, 2)]),
    st.builds(km, st.floats(-20, 20), st.floats(-20, 20)),
    st.sampled_from([Point(nan, 0), Point(91, 0), Point(0, inf)]),
)
DELIVERY_ROWS = st.builds(
    DeliveryRow,
    pickup=PLACES,
    dropoff=PLACES,
    store=st.integers(0, 3),
    ready_s=NUMBERS,
    due_s=NUMBERS,
    pick_by_s=st.one_of(st.just(inf), NUMBERS),
    drop_from_s=st.one_of(st.just(-inf), NUMBERS),
    pick_s=NUMBERS,
    drop_s=NUMBERS,
    units=NUMBERS,
    grams=NUMBERS,
    heaviest_grams=NUMBERS,
    needs=st.sampled_from([Need(0), Need.ALCOHOL, Need.COLD_BOX | Need.STAIRS]),
    ride_s=NUMBERS,
    urgency=st.one_of(st.just(1), NUMBERS),
)
TRIP_ROWS = st.builds(
    TripRow,
    origin=PLACES,
    destination=st.one_of(st.none(), PLACES),
    depart_s=NUMBERS,
    leave_by_s=NUMBERS,
    latest_s=NUMBERS,
    extra_s=NUMBERS,
    extra_m=st.one_of(st.just(inf), NUMBERS),
    route_m=st.one_of(st.just(inf), NUMBERS),
    units=st.one_of(st.just(inf), NUMBERS),
    grams=st.one_of(st.just(inf), NUMBERS),
    item_grams=st.one_of(st.just(inf), NUMBERS),
    max_orders=NUMBERS,
    refuses=st.sampled_from([Need(0), Need.COLD_BOX, Need.ALCOHOL | Need.STAIRS]),
    waited_s=NUMBERS,
    fixed_cost=NUMBERS,
    excluded_stores=st.lists(st.integers(0, 3), max_size=2).map(tuple),
    excluded_deliveries=st.lists(st.integers(0, 8), max_size=2).map(tuple),
)


@st.composite
def kind_rows(draw: st.DrawFn) -> tuple[list[DeliveryRow], list[TripRow]]:
    """Rows that mostly fit, some of them committed to a trip under way."""
    deliveries = [
        replace(row, ready_s=draw(st.integers(0, 900)), due_s=draw(st.integers(600, 6_000)), urgency=1)
        for row in draw(st.lists(st.builds(delivery, PLACES, PLACES), max_size=9))
    ]
    trips = draw(st.lists(st.builds(trip, PLACES, st.one_of(st.none(), PLACES)), max_size=5))
    for number, row in enumerate(trips):
        mine = [i for i, d in enumerate(deliveries) if d.trip < 0 and draw(st.integers(0, 5)) == 0][:2]
        stops: list[tuple[int, bool]] = []
        for i in mine:
            deliveries[i] = replace(deliveries[i], trip=number)
            stops += [(i, True)] if draw(st.booleans()) else [(i, False), (i, True)]
        trips[number] = replace(row, stops=tuple(stops), extra_s=draw(st.integers(0, 2_400)))
    return deliveries, trips
