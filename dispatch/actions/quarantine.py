"""Keeping one delivery that breaks matching from stopping all the others."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from dispatch.actions.alarms import raise_alarm
from dispatch.actions.locking import lock_deliveries
from dispatch.actions.offering import withdraw_offers
from dispatch.models import Alarm, Delivery
from events.actions.record import nudge

MOST_FAILURES = 3
QUARANTINED = "quarantined"
TEXT = f"Matching failed {MOST_FAILURES} times because of this delivery. It is set aside; assign it by hand."


@transaction.atomic(durable=True)
def count_failures(*, delivery_ids: Collection[int], now: datetime) -> int:
    """Count a failed cycle against the deliveries that made it fail; set aside those that did so three times."""
    set_aside = 0
    for delivery in lock_deliveries(delivery_ids):
        delivery.failures += 1
        if delivery.failures >= MOST_FAILURES and delivery.quarantined_at is None:
            delivery.quarantined_at = now
            withdraw_offers(delivery_ids=[delivery.pk], now=now, reason=QUARANTINED)
            raise_alarm(market_id=delivery.market_id, delivery_id=delivery.pk, kind=QUARANTINED, text=TEXT, now=now)
            set_aside += 1
        delivery.save(update_fields=["failures", "quarantined_at"])
    return set_aside


@transaction.atomic(durable=True)
def release_quarantine(*, delivery_id: int, by: str, now: datetime) -> Delivery:
    """Let a delivery that was set aside be matched again, with a clean count."""
    (delivery,) = lock_deliveries([delivery_id])
    delivery.failures, delivery.quarantined_at = 0, None
    delivery.save(update_fields=["failures", "quarantined_at"])
    open_ones = Alarm.objects.filter(delivery=delivery, kind=QUARANTINED, resolved_at__isnull=True)
    open_ones.update(resolved_at=now, resolved_by=by)
    nudge("dispatch.tasks.match_market", market_id=delivery.market_id)
    return delivery
