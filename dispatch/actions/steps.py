"""The one writer of a delivery's step on the ladder."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from common.transactions import needs_transaction
from dispatch.models import Delivery, Offer
from dispatch.states import STEP_KIND
from events.actions.move import SYSTEM
from events.models import StatusChange

RESERVED_KINDS = (Offer.Kind.RESERVED, Offer.Kind.ASSIGNED)


@needs_transaction
def take_step(
    deliveries: Sequence[Delivery],
    step: Delivery.Step,
    *,
    now: datetime,
    by: str = SYSTEM,
    reason: str = "",
    raises: int = 0,
) -> None:
    """Put locked deliveries on a step, raise their pay `raises` times more, and leave a line of history for each."""
    if not deliveries:
        return
    pks = [one.pk for one in deliveries]
    Delivery.objects.filter(pk__in=pks).update(step=step, step_at=now, raises=F("raises") + raises)
    StatusChange.objects.bulk_create(
        StatusChange(
            kind=STEP_KIND,
            object_id=one.pk,
            from_status=one.step,
            to_status=step,
            at=now,
            actor=by,
            reason=reason[:300],
        )
        for one in deliveries
    )
    for one in deliveries:
        one.step, one.step_at, one.raises = step, now, one.raises + raises
