"""Telling operations of events that the relay gave up on: something that happened was not acted upon."""

from datetime import datetime

from django.db import transaction

from dispatch.actions.alarms import raise_alarm
from dispatch.queries.health import events_set_aside
from stores.models import Market

EVENTS_SET_ASIDE = "events_set_aside"


def tell_of_events(*, now: datetime) -> int:
    """Raise one alarm a market while events are set aside: they name no market, and each may be concerned."""
    topics = sorted(set(events_set_aside(now).values_list("topic", flat=True)))
    if not topics:
        return 0
    text = f"Not acted upon after five attempts: {', '.join(topics)}. The runbook says what to do."
    with transaction.atomic(durable=True):
        markets = Market.objects.order_by("pk").values_list("pk", flat=True)
        return sum(raise_alarm(market_id=pk, kind=EVENTS_SET_ASIDE, text=text, now=now) for pk in markets)
