"""Taking a delivery off a run that has claimed it, through no doing of the driver."""

from datetime import datetime

from common.transactions import needs_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import lock_run
from dispatch.actions.paying import pay_attempt
from dispatch.actions.run_steps.ending import end_run_if_done
from dispatch.actions.run_steps.giving_up import drop_stops
from dispatch.models import Delivery, Run, RunDelivery, Stop


@needs_transaction
def leave_run(delivery: Delivery, *, now: datetime) -> Run | None:
    """Take a locked delivery off its run, and pay the driver what was offered for it (D13).

    A run left with nothing to do ends. Called again it finds no run and does nothing.
    """
    if delivery.claimed_run_id is None:
        return None
    run = lock_run(delivery.claimed_run_id)
    drop_stops(run, delivery, list(Stop.Kind))
    carried = RunDelivery.objects.select_related("run", "offer", "delivery__store")
    for one in carried.filter(run=run, delivery=delivery, dropped_at__isnull=True):
        one.dropped_at = now
        one.save(update_fields=["dropped_at"])
        pay_attempt(one, now=now)
    delivery.claimed_run = None
    delivery.save(update_fields=["claimed_run"])
    end_run_if_done(run, at=run.trip.origin, now=now)
    tell(run, [delivery], "cancelled")
    return run
