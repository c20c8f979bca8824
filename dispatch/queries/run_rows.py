"""Runs under way in the engine's words: trips that start where the driver is, bound to the stops still ahead."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from math import ceil, inf

from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.models import Delivery, Stop
from dispatch.queries.rows import MARGIN, PICK_SECONDS, RIDE_SECONDS, delivery_row, ride_seconds, trip_row
from dispatch.queries.standing import Standing, standing_of
from dispatch.queries.under_way import UnderWay
from providers.routing.base import Leg, Routing
from stores.models.catalogue import ColdClass


def bound_deliveries(runs: Sequence[UnderWay]) -> list[Delivery]:
    """Deliveries that have been claimed and are still to be brought, run by run: the engine's last rows."""
    return [delivery for one in runs for delivery in one.deliveries]


def bound_rows(runs: Sequence[UnderWay], trips: Mapping[int, int], routing: Routing, at: datetime) -> list[DeliveryRow]:
    """Rows of what is claimed, each bound to its trip; `trips` tells the engine's number of a trip by its pk.

    Due with the same margin as when it was offered. The engine never makes late what would be in time, nor later what
    is late already. Cold food in a car without a cold box is due when its time on the road is over.
    """
    rides = iter(ride_seconds(bound_deliveries(runs), routing, at))
    return [
        _bound_row(one, delivery, trips[one.trip.pk], next(rides), at) for one in runs for delivery in one.deliveries
    ]


def _bound_row(one: UnderWay, delivery: Delivery, trip: int, ride: int, at: datetime) -> DeliveryRow:
    if delivery.pk in one.returns:
        return _return_row(delivery, one.returns[delivery.pk], trip)
    due_s = (delivery.due_by - at - MARGIN).total_seconds()
    loaded_at = _loaded_at(one, delivery)
    if loaded_at is not None and not one.trip.has_cold_box:
        on_road = RIDE_SECONDS.get(ColdClass(delivery.cold_class), inf)
        due_s = min(due_s, (loaded_at - at).total_seconds() + on_road)
    return replace(delivery_row(delivery, at, ride), due_s=due_s, trip=trip)


def _return_row(delivery: Delivery, back: Stop, trip: int) -> DeliveryRow:
    """What goes back from its door to its store: in the car until then, and nobody waits for it at a moment."""
    return DeliveryRow(
        pickup=delivery.drop,
        dropoff=back.point,
        store=delivery.store_id,
        ready_s=0,
        due_s=inf,
        drop_s=PICK_SECONDS,
        units=delivery.room,
        grams=delivery.grams,
        trip=trip,
    )


def _loaded_at(one: UnderWay, delivery: Delivery) -> datetime | None:
    fetched = (stop for stop in one.reached if stop.delivery_id == delivery.pk and stop.kind == Stop.Kind.PICKUP)
    return next((stop.handed_over_at or stop.arrived_at for stop in fetched), None)


def run_row(
    one: UnderWay, numbers: Mapping[int, int], routing: Routing, at: datetime, excluded: Sequence[int] = ()
) -> TripRow:
    """The trip of a run from where its driver is; `numbers` tells the engine's number of a delivery by its pk.

    The engine measures a budget from the direct way, so the way through the stops ahead is added to what is left.
    """
    standing = standing_of(one, routing, at)
    way, direct = ways(one, standing, routing, at)
    free = trip_row(one.trip, at, excluded)
    leaves_s = ceil(max(0.0, (standing.leaves_from - at).total_seconds()))
    return replace(
        free,
        origin=standing.here,
        depart_s=leaves_s,
        leave_by_s=max(leaves_s, (standing.leaves_until - at).total_seconds()),
        extra_s=way.seconds - direct.seconds + one.spare_seconds,
        extra_m=way.metres - direct.metres + one.spare_metres,
        route_m=way.metres + max(0.0, free.route_m - one.trip.direct_metres - one.added_metres),
        stops=tuple((numbers[stop.delivery_id], stop.kind != Stop.Kind.PICKUP) for stop in one.ahead),
    )


def ways(one: UnderWay, standing: Standing, routing: Routing, at: datetime) -> tuple[Leg, Leg]:
    """The way from where the driver is through the stops ahead to the trip's end, and the same without the stops."""
    end = [] if one.trip.destination is None else [one.trip.destination]
    points = [standing.here, *(stop.point for stop in one.ahead), *end]
    table = routing.table(points, points, at)
    legs = list(pairwise(range(len(points))))
    seconds, metres = (sum(int(column[a, b]) for a, b in legs) for column in (table.seconds, table.metres))
    direct = Leg(int(table.seconds[0, -1]), int(table.metres[0, -1])) if end else Leg(0, 0)
    return Leg(seconds, metres), direct
