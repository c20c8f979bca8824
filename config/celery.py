"""The Celery application: it wakes things up; PostgreSQL holds what is due."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from config.broker import Lines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("homeward", amqp=Lines)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["config", "accounts", "events", "stores", "drivers", "payouts", "dispatch"])
app.autodiscover_tasks(["orders"], related_name="tasks.shop")
app.autodiscover_tasks(["orders"], related_name="tasks.money")


@worker_init.connect
@beat_init.connect
def refuse_exposed(**_: object) -> None:
    """Start neither worker nor beat of a demo that is open to the world."""
    from config import safety  # noqa: PLC0415  it reads the settings, which may not be there yet

    safety.refuse_exposed()
