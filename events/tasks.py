"""The relay and the heartbeats."""

from collections.abc import Mapping

from celery import current_app, shared_task
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError

from events.actions.record import beat_heart
from events.actions.relay import BATCH, relay_events


def send(task: str, payload: Mapping[str, object]) -> None:
    """Publish one task; a broker that is away is an OSError like any other."""
    try:
        current_app.send_task(task, kwargs=dict(payload), retry=False, ignore_result=True)
    except OperationalError as trouble:
        raise OSError(str(trouble)) from trouble


@shared_task
def relay(**_: object) -> None:
    """Send what is recorded and not yet relayed."""
    # By name, for events stand below config in the order of imports.
    subscriptions = import_string("config.subscriptions.SUBSCRIPTIONS")
    while relay_events(subscriptions=subscriptions, send=send, now=timezone.now()) > BATCH // 2:
        pass


@shared_task
def beat(**_: object) -> None:
    """Show that beat sends and a worker works."""
    beat_heart(name="worker", now=timezone.now())
