"""R6: a Redis that hangs, rather than refuses, costs nobody two seconds, in quiet traffic too."""

import os
import signal
import time
from pathlib import Path

import pytest
from celery import Celery

from common import live
from common.live import Nudger
from common.local_services.place import place_for
from common.local_services.session import LocalServices
from events.actions import record
from events.actions.record import Line
from tests.orders.tills import pay, ready_cart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("faults")]
ORDERS = 3
QUIET_SECONDS = 2.2  # longer than any line rests: each order meets the broker anew
LONGEST = 2.0


def test_orders_are_placed_while_redis_hangs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valkey = LocalServices(folder=folder / "valkey", wants_postgres=False)
    url = valkey.start().redis_url
    app = Celery("hanging", set_as_current=False)
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.conf.update(broker_url=url)
    line, nudger = Line(app), Nudger(url)
    monkeypatch.setattr(record, "line", line)
    monkeypatch.setattr(live, "nudger", lambda: nudger)
    carts = [ready_cart() for _ in range(ORDERS)]
    pid = int((place_for(folder / "valkey").servers / "valkey" / "valkey.pid").read_text())
    waits = []
    try:
        assert line.send("events.tasks.relay", {})
        assert line.wait(seconds=10)
        os.kill(pid, signal.SIGSTOP)
        for cart in carts:
            started = time.monotonic()
            pay(cart)
            waits.append(time.monotonic() - started)
            time.sleep(QUIET_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
        valkey.purge()

    assert max(waits) < LONGEST, waits
