"""Whatever beat sends, a worker knows."""

from django.conf import settings

from config.celery import app
from config.subscriptions import SUBSCRIPTIONS


def test_every_scheduled_and_every_subscribed_task_is_registered() -> None:
    app.loader.import_default_modules()
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {*sent, *(task for tasks in SUBSCRIPTIONS.values() for task in tasks)} <= set(app.tasks)
