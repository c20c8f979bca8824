"""Facts reach whoever listens, at least once, and one that cannot be sent keeps no other."""

from collections.abc import Mapping
from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from dispatch.actions.event_alarms import EVENTS_SET_ASIDE, tell_of_events
from dispatch.models import Alarm
from dispatch.queries.health import stuck
from events.actions.record import record
from events.actions.relay import LEASE, MOST_ATTEMPTS, claim_events, relay_events
from events.models import Event
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
POISON = {"order_id": 666}
HEARERS = {"order.ready": ("dispatch.tasks.ready_delivery", "orders.tasks.shop.tell")}


class Ear:
    """Notes what it is sent; goes deaf after some messages if told to."""

    def __init__(self, deaf_after: int = 99) -> None:
        self.heard: list[tuple[str, Mapping[str, object]]] = []
        self.deaf_after = deaf_after

    def __call__(self, task: str, payload: Mapping[str, object]) -> None:
        if payload == POISON:
            raise TypeError("cannot be sent")
        if len(self.heard) >= self.deaf_after:
            raise ConnectionError("broker away")
        self.heard.append((task, payload))


def record_one(order_id: int) -> None:
    with transaction.atomic():
        record("order.ready", at=make.NOON, order_id=order_id)


def test_every_hearer_of_a_topic_gets_the_ids() -> None:
    record_one(7)
    ear = Ear()

    relay_events(subscriptions=HEARERS, send=ear, now=make.NOON)

    assert ear.heard == [(task, {"order_id": 7}) for task in HEARERS["order.ready"]]


def test_a_fact_is_sent_once() -> None:
    record_one(7)
    relay_events(subscriptions=HEARERS, send=Ear(), now=make.NOON)

    assert relay_events(subscriptions=HEARERS, send=Ear(), now=make.NOON) == 0


def test_what_a_lost_broker_missed_is_sent_later() -> None:
    record_one(7)
    record_one(8)
    relay_events(subscriptions=HEARERS, send=Ear(deaf_after=2), now=make.NOON)
    ear = Ear()

    relay_events(subscriptions=HEARERS, send=ear, now=make.NOON)

    assert [payload for _, payload in ear.heard] == [{"order_id": 8}] * 2
    assert not Event.objects.filter(relayed_at__isnull=True).exists()


def test_a_fact_of_a_failed_transaction_was_never_told() -> None:
    with transaction.atomic():
        record("order.ready", at=make.NOON, order_id=7)
        transaction.set_rollback(True)

    assert not Event.objects.exists()


def relayed(ear: Ear, now: datetime = make.NOON) -> list[object]:
    """Run the relay and tell which orders were heard of, each once."""
    relay_events(subscriptions=HEARERS, send=ear, now=now)
    return list(dict.fromkeys(payload["order_id"] for _, payload in ear.heard))


def wear_out() -> datetime:
    """Run the relay until it has tried an event often enough."""
    for attempt in range(MOST_ATTEMPTS):
        relay_events(subscriptions=HEARERS, send=Ear(), now=make.NOON + attempt * 2 * LEASE)
    return make.NOON + MOST_ATTEMPTS * 2 * LEASE


def test_an_event_that_cannot_be_sent_keeps_none_of_the_others() -> None:
    for order in (1, 666, 2):
        record_one(order)

    assert relayed(Ear()) == [1, 2]
    poison = Event.objects.get(relayed_at__isnull=True)
    assert (poison.payload, poison.attempts, poison.trouble) == (POISON, 1, "TypeError: cannot be sent")


def test_after_five_attempts_it_is_set_aside_and_later_ones_go_on() -> None:
    record_one(666)
    later = wear_out()
    record_one(3)

    assert relayed(Ear(), later) == [3]
    poison = Event.objects.get(relayed_at__isnull=True)
    assert poison.quarantined_at is not None
    assert poison.attempts == MOST_ATTEMPTS


def test_doctor_and_operations_are_told_of_it_once() -> None:
    market = make.market()
    record_one(666)
    later = wear_out()

    tell_of_events(now=later)
    tell_of_events(now=later)

    alarm = Alarm.objects.get(market=market)
    assert alarm.kind == EVENTS_SET_ASIDE
    assert "order.ready" in alarm.text
    assert ("events set aside", 1) in [(one.kind, one.count) for one in stuck(later)]


def test_what_was_set_aside_is_sent_again_when_somebody_says_so() -> None:
    record_one(666)
    later = wear_out()
    Event.objects.update(payload={"order_id": 7})
    said = StringIO()

    call_command("relay_again", "--dry-run", stdout=said)
    assert "cannot be sent" in said.getvalue()
    assert relayed(Ear(), later) == []

    call_command("relay_again", stdout=said)
    assert relayed(Ear(), later) == [7]


def test_a_broker_that_is_away_counts_against_no_event() -> None:
    record_one(7)
    record_one(8)
    for _ in range(2 * MOST_ATTEMPTS):
        relay_events(subscriptions=HEARERS, send=Ear(deaf_after=0), now=make.NOON)

    assert set(Event.objects.values_list("attempts", "quarantined_at")) == {(0, None)}
    assert relayed(Ear()) == [7, 8]


def test_an_event_that_kills_the_relay_is_blamed_alone() -> None:
    for order in (1, 666, 2):
        record_one(order)
    claim_events(now=make.NOON)  # the relay died at once: nothing was marked, nothing given back

    class Killed(BaseException):
        """The process is gone; what it would have done afterwards is undone below."""

    class Deadly(Ear):
        def __call__(self, task: str, payload: Mapping[str, object]) -> None:
            if payload == POISON:
                raise Killed
            super().__call__(task, payload)

    heard: list[object] = []
    for attempt in range(1, 2 * MOST_ATTEMPTS):
        ear, now = Deadly(), make.NOON + attempt * 2 * LEASE
        claimed = dict(Event.objects.values_list("pk", "attempts"))
        try:
            heard += relayed(ear, now)
        except Killed:
            heard += [payload["order_id"] for _, payload in ear.heard]
            # A dead process gives nothing back: the claim it held stands.
            poison = Event.objects.get(payload=POISON)
            Event.objects.filter(pk=poison.pk).update(claimed_at=now, attempts=claimed[poison.pk] + 1)

    assert set(heard) == {1, 2}
    assert [event.payload for event in Event.objects.filter(quarantined_at__isnull=False)] == [POISON]
