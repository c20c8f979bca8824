"""Sending recorded facts to whoever listens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from common.transactions import outside_transaction
from events.models import Event

Send = Callable[[str, Mapping[str, object]], None]
BATCH = 200
LEASE = timedelta(seconds=30)  # a relay that died in mid-batch is relieved after this
log = structlog.get_logger(__name__)


@outside_transaction
def relay_events(*, subscriptions: Mapping[str, Sequence[str]], send: Send, now: datetime) -> int:
    """Send unrelayed events, oldest first, to the tasks that subscribe to their topics; return how many went out.

    Delivery is at least once: a relay that dies between sending and marking is repeated by the next one after
    `LEASE`, and every listener must bear that.
    """
    sent: list[int] = []
    events = claim_events(now=now)
    for event in events:
        try:
            for task in subscriptions.get(event.topic, ()):
                send(task, event.payload)
        except OSError as trouble:
            log.warning("relay_stopped", event_id=event.pk, trouble=str(trouble))
            break
        sent.append(event.pk)
    Event.objects.filter(pk__in=sent).update(relayed_at=now)
    # The broker was away: the rest is free for the next sweep at once.
    Event.objects.filter(pk__in=[event.pk for event in events], relayed_at__isnull=True).update(claimed_at=None)
    return len(sent)


@transaction.atomic(durable=True)
def claim_events(*, now: datetime) -> list[Event]:
    """Take up the next batch under a lease; SKIP LOCKED lets two relays share the work."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LEASE)
    waiting = Event.objects.select_for_update(skip_locked=True).filter(free, relayed_at__isnull=True)
    events = list(waiting.order_by("pk")[:BATCH])
    Event.objects.filter(pk__in=[event.pk for event in events]).update(claimed_at=now, attempts=F("attempts") + 1)
    return events
