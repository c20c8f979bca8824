"""Asking for a task makes nobody wait for a broker that is not there."""

import threading
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


def test_a_message_without_a_broker_costs_nobody_anything(dead_line: Line) -> None:
    started = time.monotonic()

    dead_line.send("events.tasks.relay", {})

    assert time.monotonic() - started < 0.1
    assert dead_line.wait(seconds=10)
    assert not dead_line.send("events.tasks.relay", {}), "it rests"


@pytest.mark.django_db(transaction=True)
def test_a_request_that_nudges_a_hundred_times_does_not_wait(dead_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "line", dead_line)
    started = time.monotonic()

    for number in range(100):
        with transaction.atomic():
            nudge("events.tasks.relay", number=number)

    assert time.monotonic() - started < 2.0


def test_after_its_rest_the_line_tries_again(dead_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    dead_line.send("events.tasks.relay", {})
    assert dead_line.wait(seconds=10)
    tried: list[str] = []
    monkeypatch.setattr(dead_line.app, "send_task", lambda task, **how: tried.append(task))

    too_soon = dead_line.send("events.tasks.relay", {})
    dead_line.rests_until = 0.0
    later = dead_line.send("events.tasks.relay", {})

    assert dead_line.wait(seconds=10)
    assert (too_soon, later, tried) == (False, True, ["events.tasks.relay"])


def test_what_is_asked_for_while_it_goes_out_goes_out_again(dead_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    goes, tried = threading.Event(), list[str]()

    def slowly(task: str, **_how: object) -> None:
        tried.append(task)
        goes.wait(5)

    monkeypatch.setattr(dead_line.app, "send_task", slowly)
    dead_line.send("events.tasks.relay", {})
    while not tried:
        time.sleep(0.01)
    for _ in range(3):
        dead_line.send("events.tasks.relay", {})
    goes.set()

    assert dead_line.wait(seconds=10)
    assert len(tried) == 2
