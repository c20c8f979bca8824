"""Sentences of the sign-in library and of Django that our Spanish says its own way, marked for our catalogue."""

# ruff: noqa: RUF001
from django.utils.translation import gettext_noop, ngettext_lazy

WORDS = (
    gettext_noop("Forgot your password?"),
    gettext_noop("Please type your current password."),
    gettext_noop("Use your password"),
    gettext_noop("You cannot add more than %d email addresses."),
    gettext_noop("You must type the same email each time."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Your primary email address must be verified."),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    gettext_noop("Your password can’t be a commonly used password."),
    gettext_noop("Your password can’t be entirely numeric."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
    ),
)
