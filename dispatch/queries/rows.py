"""A snapshot in the engine's words: seconds from now, metres, grams, and what each side needs or refuses."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import inf

from dispatch.engine.build import DeliveryRow, TripRow
from dispatch.engine.problem import Need
from dispatch.models import Delivery
from dispatch.queries.chances import weights
from dispatch.queries.snapshot import Snapshot
from drivers.models import Limits, Trip
from providers.routing.base import Routing
from stores.models.catalogue import ColdClass

PICK_SECONDS, DROP_SECONDS = 120, 180
# Longest ride without a cold box: the FDA Food Code (2022, 3-501.19) allows cold food four hours off temperature in
# all; an hour on the road, half for frozen food, leaves the rest to the aisle, the staging shelf and the doorstep.
RIDE_SECONDS = {ColdClass.CHILLED: 3_600, ColdClass.FROZEN: 1_800}
ALCOHOL_AGE = 21
LATE_GRACE = timedelta(minutes=75)  # past its promise a delivery is still brought, and alarmed
# Planned to be at the door so long before its window closes: drives and stops take a tenth more than expected at times.
MARGIN = timedelta(minutes=10)
HURRY_SECONDS = 45 * 60


def delivery_rows(snapshot: Snapshot, routing: Routing) -> list[DeliveryRow]:
    """Deliveries as the engine reads them. One question to the road engine per store."""
    deliveries, at = snapshot.deliveries, snapshot.at
    rides, waits = ride_seconds(deliveries, routing, at), weights(deliveries, snapshot.lately, routing, at)
    return [delivery_row(one, at, ride, weight) for one, ride, weight in zip(deliveries, rides, waits, strict=True)]


def ride_seconds(deliveries: Sequence[Delivery], routing: Routing, at: datetime) -> list[int]:
    """Driving seconds from the store to the door, of each delivery."""
    rides: dict[int, int] = {}
    for pickup in {delivery.pickup for delivery in deliveries}:
        here = [delivery for delivery in deliveries if delivery.pickup == pickup]
        table = routing.table([pickup], [delivery.drop for delivery in here], at)
        rides |= {delivery.pk: int(table.seconds[0, i]) for i, delivery in enumerate(here)}
    return [rides[delivery.pk] for delivery in deliveries]


def delivery_row(delivery: Delivery, at: datetime, ride: int, weight: int = 1) -> DeliveryRow:
    """One delivery: handed over so late that it cannot come before its window opens, due before the window closes.

    `weight` is what letting it wait costs, beside the others of its cycle.
    """
    earliest = (delivery.due_from - at).total_seconds() - ride - PICK_SECONDS
    due = (delivery.due_by - at).total_seconds()
    return DeliveryRow(
        pickup=delivery.pickup,
        dropoff=delivery.drop,
        store=delivery.store_id,
        ready_s=max(0.0, earliest),
        due_s=_due_s(due, ride + PICK_SECONDS + DROP_SECONDS),
        pick_s=PICK_SECONDS,
        drop_s=DROP_SECONDS,
        units=delivery.room,
        grams=delivery.grams,
        heaviest_grams=delivery.heaviest_grams,
        needs=needs_of(delivery),
        ride_s=RIDE_SECONDS.get(ColdClass(delivery.cold_class), inf),
        urgency=weight * (1 + delivery.raises + (2 if due < HURRY_SECONDS else 0)),
    )


def _due_s(due: float, least: float) -> float:
    """At the door by: with a margin, without one where there is no time for it, late where it is too late anyway."""
    with_margin = due - MARGIN.total_seconds()
    if with_margin > least:
        return with_margin
    return due if due > least else LATE_GRACE.total_seconds()


def needs_of(delivery: Delivery) -> Need:
    """What a delivery asks of a driver beyond driving."""
    if not delivery.age_limit:
        return Need(0)
    return Need.AGE_CHECK | (Need.ALCOHOL if delivery.age_limit >= ALCOHOL_AGE else Need(0))


def barred_deliveries(snapshot: Snapshot) -> dict[int, list[int]]:
    """What each driver declined, as numbers of deliveries by driver: it is out until its pay was raised."""
    number = {delivery.pk: i for i, delivery in enumerate(snapshot.deliveries)}
    barred: dict[int, list[int]] = {}
    for (delivery, driver), before in snapshot.declined.items():
        if snapshot.deliveries[number[delivery]].raises <= before.raises:
            barred.setdefault(driver, []).append(number[delivery])
    return barred


def trip_row(trip: Trip, at: datetime, excluded_deliveries: Sequence[int] = ()) -> TripRow:
    """One trip with its driver's hard limits."""
    limits = getattr(trip.driver, "limits", None)
    vehicle = getattr(trip.driver, "vehicle", None)
    return TripRow(
        origin=trip.origin,
        destination=trip.destination,
        depart_s=max(0.0, (trip.departs_at - at).total_seconds()),
        leave_by_s=(leaves_until(trip) - at).total_seconds(),
        latest_s=(trip.arrive_by - at).total_seconds(),
        extra_s=trip.max_extra_seconds,
        extra_m=trip.max_extra_metres,
        route_m=_limit(limits and limits.max_metres),
        units=trip.room,
        grams=min(_limit(vehicle and vehicle.max_grams), _limit(limits and limits.max_total_grams)),
        item_grams=_limit(limits and limits.max_heaviest_grams),
        max_orders=trip.max_orders,
        refuses=refusals_of(trip, limits),
        waited_s=(at - (trip.last_offered_at or trip.created_at)).total_seconds(),
        excluded_stores=tuple(store.pk for store in limits.excluded_stores.all()) if limits else (),
        excluded_deliveries=tuple(excluded_deliveries),
    )


def leaves_until(trip: Trip) -> datetime:
    """Latest start: of a declared trip its window, of a driver who is online any time before the end."""
    return trip.arrive_by if trip.kind == Trip.Kind.ONLINE else trip.departs_until


def refusals_of(trip: Trip, limits: Limits | None) -> Need:
    """What a driver never takes, and what the vehicle or the papers do not allow."""
    refused = {
        Need.ALCOHOL: limits is not None and limits.no_alcohol,
        Need.STAIRS: limits is not None and limits.no_stairs,
        Need.PETS: limits is not None and limits.no_pets,
        Need.COLD_BOX: not trip.has_cold_box,
        Need.AGE_CHECK: not trip.driver.is_age_verified,
    }
    return Need(sum(need for need, is_refused in refused.items() if is_refused))


def _limit(value: int | None) -> float:
    return inf if value is None else value
