"""Leaving a run before its end: by the driver with a reason, or by not turning up."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_noop

from common.errors import InvalidInput
from common.transactions import needs_transaction
from dispatch.actions.ladder import reopen_delivery
from dispatch.actions.live import tell
from dispatch.actions.run_steps.ending import end_run_if_done
from dispatch.actions.run_steps.failing import FailReason
from dispatch.actions.run_steps.returning import turn_back
from dispatch.actions.way_back import way_broken_off
from dispatch.models import Delivery, Run, RunDelivery, Stop
from dispatch.states import DeliveryStatus, RunStatus


class GiveUpReason(models.TextChoices):
    """Why a driver leaves a run. Those with cause never count; none of them is a score."""

    CAR_TROUBLE = "car_trouble", gettext_noop("My car has broken down")
    EMERGENCY = "emergency", gettext_noop("An emergency, or I feel unwell")
    UNSAFE = "unsafe", gettext_noop("It is not safe to go on")
    STORE_CLOSED = "store_closed", gettext_noop("The store is closed or has no such order")
    LONG_WAIT = "long_wait", gettext_noop("The wait at the store is too long")
    NOT_AS_OFFERED = "not_as_offered", gettext_noop("The order is not as offered")
    CHANGED_MIND = "changed_mind", gettext_noop("I cannot make it any more")
    NO_SHOW = "no_show", gettext_noop("Did not arrive at the store")


WITH_CAUSE = frozenset(GiveUpReason) - {GiveUpReason.CHANGED_MIND, GiveUpReason.NO_SHOW}
CHOICES = [choice for choice in GiveUpReason.choices if choice[0] != GiveUpReason.NO_SHOW]


@needs_transaction
def leave_everything(run: Run, deliveries: Mapping[int, Delivery], reason: str, *, by: str, now: datetime) -> None:
    """Give up a locked run: what is still at the store is offered anew at once, what is in the car goes back.

    What is in the car is paid for the road that was driven with it, there and back. The run ends now, or with its last
    return. A run that is over stays as it ended.
    """
    if run.status != RunStatus.ACTIVE or run.give_up_reason:
        return
    if reason not in GiveUpReason.values:
        raise InvalidInput("Choose one of the reasons.")
    run.give_up_reason = str(GiveUpReason(reason).label)
    run.save(update_fields=["give_up_reason"])
    mine = [one for one in deliveries.values() if one.claimed_run_id == run.pk]
    for one in mine:
        if one.status == DeliveryStatus.PICKED_UP:
            drop_stops(run, one, [Stop.Kind.DROP])
            turn_back(run, one, str(FailReason.GAVE_UP.label), way_broken_off(run, one, now=now), now=now)
        elif one.status in {DeliveryStatus.CLAIMED, DeliveryStatus.AT_STORE}:
            drop_stops(run, one, list(Stop.Kind))
            RunDelivery.objects.filter(run=run, delivery=one, dropped_at__isnull=True).update(dropped_at=now)
            reopen_delivery(one, now=now, by=by, reason=reason)
    last = run.stops.order_by("position").first()
    end_run_if_done(run, at=last.point if last else run.trip.origin, now=now)
    tell(run, deliveries.values(), "given_up")


@needs_transaction
def drop_stops(run: Run, delivery: Delivery, kinds: list[Stop.Kind]) -> None:
    """Take a delivery's unfinished stops out of a run."""
    Stop.objects.filter(run=run, delivery=delivery, kind__in=kinds, done_at__isnull=True).update(is_dropped=True)
