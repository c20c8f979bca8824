"""Facts reach whoever listens, at least once."""

from collections.abc import Mapping

import pytest
from django.db import transaction

from events.actions.record import record
from events.actions.relay import relay_events
from events.models import Event
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
HEARERS = {"order.ready": ("dispatch.tasks.ready_delivery", "orders.tasks.shop.tell")}


class Ear:
    """Notes what it is sent; goes deaf after some messages if told to."""

    def __init__(self, deaf_after: int = 99) -> None:
        self.heard: list[tuple[str, Mapping[str, object]]] = []
        self.deaf_after = deaf_after

    def __call__(self, task: str, payload: Mapping[str, object]) -> None:
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
