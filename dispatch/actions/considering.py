"""Keeping who was weighed for what, and what spoke for or against: "why me", "why not me"."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from dispatch.engine.explain import Consideration as Weighed
from dispatch.models import Consideration
from dispatch.queries.snapshot import Snapshot

KEPT_A_DELIVERY = 12


@transaction.atomic(durable=True)
def keep_considerations(*, snapshot: Snapshot, rows: Mapping[int, Sequence[Weighed]], now: datetime) -> int:
    """Keep the nearest trips of each delivery that was weighed, with the engine's reason. One statement.

    `rows` is keyed by the place of the delivery in the snapshot; the engine names the best first.
    """
    found = [
        Consideration(
            delivery=snapshot.deliveries[index],
            trip=snapshot.trips[weighed.trip],
            added_seconds=weighed.added_s,
            added_metres=weighed.added_m,
            over=weighed.over,
            reason=weighed.reason,
            at=now,
        )
        for index, trips in rows.items()
        for weighed in trips[:KEPT_A_DELIVERY]
    ]
    Consideration.objects.bulk_create(
        found,
        batch_size=2_000,
        update_conflicts=True,
        unique_fields=["delivery", "trip"],
        update_fields=["added_seconds", "added_metres", "over", "reason", "at"],
    )
    return len(found)
