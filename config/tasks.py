"""Tasks of the house as a whole."""

from celery import shared_task
from django.utils import timezone

from config import pruning


@shared_task
def prune(**_: object) -> None:
    """Forget what is kept long enough."""
    pruning.prune(now=timezone.now())
