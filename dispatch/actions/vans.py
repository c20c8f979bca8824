"""What no driver takes goes with a store's own van: no offer, no contractor's pay, the same run and the same proofs."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from common.transactions import needs_transaction, outside_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import lock_waiting
from dispatch.actions.offering import withdraw_offers
from dispatch.engine.build import build_problem
from dispatch.engine.plan import TripPlan
from dispatch.engine.problem import LAST_RESORT
from dispatch.engine.solve import solve
from dispatch.models import Delivery, Run, RunDelivery, Stop
from dispatch.queries.rows import delivery_row, ride_seconds, trip_row
from dispatch.queries.vans import free_vans, is_left
from dispatch.states import DeliveryStatus, RunStatus
from dispatch.terms.searching import search
from drivers.actions.locking import lock_driver, lock_trip
from drivers.models import Trip
from drivers.states import TripStatus
from events.actions.move import SYSTEM, move, note_status
from events.actions.record import record
from providers.routing.base import Routing
from stores.models import Market

SEARCH_STEPS = 2_000
BY_VAN = "No driver took it, so it goes with the store's own van."


@outside_transaction
def send_vans(*, market: Market, deliveries: Sequence[Delivery], routing: Routing, now: datetime) -> list[Run]:
    """Give what is left for no driver to the free vans of its store, batches where they fit together; the runs begun.

    A van brings only what its own store packed. The engine plans it, the validator checks it, and each run is looked
    at again under locks. Called again it finds those vans out and those deliveries claimed.
    """
    vans: defaultdict[int, list[Trip]] = defaultdict(list)
    for trip in free_vans(market, now) if deliveries else ():
        if trip.van is not None:
            vans[trip.van.store_id].append(trip)
    runs = []
    for store, trips in vans.items():
        own = [one for one in deliveries if one.store_id == store]
        runs += _send(trips, own, routing, now) if own else []
    return runs


def _send(vans: Sequence[Trip], deliveries: Sequence[Delivery], routing: Routing, now: datetime) -> list[Run]:
    """Plan what one store has left over its own vans, and begin their runs."""
    rides = ride_seconds(deliveries, routing, now)
    rows = [delivery_row(one, now, ride) for one, ride in zip(deliveries, rides, strict=True)]
    trips = [replace(trip_row(trip, now), fixed_cost=LAST_RESORT) for trip in vans]
    problem = build_problem(rows, trips, routing=routing, at=now)
    found = search(problem, seed=0, seconds=None, solver=partial(solve, iterations=SEARCH_STEPS))
    runs = [begin_van_run(trip=vans[plan.trip], deliveries=deliveries, plan=plan, now=now) for plan in found.trips]
    return [run for run in runs if run is not None]


@transaction.atomic(durable=True)
def begin_van_run(*, trip: Trip, deliveries: Sequence[Delivery], plan: TripPlan, now: datetime) -> Run | None:
    """Send a van out with what a plan gives it; None where it or a delivery has gone otherwise in the meantime.

    `plan` names deliveries by their place in `deliveries`. Locks these, then the driver and the trip. What was offered
    of them is taken back; nothing is offered, paid or owed to who drives.
    """
    wanted = {deliveries[i].pk for i in plan.deliveries}
    held = {one.pk: one for one in lock_waiting(wanted)}
    driver, locked = lock_driver(trip.driver_id), lock_trip(trip.pk)
    is_out = Run.objects.filter(driver=driver, status=RunStatus.ACTIVE).exists()
    if set(held) != wanted or is_out or locked.status != TripStatus.OPEN:
        return None
    if not all(is_left(one, now) for one in held.values()):
        return None
    run = Run.objects.create(driver=driver, trip=locked, market_id=locked.market_id, started_at=now)
    note_status(run, now=now)
    doors = _write_stops(run, held, deliveries, plan, now)
    for one in held.values():
        RunDelivery.objects.create(run=run, delivery=one, offer=None, pay_cents=0, tip_cents=0)
        move(one, DeliveryStatus.CLAIMED, now=now, by=SYSTEM, reason=BY_VAN)
        one.claimed_run, one.claimed_at, one.promised_by = run, now, doors[one.pk]
        one.save(update_fields=["claimed_run", "claimed_at", "promised_by"])
        record("delivery.claimed", delivery_id=one.pk, order_id=one.order_id, run_id=run.pk, at=now)
    withdraw_offers(delivery_ids=sorted(held), now=now, reason=BY_VAN)
    move(locked, TripStatus.COMMITTED, now=now, by=SYSTEM, reason=BY_VAN)
    tell(run, held.values(), "claimed")
    return run


@needs_transaction
def _write_stops(
    run: Run, held: dict[int, Delivery], deliveries: Sequence[Delivery], plan: TripPlan, now: datetime
) -> dict[int, datetime]:
    """Write the stops of a plan in their order; when each door is expected to be reached, by delivery."""
    stops = []
    for position, told in enumerate(plan.stops):
        one = held[deliveries[told.delivery].pk]
        kind, at = (Stop.Kind.DROP, one.drop) if told.is_drop else (Stop.Kind.PICKUP, one.pickup)
        eta_at = now + timedelta(seconds=told.arrive_s)
        stops.append(Stop(run=run, delivery=one, kind=kind, position=position, eta_at=eta_at, lat=at.lat, lng=at.lng))
    Stop.objects.bulk_create(stops)
    return {stop.delivery_id: stop.eta_at for stop in stops if stop.kind == Stop.Kind.DROP}
