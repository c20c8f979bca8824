"""What operations can do for a delivery that waits: pay more for it, or send it with a van."""

from datetime import datetime

from django.db import transaction

from common.errors import DomainError, InvalidInput
from dispatch.actions.assigning import NotWaiting
from dispatch.actions.locking import lock_deliveries
from dispatch.actions.offering import withdraw_offers
from dispatch.actions.steps import take_step
from dispatch.models import Alarm, Delivery
from dispatch.queries.vans import vans_out
from dispatch.states import DeliveryStatus
from events.actions.record import nudge

MATCH = "dispatch.tasks.match_market"
MOST_RAISES = 20  # by hand and by the ladder together
Step = Delivery.Step


class PaidEnough(DomainError):
    """Its pay has been raised 20 times already. Send it with a van, or cancel the order."""

    code = "paid_enough"


class NoVanOut(DomainError):
    """No van of this store is out. Ask the store to take one out on its desk, then press again."""

    code = "no_van_out"


@transaction.atomic(durable=True)
def raise_pay(*, delivery_id: int, raises: int, by: str, reason: str, now: datetime) -> Delivery:
    """Pay one raise of the market more for a waiting delivery and put it back on the board; the market is matched.

    `raises` is how often it had been raised on the page that was pressed: a second press finds it raised and changes
    nothing. Locks the delivery. Offers that are open stand until they are made anew with the raise.

    Raises:
        InvalidInput: no reason was given.
        NotWaiting: it waits no longer.
        PaidEnough: it was raised too often.
    """
    delivery = _waiting(delivery_id, reason)
    if delivery.raises != raises:
        return delivery
    if delivery.raises >= MOST_RAISES:
        raise PaidEnough
    take_step([delivery], Step.RAISED, now=now, by=by, reason=reason.strip(), raises=1)
    _seen_to(delivery, by, now)
    nudge(MATCH, market_id=delivery.market_id)
    return delivery


@transaction.atomic(durable=True)
def send_with_van(*, delivery_id: int, by: str, reason: str, now: datetime) -> Delivery:
    """Ask no further driver for a waiting delivery: the next free van of its store that it fits brings it.

    Locks the delivery; what was offered of it is taken back. A second press
    only keeps its reason as well.

    Raises:
        InvalidInput: no reason was given.
        NotWaiting: it waits no longer.
        NoVanOut: its store has no van out.
    """
    delivery = _waiting(delivery_id, reason)
    if not vans_out(delivery.store_id, now):
        raise NoVanOut
    withdraw_offers(delivery_ids=[delivery.pk], now=now, reason=reason.strip())
    take_step([delivery], Step.OPERATIONS, now=now, by=by, reason=reason.strip())
    _seen_to(delivery, by, now)
    nudge(MATCH, market_id=delivery.market_id)
    return delivery


def _waiting(delivery_id: int, reason: str) -> Delivery:
    if not reason.strip():
        raise InvalidInput("Say why: the reason is kept with the delivery.")
    (delivery,) = lock_deliveries([delivery_id])
    if delivery.status != DeliveryStatus.READY:
        raise NotWaiting
    return delivery


def _seen_to(delivery: Delivery, by: str, now: datetime) -> None:
    """What was done answers the alarm that nobody takes it."""
    open_ones = Alarm.objects.filter(delivery=delivery, kind="no_driver", resolved_at__isnull=True)
    open_ones.update(resolved_at=now, resolved_by=by)
