"""Telling operations that the road engine is away, and taking it back once it answers."""

from datetime import datetime

from django.db import transaction

from dispatch.actions.alarms import raise_alarm, resolve_alarm
from dispatch.models import Alarm
from events.actions.move import SYSTEM
from providers.routing.base import Routing
from providers.routing.gateway import is_away

TIMES_ESTIMATED = "times_estimated"
TEXT = "The road engine does not answer. Times and offers are estimated until it does, and offers say so."


def tell_of_roads(*, market_id: int, routing: Routing, now: datetime) -> None:
    """Raise one alarm a market while the engine is away; the first cycle it answers again resolves it."""
    if is_away(routing):
        with transaction.atomic(durable=True):
            raise_alarm(market_id=market_id, kind=TIMES_ESTIMATED, text=TEXT, now=now)
        return
    open_alarms = Alarm.objects.filter(market=market_id, kind=TIMES_ESTIMATED, resolved_at__isnull=True)
    for pk in open_alarms.values_list("pk", flat=True):
        resolve_alarm(alarm_id=pk, by=SYSTEM, now=now)
