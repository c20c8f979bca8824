"""The Celery application: it wakes things up; PostgreSQL holds what is due."""

import os

from celery import Celery
from celery.signals import beat_init, worker_init
from celery.worker import WorkController

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


@worker_init.connect
def read_every_market(sender: WorkController, **_: object) -> None:
    """Leave no market without a worker, into however many queues they are spread."""
    from config import queues  # noqa: PLC0415  as above

    queues.read_every_market(sender.app.amqp.queues)
