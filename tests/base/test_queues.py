"""Markets are spread over queues, and none is left without a worker."""

import pytest
from pytest_django import Settings

from config.celery import app
from config.queues import read_every_market


def queue(task: str, **kwargs: int) -> str:
    """Where the broker puts a task."""
    options = app.amqp.router.route({}, task, kwargs=kwargs)
    return str(options["queue"].name)


def consumed(*names: str) -> set[str]:
    """What a worker reads that was started with these queues."""
    queues = app.amqp.Queues({})
    queues.select(list(names))
    read_every_market(queues)
    return set(queues.consume_from)


def test_each_kind_of_work_has_its_queue() -> None:
    assert queue("dispatch.tasks.sweep_markets") == "dispatch"
    assert queue("dispatch.tasks.match_market", market_id=7) == "dispatch"
    assert queue("orders.tasks.money.sweep_payments") == "money"
    assert queue("payouts.tasks.record_earning") == "money"
    assert queue("events.tasks.relay") == "default"


def test_markets_are_spread_over_the_queues_by_their_number(settings: Settings) -> None:
    settings.DISPATCH_QUEUES = 3

    assert [queue("dispatch.tasks.match_market", market_id=number) for number in (6, 7, 8, 9)] == [
        "dispatch-0", "dispatch-1", "dispatch-2", "dispatch-0",
    ]  # fmt: skip
    assert queue("dispatch.tasks.sweep_markets") == "dispatch"


@pytest.mark.parametrize(
    ("named", "read"),
    [
        (["dispatch"], {"dispatch", "dispatch-0", "dispatch-1"}),
        (["dispatch", "dispatch-1"], {"dispatch", "dispatch-1"}),
        (["dispatch-0"], {"dispatch-0"}),
        (["money", "default"], {"money", "default"}),
    ],
)
def test_who_reads_dispatch_reads_every_market_unless_it_names_some(
    settings: Settings, named: list[str], read: set[str]
) -> None:
    settings.DISPATCH_QUEUES = 2

    assert consumed(*named) == read
