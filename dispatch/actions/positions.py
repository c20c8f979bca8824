"""Where a run is, from claim to completion and not a moment longer."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from common.errors import DomainError, InvalidInput
from common.geo import Point
from common.live import publish
from common.transactions import needs_transaction, outside_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import lock_carried
from dispatch.actions.run_steps.arriving import set_eta
from dispatch.models import Position, Run, Stop
from dispatch.states import RunStatus
from events.actions.record import nudge
from providers.routing.base import Leg
from providers.routing.gateway import gateway

SHOWN_EVERY = timedelta(seconds=3)
KEPT_EVERY = timedelta(seconds=15)
AT_STORE = timedelta(seconds=120)
AT_DOOR = timedelta(seconds=180)
REFRESH = "dispatch.tasks.refresh_etas"
FASTEST = 60.0  # metres a second, 134 mph as the crow flies: no car brings groceries faster
ASTRAY_METRES = 1_000  # what a phone may err and mend at once
FAR_METRES = 300_000  # from every stop of a run: another part of the world


class CannotBeThere(DomainError):
    """Nobody gets that far that fast: this position was not kept."""

    code = "cannot_be_there"
    status = 422


@transaction.atomic(durable=True)
def record_position(
    *, run_id: int, lat: float, lng: float, now: datetime, heading: int | None = None, fastest: float = FASTEST
) -> bool:
    """Note where a run is; tell whether it was taken. The server's clock counts, not the phone's.

    More often than each 3 seconds, or for a run that is over, it is dropped without a word. Each 15 seconds one
    position is kept, and the estimates are worked out anew. `fastest` is in metres a second.

    Raises:
        InvalidInput: not a place on earth.
        CannotBeThere: too far from where the run was, for the time since.
    """
    if not (-90 <= lat <= 90 and -180 <= lng <= 180):
        raise InvalidInput("That is not a place on earth.")
    check_can_be(run_id, Point(lat, lng), fastest, now)
    is_due = Q(located_at__isnull=True) | Q(located_at__lte=now - SHOWN_EVERY)
    due = Run.objects.filter(is_due, pk=run_id, status=RunStatus.ACTIVE)
    if not due.update(lat=lat, lng=lng, heading=None if heading is None else heading % 360, located_at=now):
        return False
    if not Position.objects.filter(run_id=run_id, at__gt=now - KEPT_EVERY).exists():
        Position.objects.create(run_id=run_id, lat=lat, lng=lng, at=now)
        nudge(REFRESH, run_id=run_id)
    tell_position(run_id)
    return True


def check_can_be(run_id: int, where: Point, fastest: float, now: datetime) -> None:
    """Refuse a place that no car can have reached since the run was last known to be somewhere.

    That is its last position or, when later, the store or door where a code or a proof showed it to be.
    """
    stop = Stop.objects.filter(run=run_id, done_at__isnull=False).order_by("-done_at").first()
    seen = Run.objects.filter(pk=run_id, lat__isnull=False).values_list("lat", "lng", "located_at").first()
    known = [(Point(seen[0] or 0.0, seen[1] or 0.0), seen[2])] if seen and seen[2] else []
    known += [(stop.point, stop.done_at)] if stop and stop.done_at else []
    if not known:
        first = Stop.objects.filter(run=run_id).order_by("position").first()
        if first is not None and where.metres_to(first.point) > FAR_METRES:
            raise CannotBeThere
        return
    place, at = max(known, key=lambda one: one[1])
    if where.metres_to(place) > ASTRAY_METRES + fastest * max(0.0, (now - at).total_seconds()):
        raise CannotBeThere


@needs_transaction
def tell_position(run_id: int) -> None:
    """Nudge the pages that show this run's place; the nudge itself says no place."""
    run = Run.objects.get(pk=run_id)
    orders = run.carried.filter(dropped_at__isnull=True).values_list("delivery__order__public_id", flat=True)
    for channel in [f"market:{run.market_id}", *(f"order:{order}" for order in orders)]:
        transaction.on_commit(partial(publish, channel, {"kind": "position"}), robust=True)


@outside_transaction
def refresh_etas(*, run_id: int, now: datetime) -> int:
    """Work out a run's further arrivals from where it is, by road; return how many were written.

    A run that has not set out starts at its trip's departure at the earliest.
    """
    run = Run.objects.select_related("trip").get(pk=run_id)
    stops = list(run.stops.filter(done_at__isnull=True, is_dropped=False).order_by("position"))
    if run.status != RunStatus.ACTIVE or run.lat is None or run.lng is None or not stops:
        return 0
    is_on_the_way = run.stops.filter(arrived_at__isnull=False).exists()
    leave_at = now if is_on_the_way else max(now, run.trip.departs_at)
    points = [Point(run.lat, run.lng), *(stop.point for stop in stops)]
    return write_etas(run_id, arrivals(stops, legs_through(points, leave_at), leave_at), now)


def legs_through(points: list[Point], at: datetime) -> tuple[Leg, ...]:
    """Drives from point to point."""
    return gateway().route(points, at).legs


def arrivals(stops: list[Stop], legs: tuple[Leg, ...], leave_at: datetime) -> dict[int, datetime]:
    """Arrival at each stop, with the time spent at those before; a stop already reached takes no driving."""
    at, found = leave_at, {}
    for stop, leg in zip(stops, legs, strict=True):
        if stop.arrived_at is None:
            at += timedelta(seconds=leg.seconds)
            found[stop.pk] = at
        at += AT_DOOR if stop.kind == Stop.Kind.DROP else AT_STORE
    return found


@transaction.atomic(durable=True)
def write_etas(run_id: int, etas: dict[int, datetime], now: datetime) -> int:
    """Write new arrivals for the stops not reached in the meantime."""
    run, deliveries = lock_carried(run_id)
    stops = run.stops.filter(pk__in=etas, arrived_at__isnull=True, is_dropped=False)
    for stop in stops:
        set_eta(stop, etas[stop.pk])
    if etas:
        tell(run, deliveries.values(), "eta")
    return len(stops)
