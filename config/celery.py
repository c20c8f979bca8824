"""The Celery application: it wakes things up; PostgreSQL holds what is due."""

import os
from typing import Any

from celery import Celery
from celery.app.amqp import AMQP
from kombu import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

LOOK_EVERY = 1.0  # seconds; Celery's own waits grow to 30, and dispatch would rest as long after Redis is back (R6)


class PatientConnection(Connection):
    """A worker's or beat's line to a broker that may go away: it looks for it every second."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        waits = {"interval_start": LOOK_EVERY, "interval_step": 0.0, "interval_max": LOOK_EVERY}
        return super().ensure_connection(*args, **(waits | kwargs))


class Lines(AMQP):
    """Celery's messaging over such lines."""

    Connection = PatientConnection


app = Celery("homeward", amqp=Lines)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["events", "stores", "drivers", "payouts", "dispatch"])
app.autodiscover_tasks(["orders"], related_name="tasks.shop")
app.autodiscover_tasks(["orders"], related_name="tasks.money")
