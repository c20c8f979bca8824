"""What is done again and again, and how often; a table of its own because it is long."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab

Entry = dict[str, Any]


def beat_schedule(*, dispatch_every_seconds: int) -> dict[str, Entry]:
    """Every sweep."""
    return {
        "relay events": _every(5, "events.tasks.relay"),
        "heartbeat": _every(10, "events.tasks.beat"),
        "dispatch every market": _every(dispatch_every_seconds, "dispatch.tasks.sweep_markets"),
        "climb the ladder": _every(5, "dispatch.tasks.sweep_offers"),
        "watch the runs": _every(10, "dispatch.tasks.sweep_runs"),
        "release window holds": _every(15, "orders.tasks.shop.sweep_holds"),
        "decide substitutes": _every(15, "orders.tasks.shop.sweep_substitutions"),
        "finish payments": _every(10, "orders.tasks.money.sweep_payments"),
        "hear the card gateway": _every(10, "orders.tasks.money.sweep_reports"),
        "close trips": _every(30, "drivers.tasks.sweep_trips"),
        "forget what is old": _at(crontab(minute="40"), "config.tasks.prune", expires=600),
        "make windows": _at(crontab(minute="5"), "stores.tasks.make_windows"),
        "forget tries": _at(crontab(minute="20", hour="*/6"), "accounts.tasks.forget_tries"),
        "repeat trips": _at(crontab(minute="*/10"), "drivers.tasks.repeat_trips"),
    }


def _every(seconds: int, task: str) -> Entry:
    """A sweep whose message is worth nothing once the next one is due: it expires rather than piles up."""
    return {"task": task, "schedule": timedelta(seconds=seconds), "options": {"expires": seconds}}


def _at(times: crontab, task: str, *, expires: int | None = None) -> Entry:
    return {"task": task, "schedule": times, "options": {"expires": expires} if expires else {}}
