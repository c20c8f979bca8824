"""Writing facts down."""

import os
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.db import connection, transaction

from common.transactions import needs_transaction
from events.models import Event, Heartbeat

log = structlog.get_logger(__name__)
RELAY = "events.tasks.relay"
REST_SECONDS = 2.0  # after a failure nobody in this process tries again for this long
MOST_ASKED = 1_000
HEARD_WITHIN = 60  # seconds; a nudge that nobody has heard by then is worth nothing: the sweeps have been there since


class Line:
    """This process' line to the broker: what is asked for goes out beside the requests, which never wait for it.

    A broker that is absent, or that hangs, costs whoever asks nothing. After a failure the line rests for two seconds
    and what is asked meanwhile is dropped: the sweeps find it.
    """

    def __init__(self, app: Any = current_app) -> None:
        """Starts its thread at the first message, not here."""
        self.app = app
        self.rests_until = 0.0
        self._asked: dict[tuple[str, str], Mapping[str, int | str]] = {}  # the same twice is asked once
        self._wakes = threading.Condition()
        self._is_sending = False
        self._pid = 0

    def send(self, task: str, kwargs: Mapping[str, int | str]) -> bool:
        """Have a task asked for soon; tell whether it will be tried."""
        if self._pid != os.getpid():
            self._start()
        with self._wakes:
            if time.monotonic() < self.rests_until or len(self._asked) >= MOST_ASKED:
                return False
            self._asked[task, repr(sorted(kwargs.items()))] = dict(kwargs)
            self._wakes.notify()
        return True

    def wait(self, *, seconds: float) -> bool:
        """Wait until all that was asked has gone out or failed; for commands that end, and for tests."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with self._wakes:
                if not self._asked and not self._is_sending:
                    return True
            time.sleep(0.005)
        return False

    def _start(self) -> None:
        """Begin anew: here for the first time, or in a child of a process that had begun."""
        self._pid, self._asked, self._wakes = os.getpid(), {}, threading.Condition()
        threading.Thread(target=self._run, name="line to the broker", daemon=True).start()

    def _run(self) -> None:
        while True:
            with self._wakes:
                while not self._asked:
                    self._wakes.wait()
                what, kwargs = next(iter(self._asked.items()))
                del self._asked[what]  # before it goes out: asked for again meanwhile, it goes out again
                self._is_sending = True
            is_heard = self._try(what[0], kwargs)
            with self._wakes:
                self._is_sending = False
                if not is_heard:
                    self.rests_until = time.monotonic() + REST_SECONDS
                    self._asked.clear()

    def _try(self, task: str, kwargs: Mapping[str, int | str]) -> bool:
        try:
            self.app.send_task(task, kwargs=dict(kwargs), retry=False, ignore_result=True, expires=HEARD_WITHIN)
        except Exception as trouble:  # noqa: BLE001  whatever the line says: this thread must outlive it
            log.warning("broker_away", trouble=f"{type(trouble).__name__}: {trouble}"[:200])
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
