"""Bags changing hands at the store."""

from datetime import datetime

from common.errors import DomainError
from common.transactions import needs_transaction
from dispatch.actions.live import tell
from dispatch.actions.locking import Held
from dispatch.actions.run_steps.arriving import check_live, move_to_store, note_arrival
from dispatch.actions.run_steps.codes import check_code
from dispatch.actions.run_steps.refusals import HandedOverAlready, NotHandedOver, WrongBagCount, WrongCode, WrongStop
from dispatch.models import Stop
from dispatch.states import DeliveryStatus
from events.actions.move import move
from events.actions.record import record
from orders.actions.fulfil import hand_over_order


@needs_transaction
def hand_over_bags(held: Held, code: str, bags: int, *, by: str, now: datetime) -> DomainError | None:
    """Pass a delivery's bags from store to driver: the code is right and the bags are all there. A repeat is a no-op.

    Implies the arrival. From here on the delivery is on its way. Code and bags are both checked, and both are named.

    Raises:
        WrongBagCount: not all bags, or too many; the code is right.
        HandedOverAlready: they were, and now something else is said about them.
    """
    if held.stop.kind != Stop.Kind.PICKUP:
        raise WrongStop
    if held.stop.handed_over_at is not None:
        check_repeat(held, code, bags)
        return None
    check_live(held)
    refusal = check_code(held, code, held.order.handover_code, now=now)
    if refusal is not None:
        return with_count(refusal, bags, held.order.bag_count)
    check_bags(bags, held.order.bag_count)
    if held.stop.arrived_at is None:
        note_arrival(held, None, now=now)
    held.stop.handed_over_at, held.stop.handed_over_by, held.stop.bags = now, by, bags
    held.stop.save(update_fields=["handed_over_at", "handed_over_by", "bags"])
    hand_over_order(held.order, by=by, now=now)
    move_to_store(held.delivery, held.driver_actor, now=now)
    move(held.delivery, DeliveryStatus.PICKED_UP, now=now, by=by)
    record("delivery.picked_up", delivery_id=held.delivery.pk, order_id=held.order.pk, run_id=held.run.pk, at=now)
    tell(held.run, [held.delivery], "picked_up")
    return None


@needs_transaction
def load_bags(held: Held, bags: int, code: str, *, now: datetime) -> DomainError | None:
    """Note that the bags are in the car; a repeat is a no-op. Unless the store has handed them over, its code does.

    Raises:
        NotHandedOver: neither the store nor its code has passed the bags on.
        WrongBagCount: not all bags, or too many.
    """
    if held.stop.kind != Stop.Kind.PICKUP:
        raise WrongStop
    if held.stop.done_at is not None:
        return None
    check_live(held)
    if held.stop.handed_over_at is None:
        if not code.strip():
            raise NotHandedOver
        refusal = hand_over_bags(held, code, bags, by=held.driver_actor, now=now)
        if refusal is not None:
            return refusal
    check_bags(bags, held.stop.bags or 0)
    finish_stop(held.stop, now=now)
    tell(held.run, [held.delivery], "loaded")
    return None


def check_repeat(held: Held, code: str, bags: int) -> None:
    """Let the same hand-over be said again; anything else about bags that are gone is refused."""
    if code.strip() != held.order.handover_code or bags != held.stop.bags:
        raise HandedOverAlready


def with_count(refusal: DomainError, bags: int, staged: int) -> DomainError:
    """A wrong code, together with a wrong count where there is one."""
    if isinstance(refusal, WrongCode) and staged and bags != staged:
        return WrongCode("Neither the code nor the number of bags is right. Read the label and count again.")
    return refusal


def check_bags(counted: int, staged: int) -> None:
    """Refuse a count that differs from what was staged; where nothing was counted then, the driver's count holds."""
    if staged and counted != staged:
        raise WrongBagCount(
            "1 bag was staged and you count %(counted)s. Count again, and ask the store for the difference."
            if staged == 1
            else "%(staged)s bags were staged and you count %(counted)s."
            " Count again, and ask the store for the difference.",
            staged=staged,
            counted=counted,
        )


@needs_transaction
def finish_stop(stop: Stop, *, now: datetime) -> None:
    """Close a stop; an arrival that was never told is implied."""
    stop.arrived_at, stop.done_at = stop.arrived_at or now, now
    stop.save(update_fields=["arrived_at", "done_at"])
