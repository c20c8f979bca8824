"""What is asked about people with an account."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.models.people import SETTLING


def authenticator_of(user: User, *, now: datetime) -> Authenticator | None:
    """The authenticator app of somebody, unless it is so new that a thief may have added it."""
    apps = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return apps.filter(created_at__lte=now - SETTLING).first()
