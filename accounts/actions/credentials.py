"""What follows when the ways into an account change."""

from datetime import datetime

from accounts.models import User


def note_credentials_changed(*, user_id: int, now: datetime) -> None:
    """Remember when the ways into an account last changed: money stays where it goes for a while from then."""
    User.objects.filter(pk=user_id).update(credentials_changed_at=now)
