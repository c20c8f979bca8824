"""Taking a delivery off a run that has claimed it."""

from datetime import datetime

from common.transactions import needs_transaction
from dispatch.models import Delivery, Run, RunDelivery, Stop
from dispatch.states import RunStatus
from drivers.models import Trip
from drivers.states import TripStatus
from events.actions.move import SYSTEM, move


@needs_transaction
def leave_run(delivery: Delivery, *, now: datetime, by: str = SYSTEM, reason: str = "") -> Run | None:
    """Take a locked delivery off its run; a run left with nothing to do is finished, and its trip with it.

    Called again it finds no run and does nothing.
    """
    if delivery.claimed_run_id is None:
        return None
    run = Run.objects.select_for_update(no_key=True).get(pk=delivery.claimed_run_id)
    RunDelivery.objects.filter(run=run, delivery=delivery, dropped_at__isnull=True).update(dropped_at=now)
    Stop.objects.filter(run=run, delivery=delivery, done_at__isnull=True).update(is_dropped=True)
    delivery.claimed_run = None
    delivery.save(update_fields=["claimed_run"])
    has_more = run.stops.filter(done_at__isnull=True, is_dropped=False).exists()
    if run.status == RunStatus.ACTIVE and not has_more:
        finish_empty(run, now=now, by=by, reason=reason)
    return run


@needs_transaction
def finish_empty(run: Run, *, now: datetime, by: str, reason: str) -> None:
    """End a locked run that has nothing left to do."""
    Run.objects.filter(pk=run.pk).update(finished_at=now)
    move(run, RunStatus.FINISHED, now=now, by=by, reason=reason)
    trip = Trip.objects.select_for_update(no_key=True).get(pk=run.trip_id)
    if trip.status == TripStatus.COMMITTED:
        move(trip, TripStatus.FINISHED, now=now, by=by, reason=reason)
