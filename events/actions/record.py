"""Writing facts down."""

from datetime import datetime

from celery import current_app
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from common.transactions import needs_transaction
from events.models import Event, Heartbeat

RELAY = "events.tasks.relay"


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
        try:
            # A nudge that nobody has heard within a minute is worth nothing: the sweeps have been there since.
            current_app.send_task(task, kwargs=kwargs, retry=False, ignore_result=True, expires=60)
        except (OperationalError, OSError):
            return  # the sweep will find it

    send.wanted = wanted  # type: ignore[attr-defined]
    transaction.on_commit(send, robust=True)


def beat_heart(*, name: str, now: datetime, detail: str = "") -> None:
    """Write down that a process is alive."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": now, "detail": detail[:200]})
