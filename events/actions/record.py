"""Writing facts down."""

import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from common.transactions import needs_transaction
from events.models import Event, Heartbeat

RELAY = "events.tasks.relay"
REST_SECONDS = 2.0  # after a failure nobody in this process tries again for this long
HEARD_WITHIN = 60  # seconds; a nudge that nobody has heard by then is worth nothing: the sweeps have been there since


class Line:
    """This process' line to the broker. Whoever wants to send while it rests does not wait for an absent Redis."""

    def __init__(self, app: Any = current_app) -> None:
        """Connects at the first message, not here."""
        self.app = app
        self.rests_until = 0.0

    def send(self, task: str, kwargs: Mapping[str, int | str]) -> bool:
        """Ask for a task now if the broker is there; tell whether it heard."""
        if time.monotonic() < self.rests_until:
            return False
        try:
            self.app.send_task(task, kwargs=dict(kwargs), retry=False, ignore_result=True, expires=HEARD_WITHIN)
        except (OperationalError, OSError):
            self.rests_until = time.monotonic() + REST_SECONDS
            return False
        return True


line = Line()


@needs_transaction
def record(topic: str, *, at: datetime, **payload: int | str | None) -> Event:
    """Write a fact in the caller's transaction and nudge the relay once it is committed.

    Payloads are ids, never personal data. The nudge may be lost: the relay's sweep finds what it missed.
    """
    event = Event.objects.create(topic=topic, payload=payload, at=at)
    nudge(RELAY)
    return event


def nudge(task: str, **kwargs: int | str) -> None:
    """Ask for a task after commit; once per transaction and task, and never an error when Redis is away."""
    wanted = (task, tuple(sorted(kwargs.items())))
    if any(getattr(entry[1], "wanted", None) == wanted for entry in connection.run_on_commit):
        return

    def send() -> None:
        line.send(task, kwargs)

    send.wanted = wanted  # type: ignore[attr-defined]
    transaction.on_commit(send, robust=True)


def beat_heart(*, name: str, now: datetime, detail: str = "") -> None:
    """Write down that a process is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "detail": detail[:200]})
