"""Putting a door's place right on the map: by the driver before it, or by the shopper who lives there."""

from datetime import datetime

from django.db import transaction

from common.geo import METRES_PER_MILE, Point
from common.transactions import needs_transaction
from dispatch.actions.alarms import raise_alarm
from dispatch.actions.live import tell
from dispatch.actions.locking import Held, lock_deliveries, lock_run
from dispatch.actions.patience import refuse_when_busy
from dispatch.actions.run_steps.doors import check_at_door
from dispatch.actions.run_steps.refusals import NoPosition, PinTooFar
from dispatch.models import Delivery, PinMove, Stop
from events.actions.move import NotAllowedNow
from events.actions.record import record
from orders.actions.locks import lock_order
from orders.models import Address, Order
from orders.states import OrderStatus

MOST_METRES = METRES_PER_MILE
OVER = frozenset({OrderStatus.DELIVERED, OrderStatus.CANCELLED, OrderStatus.RETURNED})


@needs_transaction
def move_pin_here(held: Held, where: Point | None, *, now: datetime) -> None:
    """Move a door's pin to where its driver stands; operations is told, for it bears on the pay.

    Raises:
        NotYet, RunIsOver: the bags are not in the car, or no longer.
        NoPosition: the phone told none.
        PinTooFar: more than a mile from where the pin first was.
    """
    check_at_door(held)
    if where is None:
        raise NoPosition
    if move_pin(held.order, held.delivery, where, by=held.driver_actor, now=now):
        raise_alarm(
            market_id=held.run.market_id, kind="pin_moved", delivery_id=held.delivery.pk, now=now,
            text=f"{held.run.driver.first_name} moved the pin of {held.order.number} to where the phone was.",
        )  # fmt: skip
        tell(held.run, [held.delivery], "pin_moved")


@refuse_when_busy
@transaction.atomic(durable=True)
def move_pin_of_order(*, order_id: int, where: Point, by: str, now: datetime) -> bool:
    """Move the pin of an order that is not over yet, as its shopper asks; tell whether it moved.

    Locks the order, its delivery and the run that carries it.

    Raises:
        NotAllowedNow: the order is over.
        PinTooFar: more than a mile from where the pin first was.
    """
    order = lock_order(order_id)
    if order.status in OVER:
        raise NotAllowedNow
    named = Delivery.objects.filter(order=order).values_list("pk", flat=True)
    delivery = next(iter(lock_deliveries(named)), None)
    if delivery is None:
        raise NotAllowedNow
    run = lock_run(delivery.claimed_run_id) if delivery.claimed_run_id else None
    moved = move_pin(order, delivery, where, by=by, now=now)
    if moved and run is not None:
        tell(run, [delivery], "pin_moved")
    return moved


@needs_transaction
def move_pin(order: Order, delivery: Delivery, where: Point, *, by: str, now: datetime) -> bool:
    """Write a door's new place into the order, its delivery, its open stops and the shopper's address for next time.

    The order, the delivery and its run, if any, are locked. The move itself is kept; a repeat moves nothing.
    """
    before = delivery.drop
    if before == where:
        return False
    if first_place(delivery).metres_to(where) > MOST_METRES:
        raise PinTooFar
    PinMove.objects.create(
        delivery=delivery, by=by, at=now, from_lat=before.lat, from_lng=before.lng, to_lat=where.lat, to_lng=where.lng
    )
    delivery.drop_lat, delivery.drop_lng = where.lat, where.lng
    delivery.save(update_fields=["drop_lat", "drop_lng"])
    order.lat, order.lng = where.lat, where.lng
    order.save(update_fields=["lat", "lng"])
    Stop.objects.filter(delivery=delivery, kind=Stop.Kind.DROP, done_at__isnull=True).update(
        lat=where.lat, lng=where.lng
    )
    saved = Address.objects.filter(shopper=order.shopper_id, line1=order.line1, zip_code=order.zip_code)
    saved.update(lat=where.lat, lng=where.lng, is_approximate=False)
    record("delivery.pin_moved", delivery_id=delivery.pk, order_id=order.pk, at=now)
    return True


def first_place(delivery: Delivery) -> Point:
    """Where a door's pin was before anybody moved it: moves do not add up."""
    first = delivery.pin_moves.order_by("pk").first()
    return delivery.drop if first is None else Point(first.from_lat, first.from_lng)
