"""Which queue a task goes to, and which queues a worker reads.

Sweeps of dispatch go to `dispatch`. With DISPATCH_QUEUES above one the cycles of each market go to one of so many more
queues, by its number, so that large metros can have workers of their own. Two workers on each queue: when one dies its
market's lock goes with its connection, and the next sweep's message is read by the other.
"""

from typing import Any

from celery.app.amqp import Queues
from django.conf import settings

DISPATCH = "dispatch"
CYCLE = "dispatch.tasks.match_market"
QUEUES = {"dispatch.tasks.": DISPATCH, "orders.tasks.money.": "money", "payouts.tasks.": "money"}


def queue_of(name: str, args: object, kwargs: dict[str, Any], options: object, **_: object) -> dict[str, str] | None:
    """Route a task, as CELERY_TASK_ROUTES asks; None is the default queue."""
    if name == CYCLE and "market_id" in kwargs:
        names = market_queues()
        return {"queue": names[int(kwargs["market_id"]) % len(names)]}
    return next(({"queue": queue} for prefix, queue in QUEUES.items() if name.startswith(prefix)), None)


def market_queues() -> list[str]:
    """Names of the queues that markets are spread over."""
    count = settings.DISPATCH_QUEUES
    return [DISPATCH] if count <= 1 else [f"{DISPATCH}-{number}" for number in range(count)]


def read_every_market(queues: Queues) -> None:
    """Let a worker that reads `dispatch` and names no market's queue read all of them: no market is left out."""
    names = market_queues()
    if DISPATCH in queues.consume_from and not set(names) & set(queues.consume_from):
        queues.select([*queues.consume_from, *names])
