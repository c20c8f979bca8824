"""Background work of the shop."""

from celery import shared_task
from django.utils import timezone

from orders.actions.windows import BATCH, release_expired_holds


@shared_task
def sweep_holds(**_: object) -> None:
    """Give window seats back that nobody ordered in time."""
    while release_expired_holds(now=timezone.now()) == BATCH:
        pass
