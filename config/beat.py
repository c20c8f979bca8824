"""What is done again and again, and how often; a table of its own because it is long."""

from datetime import timedelta
from typing import Any

from celery.schedules import crontab


def beat_schedule(*, dispatch_every_seconds: int) -> dict[str, dict[str, Any]]:
    """Every sweep. Its message is worth nothing once the next one is due: it expires rather than piles up."""
    return {
        "relay events": {"task": "events.tasks.relay", "schedule": timedelta(seconds=5), "options": {"expires": 5}},
        "heartbeat": {"task": "events.tasks.beat", "schedule": timedelta(seconds=10), "options": {"expires": 10}},
        "dispatch every market": {
            "task": "dispatch.tasks.sweep_markets",
            "schedule": timedelta(seconds=dispatch_every_seconds),
            "options": {"expires": 3},
        },
        "climb the ladder": {
            "task": "dispatch.tasks.sweep_offers",
            "schedule": timedelta(seconds=5),
            "options": {"expires": 5},
        },
        "watch the runs": {
            "task": "dispatch.tasks.sweep_runs",
            "schedule": timedelta(seconds=10),
            "options": {"expires": 10},
        },
        "release window holds": {
            "task": "orders.tasks.shop.sweep_holds",
            "schedule": timedelta(seconds=15),
            "options": {"expires": 15},
        },
        "decide substitutes": {
            "task": "orders.tasks.shop.sweep_substitutions",
            "schedule": timedelta(seconds=15),
            "options": {"expires": 15},
        },
        "finish payments": {
            "task": "orders.tasks.money.sweep_payments",
            "schedule": timedelta(seconds=10),
            "options": {"expires": 10},
        },
        "hear the card gateway": {
            "task": "orders.tasks.money.sweep_reports",
            "schedule": timedelta(seconds=10),
            "options": {"expires": 10},
        },
        "forget what is old": {
            "task": "config.tasks.prune",
            "schedule": crontab(minute="40"),
            "options": {"expires": 600},
        },
        "make windows": {"task": "stores.tasks.make_windows", "schedule": crontab(minute="5")},
        "forget tries": {"task": "accounts.tasks.forget_tries", "schedule": crontab(minute="20", hour="*/6")},
        "repeat trips": {"task": "drivers.tasks.repeat_trips", "schedule": crontab(minute="*/10")},
        "make blocks": {"task": "drivers.tasks.make_blocks", "schedule": crontab(minute="10")},
        "open places of blocks": {
            "task": "drivers.tasks.sweep_bookings",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
        "close trips": {
            "task": "drivers.tasks.sweep_trips",
            "schedule": timedelta(seconds=30),
            "options": {"expires": 30},
        },
    }
