"""What happens to trips by the clock."""

from celery import shared_task
from django.utils import timezone

from drivers.actions import recurring, trips


@shared_task
def repeat_trips(**_: object) -> None:
    """Declare the coming days of repeating trips."""
    recurring.repeat_trips(now=timezone.now())


@shared_task
def sweep_trips(**_: object) -> None:
    """Close trips whose departure has passed unclaimed."""
    trips.sweep_trips(now=timezone.now())
