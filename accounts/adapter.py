"""How allauth meets our users."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.actions.tries import forgive_tries, subject
from accounts.guesses import count_guess, guessed_right
from accounts.models import Tries, User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Stores addresses in lower case and the name a person signs up with, and counts guesses in the database.

    The library counts in the cache of each process, so that every further process is five more guesses.
    """

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.email = form.cleaned_data["email"].lower()
        user.name = form.cleaned_data.get("name", "")
        user.set_password(form.cleaned_data["password1"])
        if commit:
            user.save()
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a password before it is looked at: at sign-in, and where it is asked once more."""
        count_guess(request, Tries.Kind.PASSWORD, credentials.get("email", ""))

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Look at a password; the right one clears the count."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            guessed_right(request, Tries.Kind.PASSWORD, credentials.get("email", ""))
        return user

    def set_password(self, user: User, password: str) -> None:
        """Keep a new password; guesses at the old one no longer count."""
        super().set_password(user, password)
        forgive_tries(subjects=[subject(Tries.Kind.PASSWORD, user.email)])
