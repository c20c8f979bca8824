"""What we do when the sign-in library says that the ways into an account have changed."""

from typing import Any

from allauth.account.signals import email_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.utils import timezone

from accounts.actions.credentials import note_credentials_changed
from accounts.models import User


def listen() -> None:
    """Hear of a password set without the old one, of another e-mail address, and of another second factor."""
    for told in (password_reset, password_set, email_changed, authenticator_added, authenticator_removed):
        told.connect(credentials_changed, dispatch_uid="accounts.hooks.credentials_changed")


def credentials_changed(user: User, **_: Any) -> None:
    """Note the moment."""
    note_credentials_changed(user_id=user.pk, now=timezone.now())
