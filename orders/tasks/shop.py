"""Background work of the shop."""

from celery import shared_task
from django.utils import timezone

from orders.actions.substitution import decide_overdue_substitutions
from orders.actions.windows import BATCH, release_expired_holds


@shared_task
def sweep_holds(**_: object) -> None:
    """Give window seats back that nobody ordered in time."""
    while release_expired_holds(now=timezone.now()) == BATCH:
        pass


@shared_task
def sweep_substitutions(**_: object) -> None:
    """Decide questions about substitutes that no shopper answered in time."""
    decide_overdue_substitutions(now=timezone.now())
