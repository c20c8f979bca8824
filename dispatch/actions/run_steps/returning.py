"""A delivery that could not be made, and its way back to the store."""

from datetime import datetime, timedelta

from common.errors import DomainError
from common.transactions import needs_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import Held
from dispatch.actions.paying import pay_return
from dispatch.actions.run_steps.arriving import check_live
from dispatch.actions.run_steps.codes import check_code
from dispatch.actions.run_steps.ending import end_run_if_done
from dispatch.actions.run_steps.loading import finish_stop
from dispatch.actions.run_steps.refusals import WrongStop
from dispatch.actions.way_back import WayBack
from dispatch.models import Delivery, Run, Stop
from dispatch.states import DeliveryStatus
from events.actions.move import move
from events.actions.record import record
from orders.actions.codes import door_code
from orders.actions.fulfil import return_order
from orders.models import Order


@needs_transaction
def turn_back(run: Run, delivery: Delivery, reason: str, back: WayBack, *, now: datetime) -> Stop:
    """Send a delivery that is in the car back to its store, as the run's last stop, for the pay agreed to now."""
    actor = run.driver.user.actor
    Stop.objects.filter(run=run, delivery=delivery, kind=Stop.Kind.PICKUP, done_at__isnull=True).update(
        arrived_at=now, done_at=now
    )
    move(delivery, DeliveryStatus.FAILED, now=now, by=actor, reason=reason)
    move(delivery, DeliveryStatus.RETURNING, now=now, by=actor)
    record("delivery.failed", delivery_id=delivery.pk, order_id=delivery.order_id, run_id=run.pk, at=now)
    # The driver may know the code of the pick-up: what proves the return must be the store's alone.
    order = Order.objects.get(pk=delivery.order_id)
    order.handover_code = door_code(other_than=order.handover_code)
    order.save(update_fields=["handover_code"])
    last = run.stops.order_by("-position").values_list("position", flat=True)[0]
    return Stop.objects.create(
        run=run, delivery=delivery, kind=Stop.Kind.RETURN, position=last + 1, lat=delivery.pickup_lat,
        lng=delivery.pickup_lng, eta_at=now + timedelta(seconds=back.seconds), back_cents=back.cents,
        back_seconds=back.seconds, back_metres=back.metres, attempt_cents=back.attempt_cents,
    )  # fmt: skip


@needs_transaction
def bring_back(held: Held, code: str, *, by: str, now: datetime) -> DomainError | None:
    """Give the bags back to the store, against its code; attempt and way back are paid. Repeats are no-ops."""
    if held.stop.kind != Stop.Kind.RETURN:
        raise WrongStop
    if held.delivery.status == DeliveryStatus.RETURNED:
        return None
    check_live(held)
    refusal = check_code(held, code, held.order.handover_code, now=now)
    if refusal is not None:
        return refusal
    finish_stop(held.stop, now=now)
    reason = held.run.stops.filter(delivery=held.delivery).exclude(fail_reason="").values_list("fail_reason", flat=True)
    return_order(held.order, by=by, reason=reason.first() or "Brought back", now=now)
    move(held.delivery, DeliveryStatus.RETURNED, now=now, by=by)
    pay_return(held, now=now)
    record("delivery.returned", delivery_id=held.delivery.pk, order_id=held.order.pk, run_id=held.run.pk, at=now)
    tell(held.run, [held.delivery], "returned")
    end_run_if_done(held.run, at=held.stop.point, now=now)
    return None
