"""Background work of the stores."""

from celery import shared_task
from django.utils import timezone

from stores.actions import windows


@shared_task
def make_windows(**_: object) -> None:
    """Keep a week of windows open in every store."""
    windows.make_windows(now=timezone.now())
