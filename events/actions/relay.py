"""Sending recorded facts to whoever listens."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q, QuerySet

from common.transactions import outside_transaction
from events.models import Event

Send = Callable[[str, Mapping[str, object]], None]
Subscriptions = Mapping[str, Sequence[str]]
BATCH = 200
SUSPECTS = 20  # at a time, each under a claim of its own
MOST_ATTEMPTS = 5
LEASE = timedelta(seconds=30)  # a relay that died in mid-batch is relieved after this; a failed event rests as long
log = structlog.get_logger(__name__)


class BrokerAway(Exception):
    """Nothing can be sent to anybody now; no event is to blame."""


@outside_transaction
def relay_events(*, subscriptions: Subscriptions, send: Send, now: datetime) -> int:
    """Send unrelayed events to the tasks that subscribe to their topics; return how many went out.

    Delivery is at least once: a relay that dies between sending and marking is repeated by the next one after
    `LEASE`, and every listener must bear that. An event that cannot be sent never keeps the others: fresh ones go in
    batches, oldest first, those that were not sent the first time one by one, and after `MOST_ATTEMPTS` an event is
    set aside for operations. A broker that is away counts against none of them.
    """
    try:
        sent = _send_all(claim_events(now=now), subscriptions, send, now)
        for _ in range(SUSPECTS):
            suspect = claim_suspect(now=now)
            if suspect is None:
                break
            sent += _send_all([suspect], subscriptions, send, now)
    except BrokerAway as trouble:
        log.warning("relay_stopped", trouble=str(trouble))
        return int(trouble.args[1])
    return sent


def _send_all(events: Sequence[Event], subscriptions: Subscriptions, send: Send, now: datetime) -> int:
    """Send some claimed events and mark those that went out.

    Raises:
        BrokerAway: with how many went out before; the rest is free for the next sweep at once.
    """
    sent: list[int] = []
    failed: list[int] = []
    try:
        for event in events:
            try:
                for task in subscriptions.get(event.topic, ()):
                    send(task, event.payload)
                sent.append(event.pk)
            except (OSError, SoftTimeLimitExceeded):
                raise
            except Exception as trouble:  # whatever is wrong with one event is not wrong with the next
                log.exception("event_not_sent", event_id=event.pk, topic=event.topic, attempts=event.attempts)
                _note_failure(event, trouble, now)
                failed.append(event.pk)
    except OSError as trouble:
        raise BrokerAway(str(trouble), len(sent)) from trouble
    finally:
        Event.objects.filter(pk__in=sent).update(relayed_at=now)
        untried = [event.pk for event in events if event.pk not in {*sent, *failed}]
        Event.objects.filter(pk__in=untried).update(claimed_at=None, attempts=F("attempts") - 1)
    return len(sent)


@transaction.atomic(durable=True)
def claim_events(*, now: datetime) -> list[Event]:
    """Take up the next batch of fresh events under a lease; SKIP LOCKED lets two relays share the work."""
    return _claim(_waiting(now).filter(attempts=0), now, BATCH)


@transaction.atomic(durable=True)
def claim_suspect(*, now: datetime) -> Event | None:
    """Take up one event that was claimed before and did not go out: alone, in case the relay dies of it.

    One that was tried often enough is set aside instead.
    """
    worn_out = _waiting(now).filter(attempts__gte=MOST_ATTEMPTS)
    worn_out = worn_out.select_for_update(skip_locked=True).order_by("pk")
    for event in worn_out[:BATCH]:
        _set_aside(event, event.trouble or "The relay died of it, or was stopped, at every attempt.", now)
    return next(iter(_claim(_waiting(now).filter(attempts__gt=0), now, 1)), None)


@transaction.atomic(durable=True)
def relay_again(*, now: datetime) -> int:
    """Give every event that was set aside its attempts anew, once what was wrong is repaired; return how many."""
    log.info("events_given_back", at=now.isoformat())
    return Event.objects.filter(quarantined_at__isnull=False, relayed_at__isnull=True).update(
        quarantined_at=None, claimed_at=None, attempts=0, trouble=""
    )


def _waiting(now: datetime) -> QuerySet[Event]:
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=now - LEASE)
    return Event.objects.filter(free, relayed_at__isnull=True, quarantined_at__isnull=True)


def _claim(waiting: QuerySet[Event], now: datetime, most: int) -> list[Event]:
    events = list(waiting.select_for_update(skip_locked=True).order_by("pk")[:most])
    Event.objects.filter(pk__in=[event.pk for event in events]).update(claimed_at=now, attempts=F("attempts") + 1)
    for event in events:
        event.attempts += 1
    return events


def _note_failure(event: Event, trouble: Exception, now: datetime) -> None:
    words = f"{type(trouble).__name__}: {trouble}"[:200]
    if event.attempts >= MOST_ATTEMPTS:
        _set_aside(event, words, now)
    else:
        Event.objects.filter(pk=event.pk).update(trouble=words)


def _set_aside(event: Event, trouble: str, now: datetime) -> None:
    log.error("event_set_aside", event_id=event.pk, topic=event.topic, attempts=event.attempts, trouble=trouble)
    Event.objects.filter(pk=event.pk).update(quarantined_at=now, trouble=trouble)
