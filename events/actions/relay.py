"""Sending recorded facts to whoever listens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from events.models import Event

Send = Callable[[str, Mapping[str, object]], None]
BATCH = 200
log = structlog.get_logger(__name__)


@transaction.atomic(durable=True)
def relay_events(*, subscriptions: Mapping[str, Sequence[str]], send: Send, now: datetime) -> int:
    """Send unrelayed events, oldest first, to the tasks that subscribe to their topics; return how many went out.

    Rows are claimed with SKIP LOCKED, so two relays share the work. Delivery is at least once: a crash between
    sending and commit sends again, and every listener must bear that.
    """
    waiting = Event.objects.select_for_update(skip_locked=True).filter(relayed_at__isnull=True).order_by("pk")[:BATCH]
    sent = []
    for event in waiting:
        try:
            for task in subscriptions.get(event.topic, ()):
                send(task, event.payload)
        except OSError as trouble:
            # The broker is away: keep the rest for the next sweep.
            log.warning("relay_stopped", event=event.pk, trouble=str(trouble))
            Event.objects.filter(pk=event.pk).update(attempts=F("attempts") + 1)
            break
        sent.append(event.pk)
    Event.objects.filter(pk__in=sent).update(relayed_at=now, attempts=F("attempts") + 1)
    return len(sent)
