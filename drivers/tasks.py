"""What happens to trips and blocks by the clock."""

from celery import shared_task
from django.utils import timezone

from drivers.actions import blocks, bookings, recurring, trips


@shared_task
def repeat_trips(**_: object) -> None:
    """Declare the coming days of repeating trips."""
    recurring.repeat_trips(now=timezone.now())


@shared_task
def sweep_trips(**_: object) -> None:
    """Close trips whose departure has passed unclaimed."""
    trips.sweep_trips(now=timezone.now())


@shared_task
def make_blocks(**_: object) -> None:
    """Keep a week of weekly blocks open for booking."""
    blocks.make_blocks(now=timezone.now())


@shared_task
def sweep_bookings(**_: object) -> None:
    """Open the places of blocks for which nobody has checked in."""
    bookings.sweep_bookings(now=timezone.now())
