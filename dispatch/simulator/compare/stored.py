"""A day that has been, read from its rows: its deliveries as they were promised and staged, its trips as declared."""

from datetime import date, datetime, timedelta

from common.clock import moment
from common.geo import Point
from dispatch.models import Delivery
from dispatch.queries.rates import rates_at
from dispatch.queries.rows import RIDE_SECONDS, needs_of, refusals_of
from dispatch.simulator.compare.made_up import Ground
from dispatch.simulator.compare.scenario import Placed, Ride, Scenario
from dispatch.states import DeliveryStatus
from dispatch.terms.fairness import area_of
from drivers.models import Limits, Trip
from drivers.states import TripStatus
from providers.routing.base import Routing
from stores.models import Market
from stores.models.catalogue import ColdClass

DAY = timedelta(days=1)
INF = float("inf")


def ground_of(market: Market, *, on: date, routing: Routing) -> Ground:
    """A market's stores, ladder, rates and law on one of its days."""
    rates = rates_at(market, routing=routing, now=moment(on, datetime.min.time(), market.zone))
    return Ground(
        name=market.name,
        stores=[store.point for store in market.stores.order_by("pk")],
        zone=market.zone,
        ladder=rates.ladder,
        pay=rates.plan,
        pack=rates.pack,
        routing=routing,
    )


def stored_day(market: Market, *, on: date, seed: int, routing: Routing) -> Scenario:
    """Every delivery due that day and every trip that departed then; cancelled ones are cancelled from the start."""
    ground = ground_of(market, on=on, routing=routing)
    begins = moment(on, datetime.min.time(), market.zone)
    deliveries = Delivery.objects.filter(market=market, due_from__gte=begins, due_from__lt=begins + DAY)
    trips = Trip.objects.filter(market=market, departs_at__gte=begins, departs_at__lt=begins + DAY)
    trips = trips.exclude(status=TripStatus.CANCELLED).select_related("driver__vehicle", "driver__limits")
    middle = ground.middle if ground.stores else Point(market.lat, market.lng)
    homes: dict[int, Point] = {}
    for trip in trips.order_by("departs_at", "pk"):  # who sets off first that day sets off from home
        homes.setdefault(trip.driver_id, trip.origin)
    return Scenario(
        name=market.name,
        on=on,
        zone=ground.zone,
        orders=[_placed(one, begins) for one in deliveries.select_related("order").order_by("pk")],
        rides=[_ride(one, begins, area_of(homes[one.driver_id], middle)) for one in trips.order_by("pk")],
        ladder=ground.ladder,
        pay=ground.pay,
        pack=ground.pack,
        routing=routing,
        seed=seed,
    )


def _placed(one: Delivery, begins: datetime) -> Placed:
    due_from, due_by = (round((at - begins).total_seconds()) for at in (one.due_from, one.due_by))
    placed = round((one.order.placed_at - begins).total_seconds())
    return Placed(
        store=one.store_id,
        pickup=one.pickup,
        drop=one.drop,
        placed_s=placed,
        wished_s=(due_from + due_by) // 2,
        due_from_s=due_from,
        due_by_s=due_by,
        ready_s=None if one.ready_at is None else round((one.ready_at - begins).total_seconds()),
        cancelled_s=placed if one.status == DeliveryStatus.CANCELLED else None,
        room=one.room,
        units=one.unit_count,
        grams=one.grams,
        heaviest_grams=one.heaviest_grams,
        needs=needs_of(one),
        ride_s=RIDE_SECONDS.get(ColdClass(one.cold_class), INF),
        tip_cents=one.tip_cents,
    )


def _ride(trip: Trip, begins: datetime, area: str) -> Ride:
    limits: Limits | None = getattr(trip.driver, "limits", None)
    vehicle = getattr(trip.driver, "vehicle", None)
    grams = (vehicle.max_grams if vehicle else None, limits.max_total_grams if limits else None)
    is_online = trip.kind == Trip.Kind.ONLINE
    moments = (trip.created_at, trip.departs_at, trip.arrive_by if is_online else trip.departs_until, trip.arrive_by)
    declared, departs, leaves_by, latest = (round((at - begins).total_seconds()) for at in moments)
    return Ride(
        driver=trip.driver_id,
        area=area,
        origin=trip.origin,
        destination=trip.destination,
        declared_s=min(declared, departs),
        depart_s=departs,
        leave_by_s=leaves_by,
        latest_s=latest,
        extra_s=trip.max_extra_seconds,
        extra_m=trip.max_extra_metres,
        room=trip.room,
        grams=min((one for one in grams if one is not None), default=INF),
        item_grams=limits.max_heaviest_grams if limits and limits.max_heaviest_grams is not None else INF,
        max_orders=trip.max_orders,
        refuses=refusals_of(trip, limits),
    )
