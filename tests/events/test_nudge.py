"""Asking for a task makes nobody wait for a broker that is not there."""

import time

import pytest
from celery import Celery
from django.db import transaction

from events.actions import record
from events.actions.record import Line, nudge

NOBODY_LISTENS = "redis://127.0.0.1:9/0"


@pytest.fixture
def dead_line() -> Line:
    """A line as the settings make it, to a port where nobody listens."""
    app = Celery("dead", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=NOBODY_LISTENS)
    return Line(app)


def test_a_first_message_without_a_broker_costs_nobody_a_second(dead_line: Line) -> None:
    started = time.monotonic()

    heard = dead_line.send("events.tasks.relay", {})

    assert not heard
    assert time.monotonic() - started < 1.0


@pytest.mark.django_db(transaction=True)
def test_a_request_that_nudges_a_hundred_times_waits_once(dead_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "line", dead_line)
    started = time.monotonic()

    for number in range(100):
        with transaction.atomic():
            nudge("events.tasks.relay", number=number)

    assert time.monotonic() - started < 2.0


def test_after_its_rest_the_line_tries_again(dead_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    dead_line.send("events.tasks.relay", {})
    tried: list[str] = []
    monkeypatch.setattr(dead_line.app, "send_task", lambda task, **how: tried.append(task))

    too_soon = dead_line.send("events.tasks.relay", {})
    dead_line.rests_until = 0.0
    later = dead_line.send("events.tasks.relay", {})

    assert (too_soon, later, tried) == (False, True, ["events.tasks.relay"])
