"""Doing in this process, one after another, what workers do beside each other: relay facts, call their tasks."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from celery import current_app
from django.utils.module_loading import import_string

from dispatch.simulator.clock import Clock
from events.actions.relay import relay_events

MATCH = "dispatch.tasks.match_market"


@contextmanager
def without_workers() -> Iterator[None]:
    """Ask no worker for anything while the block lasts: what is due is done by the caller."""
    real = current_app.send_task
    setattr(current_app, "send_task", lambda *_args, **_kwargs: None)  # noqa: B010  # a plain assignment is a type error
    try:
        yield
    finally:
        setattr(current_app, "send_task", real)  # noqa: B010


def relay_here(clock: Clock) -> int:
    """Call the tasks of every fact not yet relayed, and of the facts those write, until none is left."""
    # By name, for config stands above dispatch in the order of imports.
    subscriptions = import_string("config.subscriptions.SUBSCRIPTIONS")
    relayed = 0
    while sent := relay_events(subscriptions=subscriptions, send=call_task, now=clock.now):
        relayed += sent
    return relayed


def call_task(task: str, payload: Mapping[str, object]) -> None:
    """Run one task here, as a worker would; matching has its own turn, with its own time to search."""
    if task != MATCH:
        import_string(task)(**payload)
