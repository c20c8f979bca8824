"""Keeping who was weighed for what, and what spoke for or against: "why me", "why not me"."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dispatch.engine.explain import Consideration as Weighed
from dispatch.models import Consideration
from dispatch.queries.snapshot import Snapshot

KEPT_A_DELIVERY = 12
FRESH = timedelta(seconds=30)


@transaction.atomic(durable=True)
def keep_considerations(*, snapshot: Snapshot, rows: Sequence[tuple[int, Weighed]], now: datetime) -> int:
    """Keep the nearest trips of each delivery with the engine's reason; at most twice a minute a delivery.

    Three statements, however much is kept.
    """
    pks = [delivery.pk for delivery in snapshot.deliveries]
    recent = Consideration.objects.filter(delivery__in=pks, at__gt=now - FRESH)
    skipped = set(recent.values_list("delivery", flat=True).distinct())
    kept: dict[int, list[Consideration]] = {}
    for index, weighed in rows:
        delivery, trip = snapshot.deliveries[index], snapshot.trips[weighed.trip]
        here = kept.setdefault(delivery.pk, [])
        if delivery.pk in skipped or len(here) >= KEPT_A_DELIVERY:
            continue
        here.append(
            Consideration(
                delivery=delivery,
                trip=trip,
                added_seconds=weighed.added_s,
                added_metres=weighed.added_m,
                over=weighed.over,
                reason=weighed.reason,
                at=now,
            )
        )
    found = [one for some in kept.values() for one in some]
    Consideration.objects.bulk_create(
        found,
        update_conflicts=True,
        unique_fields=["delivery", "trip"],
        update_fields=["added_seconds", "added_metres", "over", "reason", "at"],
    )
    return len(found)
