"""What payouts do by themselves."""

from celery import shared_task
from django.utils import timezone

from payouts.actions.account_changes import note_noticed
from payouts.mails import send_change_notice
from payouts.models import AccountChange


@shared_task
def tell_account_change(*, change_id: int, **_: object) -> None:
    """Write to a driver whose bank account was changed, at the address known before; once it is sent, no more."""
    change = AccountChange.objects.filter(pk=change_id, noticed_at=None, confirmed_at__isnull=False).first()
    if change is not None:
        send_change_notice(change)
        note_noticed(change_id=change.pk, now=timezone.now())
