"""Forgetting passes over what somebody holds, over real connections."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from threading import Event as Signal

import pytest
from django.db import OperationalError, connection, connections, transaction

from common.pruning import prune_batch
from events.models import Event
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def held(pk: int) -> Iterator[None]:
    """Another connection holds a row for as long as this lasts."""
    is_held, over = Signal(), Signal()

    def hold() -> None:
        try:
            with transaction.atomic():
                Event.objects.select_for_update().get(pk=pk)
                is_held.set()
                over.wait(timeout=30)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        assert is_held.wait(timeout=30)
        try:
            yield
        finally:
            over.set()
            holding.result()


def old_events(count: int) -> list[int]:
    rows = [Event(topic="order.ready", at=make.NOON, relayed_at=make.NOON) for _ in range(count)]
    return [row.pk for row in Event.objects.bulk_create(rows)]


def test_a_row_that_is_held_is_passed_over_and_the_others_go() -> None:
    keys = old_events(3)

    with held(keys[0]):
        assert prune_batch(Event.objects.filter(at__lt=make.NOON + timedelta(days=1)), most=10) == 2

    assert [event.pk for event in Event.objects.all()] == keys[:1]


@transaction.atomic
def delete_plainly(keys: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
    Event.objects.filter(pk__in=keys).delete()


def test_a_plain_delete_would_have_waited_for_it() -> None:
    keys = old_events(3)

    with held(keys[0]), pytest.raises(OperationalError, match="lock timeout"):
        delete_plainly(keys)

    assert Event.objects.count() == 3
