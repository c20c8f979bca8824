"""The operations map as GeoJSON: stores, drivers under way, trips still open, and doors that wait."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet

from common.geo import Point
from dispatch.models import Delivery, Run, Stop
from dispatch.queries.board import card_of, deliveries_on_board
from dispatch.queries.snapshot import TRIPS_AHEAD
from dispatch.states import DeliveryStatus, RunStatus
from dispatch.terms.paths import drawn
from drivers.models import Trip
from drivers.states import TripStatus
from providers.routing.base import Routing
from stores.models import Market, Store

MOST_TRIPS = 120
MOST_PATHS = 4_096
_PATHS: dict[tuple[tuple[Point, ...], str, datetime], list[list[float]]] = {}
Feature = dict[str, Any]


def live_map(*, market: Market, routing: Routing, now: datetime) -> dict[str, Any]:
    """Read a market's map. Six queries, however much moves; lines are kept in memory between readings."""
    features = [
        *(_trip(trip, routing, now) for trip in trips_ahead(market, now)[:MOST_TRIPS]),
        *_runs(active_runs(market), routing, now),
        *(_store(store) for store in Store.objects.filter(market=market).order_by("pk")),
        *(_door(one, now) for one in deliveries_on_board(market) if one.status == DeliveryStatus.READY),
    ]
    return {"type": "FeatureCollection", "features": features}


def trips_ahead(market: Market, now: datetime) -> QuerySet[Trip]:
    """Trips that are open, those that wait for an answer included, the next to leave first."""
    rows = Trip.objects.filter(
        market=market, status=TripStatus.OPEN, arrive_by__gt=now, departs_at__lte=now + TRIPS_AHEAD
    )
    return rows.select_related("driver").order_by("departs_at", "pk")


def active_runs(market: Market) -> Iterable[Run]:
    """Runs under way with the stops that are left."""
    left = (
        Stop.objects.filter(done_at__isnull=True, is_dropped=False)
        .select_related("delivery__order")
        .order_by("position")
    )
    return (
        Run.objects.filter(market=market, status=RunStatus.ACTIVE)
        .select_related("driver", "trip")
        .prefetch_related(Prefetch("stops", queryset=left, to_attr="stops_left"))
        .order_by("pk")
    )


def _runs(runs: Iterable[Run], routing: Routing, now: datetime) -> Iterator[Feature]:
    for run in runs:
        stops: list[Stop] = run.stops_left  # type: ignore[attr-defined]  # prefetched
        here = Point(run.lat, run.lng) if run.lat is not None and run.lng is not None else run.trip.origin
        ends = [] if run.trip.destination is None else [run.trip.destination]
        # From the next stop on the line stays as it is between two stops; the piece up to it moves with the driver.
        through = (*(stop.point for stop in stops), *ends)
        if through:
            yield _line(
                "with", [*path_through((_near(here), through[0]), routing, now), *path_through(through, routing, now)]
            )
        yield _point(
            "driver",
            here,
            id=str(run.public_id),
            letter=run.driver.first_name[:1],
            label=f"{run.driver.first_name}: {_stops_left(stops)}",
            late=any(stop.delivery.is_late(now) for stop in stops),
        )
        for number, stop in enumerate(stops, start=1):
            if stop.kind != Stop.Kind.PICKUP:
                label = f"{stop.delivery.order.number}, by {run.driver.first_name}"
                yield _point("home", stop.point, id=str(stop.public_id), letter=str(number), label=label)


def _stops_left(stops: Sequence[Stop]) -> str:
    return f"{len(stops)} stop{'' if len(stops) == 1 else 's'} left"


def _trip(trip: Trip, routing: Routing, now: datetime) -> Feature:
    end = trip.destination
    if end is None:
        return _point("quiet", trip.origin, id=str(trip.public_id), label=f"{trip.driver.first_name}, online")
    return _line("without", path_through((trip.origin, end), routing, now))


def _store(store: Store) -> Feature:
    label = f"{store.name}, paused" if store.is_paused else store.name
    return _point("store", store.point, id=str(store.public_id), letter="S", label=label, late=store.is_paused)


def _door(delivery: Delivery, now: datetime) -> Feature:
    card = card_of(delivery, now)
    late = card.column == "late"
    label = f"{card.number} from {card.store}: {card.state.lower()}"
    return _point("home", delivery.drop, id=str(delivery.public_id), label=label, late=late)


def path_through(points: tuple[Point, ...], routing: Routing, now: datetime) -> list[list[float]]:
    """A drawn way through some points, [[lat, lng], ...]; the streets of an hour are asked for once."""
    if len(points) < 2:
        return [[point.lat, point.lng] for point in points]
    key = (points, routing.version, now.replace(minute=0, second=0, microsecond=0))
    if key in _PATHS:
        return _PATHS[key]
    route = routing.route(points, key[2])
    if not route.is_estimated:  # else the streets are asked for again once the engine is back
        if len(_PATHS) >= MOST_PATHS:
            _PATHS.clear()
        _PATHS[key] = drawn(route.path)
    return drawn(route.path)


def _near(point: Point) -> Point:
    """A place to some hundred metres: a moving driver asks for a new way only now and then."""
    return Point(round(point.lat, 3), round(point.lng, 3))


def _line(kind: str, path: Sequence[Sequence[float]]) -> Feature:
    line = [[lng, lat] for lat, lng in path]
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": line}, "properties": {"kind": kind}}


def _point(kind: str, at: Point, **properties: Any) -> Feature:
    place = {"type": "Point", "coordinates": [round(at.lng, 6), round(at.lat, 6)]}
    return {"type": "Feature", "geometry": place, "properties": {"kind": kind, **properties}}
