"""The end of a driver's block: what its deliveries paid is made up to the guarantee, once."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from common.sweeping import each
from common.transactions import needs_transaction
from dispatch.models import Run, RunDelivery
from dispatch.states import RunStatus
from drivers.actions.bookings import lock_with_driver
from drivers.models import Booking
from drivers.states import BookingStatus
from events.actions.move import move
from events.actions.record import record
from payouts.actions.earnings import record_earning
from payouts.models import Earning
from payouts.queries.earnings import worked

SWEEP_BATCH = 200


def end_blocks(*, now: datetime) -> int:
    """End the blocks whose time is over and whose last run is done; return how many. Safe to run twice at once."""
    carrying = Run.objects.filter(trip__booking=OuterRef("pk"), status=RunStatus.ACTIVE)
    due = Booking.objects.filter(status=BookingStatus.STARTED, ends_at__lte=now).exclude(Exists(carrying))
    ended: list[bool] = []
    pks = list(due.order_by("ends_at", "pk").values_list("pk", flat=True)[:SWEEP_BATCH])
    each(pks, lambda pk: ended.append(end_block(booking_id=pk, now=now)), sweep="blocks")
    return sum(ended)


@transaction.atomic(durable=True)
def end_block(*, booking_id: int, now: datetime) -> bool:
    """End one driver's block and pay what its deliveries fell short of the guarantee; tell whether it ended now.

    Runs begin and end under the driver's lock, so none is counted half. The earning and the end are one transaction:
    neither exists without the other, and a repeat finds the end.
    """
    booking = lock_with_driver(booking_id)
    is_carrying = Run.objects.filter(trip__booking=booking, status=RunStatus.ACTIVE).exists()
    if booking.status != BookingStatus.STARTED or now < booking.ends_at or is_carrying:
        return False
    move(booking, BookingStatus.ENDED, now=now)
    pay_guarantee(booking, now=now)
    record("block.ended", booking_id=booking.pk, driver_id=booking.driver_id, at=now)
    return True


@needs_transaction
def pay_guarantee(booking: Booking, *, now: datetime) -> Earning | None:
    """Owe the driver what a block's deliveries paid less than its guarantee, tips not counted; None where nothing.

    Its engaged seconds are those of the block in which nothing was carried, so that pay by the hour stays true.
    """
    offers = RunDelivery.objects.filter(run__trip__booking=booking).values_list("offer__public_id", flat=True)
    done = worked(booking.driver_id, list(offers.distinct()))
    short = booking.guarantee_cents - done.pay_cents
    if short <= 0:
        return None
    began_at = max(booking.starts_at, booking.checked_in_at or booking.starts_at)
    seconds = int((booking.ends_at - began_at).total_seconds())
    return record_earning(
        driver_id=booking.driver_id,
        market_id=booking.block.store.market_id,
        kind=Earning.Kind.GUARANTEE,
        source=f"block:{booking.public_id}",
        delivery_ref=None,
        offer_ref=None,
        label=f"Guarantee of your block at {booking.block.store.name}",
        offered_pay_cents=short,
        offered_tip_cents=0,
        pay_cents=short,
        tip_cents=0,
        engaged_seconds=max(0, seconds - done.engaged_seconds),
        added_seconds=0,
        added_metres=0,
        now=now,
    )
