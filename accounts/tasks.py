"""What accounts do by themselves."""

from celery import shared_task
from django.utils import timezone

from accounts.actions import tries


@shared_task
def forget_tries(**_: object) -> None:
    """Clear away counts of guesses that nobody will look at again."""
    tries.forget_tries(now=timezone.now())
