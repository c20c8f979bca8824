"""The Celery application: it wakes things up; PostgreSQL holds what is due."""

import os

from celery import Celery

from config.broker import Lines

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("homeward", amqp=Lines)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["config", "accounts", "events", "stores", "drivers", "payouts", "dispatch"])
app.autodiscover_tasks(["orders"], related_name="tasks.shop")
app.autodiscover_tasks(["orders"], related_name="tasks.money")
